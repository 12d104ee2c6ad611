"""Which column holds something about a person, why, how long, and what erasure does to it.

Each package declares its models in `panels.py`; a test walks every own model and fails on a column that nobody named.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date

from django.core.exceptions import ImproperlyConfigured
from django.db.models import Model, Q

ERASURE = re.compile(r"delete|anonymise|keep: \S.*")


class PersonalError(ImproperlyConfigured):
    """A declaration of personal data is incomplete or made twice."""


@dataclass(frozen=True)
class Personal:
    """One personal column.

    Args: purpose and retention are French sentences that the person reads; erasure is "delete", "anonymise" or
    "keep: " followed by the legal ground; names_others for words that speak of other people too, which none of them takes away alone;
    over gives the condition of the rows whose retention has ended on a day, where a date says so: the nightly purge does to them what
    erasure does (privacy.services.purge), and removes what was only kept until then.
    """

    purpose: str
    retention: str
    erasure: str
    names_others: bool = False
    over: Callable[[date], Q] | None = None

    def __post_init__(self) -> None:
        if not self.purpose.strip() or not self.retention.strip():
            raise PersonalError("A personal column has a purpose and a retention.")
        if not ERASURE.fullmatch(self.erasure):
            raise PersonalError(f"Erasure is 'delete', 'anonymise' or 'keep: ground', not {self.erasure!r}.")


@dataclass(frozen=True)
class Declaration:
    model: type[Model]
    fields: Mapping[str, Personal]
    other: frozenset[str]


@dataclass
class Register:
    _declared: dict[type[Model], Declaration] = field(default_factory=dict)

    def personal(self, model: type[Model], fields: Mapping[str, Personal], other: Iterable[str] = ()) -> None:
        """Name every column of a model: the personal ones with their rule, the others in `other`."""
        if model in self._declared:
            raise PersonalError(f"{model.__name__} is declared twice.")
        named = frozenset(other)
        if both := sorted(named & set(fields)):
            raise PersonalError(f"{model.__name__}: {', '.join(both)} cannot be both personal and not.")
        self._declared[model] = Declaration(model, dict(fields), named)

    def declarations(self) -> list[Declaration]:
        return sorted(self._declared.values(), key=lambda one: one.model._meta.label)

    def gaps(self, models: Iterable[type[Model]]) -> list[str]:
        """What is missing or names nothing, as "app.Model.column: why"; empty when every column is named."""
        found = []
        for model in models:
            columns = {column.name for column in (*model._meta.concrete_fields, *model._meta.many_to_many)}
            declared = self._declared.get(model)
            named = set(declared.fields) | declared.other if declared else set()
            label = model._meta.label
            found += [f"{label}.{name}: not declared" for name in sorted(columns - named)]
            found += [f"{label}.{name}: no such column" for name in sorted(named - columns)]
        return found


register = Register()
personal = register.personal
declarations = register.declarations
gaps = register.gaps
