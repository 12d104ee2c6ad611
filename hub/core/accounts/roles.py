"""Roles are data: the rows of Role follow data/roles.json each time the database is migrated."""

import json
from pathlib import Path
from typing import Any

from hub.core.accounts.permissions import Permission

FILE = Path(__file__).parent / "data" / "roles.json"


def declared() -> list[dict[str, Any]]:
    """The roles of the file; an unknown permission name is an error at once."""
    roles: list[dict[str, Any]] = json.loads(FILE.read_text())
    for role in roles:
        for name in role["permissions"]:
            Permission(name)
    return roles


def follow_file(**_: Any) -> None:
    from hub.core.accounts.models import Role

    for rank, role in enumerate(declared()):
        Role.objects.update_or_create(code=role["code"], defaults={**role, "rank": rank})
