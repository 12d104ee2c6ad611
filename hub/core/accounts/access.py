"""The permission matrix: hub/access.toml names every address of the site, or the address is closed.

A line gives a view name (or a prefix ended by «*») its policy. Rules on the object itself stay in the views and rules of each package.
"""

import tomllib
from functools import lru_cache
from typing import Final

from django.conf import settings
from django.urls import ResolverMatch

from hub.core.accounts.actor import Actor

PUBLIC: Final = "public"
POLICIES: Final = {PUBLIC, "signed_in", "staff", "editor", "coordinator", "nobody"}


class Matrix:
    """Policies by exact view name, then by the longest prefix."""

    def __init__(self, lines: dict[str, str]) -> None:
        for name, policy in lines.items():
            if policy not in POLICIES and not policy.startswith("permission:"):
                raise ValueError(f"access.toml : politique inconnue « {policy} » pour {name}")
        self.exact = {name: policy for name, policy in lines.items() if not name.endswith("*")}
        self.prefixes = sorted(
            ((name[:-1], policy) for name, policy in lines.items() if name.endswith("*")), key=lambda line: -len(line[0])
        )

    def policy(self, name: str) -> str | None:
        """The policy of a view name, or None: then nobody comes in."""
        if name in self.exact:
            return self.exact[name]
        return next((policy for prefix, policy in self.prefixes if name.startswith(prefix)), None)


@lru_cache(maxsize=1)
def matrix() -> Matrix:
    with open(settings.ACCESS_MATRIX, "rb") as file:
        sections = tomllib.load(file)
    return Matrix({name: policy for section in sections.values() for name, policy in section.items()})


def name_of(match: ResolverMatch) -> str:
    """The name a line uses: «people:list», or the route itself for a pattern without a name."""
    return match.view_name if match.url_name else f"route:{match.route}"


def allows(policy: str | None, actor: Actor, *, is_editor: bool) -> bool:
    match policy:
        case "public":
            return True
        case "signed_in":
            return actor.is_signed_in
        case "staff":
            return actor.is_staff
        case "editor":
            return actor.mandate is not None and is_editor  # who has left everywhere writes nothing here
        case "coordinator":
            return actor.is_coordinator
        case str() if policy.startswith("permission:"):
            return actor.can(policy.removeprefix("permission:"))
    return False
