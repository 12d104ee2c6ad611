"""A form sent twice writes its row once."""

from typing import Any
from uuid import UUID

from django.db.models import QuerySet

from hub.core.kit import twins
from hub.core.kit.identifiers import uuid7
from workgroups.groups.models import Workgroup


def twin(rows: QuerySet[Any], group: Workgroup, key: UUID | None, facts: dict[str, Any]) -> tuple[Any, UUID]:
    """The row that the same form wrote with the same words, if any, and the identifier of a new one; two clicks come one after the other."""
    Workgroup.unscoped.select_for_update(of=("self",), no_key=True).get(pk=group.pk)
    made, free = twins.twin(
        key, (group.pk, facts), rows=lambda one: rows.filter(pk=one),
        is_same=lambda row: row.workgroup_id == group.pk and all(getattr(row, name) == value for name, value in facts.items()),
    )  # fmt: skip
    return made, free or uuid7()
