"""A form sent twice writes its row once."""

from typing import Any
from uuid import UUID

from django.db.models import QuerySet

from hub.core.kit.identifiers import uuid7
from workgroups.groups.models import Workgroup


def twin(rows: QuerySet[Any], group: Workgroup, key: UUID | None, facts: dict[str, Any]) -> tuple[Any, UUID]:
    """The row that the same form wrote with the same words, if any, and the identifier of a new one; two clicks come one after the other."""
    Workgroup.unscoped.select_for_update(of=("self",)).get(pk=group.pk)
    made = rows.filter(pk=key).first() if key else None
    is_same = made is not None and made.workgroup_id == group.pk and all(getattr(made, name) == value for name, value in facts.items())
    return (made if is_same else None), (uuid7() if made or not key else key)
