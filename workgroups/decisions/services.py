"""Decisions and actions are written here; a meeting that notes one calls these too."""

from collections.abc import Iterable
from typing import Any, cast
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from hub.core.accounts.actor import Actor
from hub.core.accounts.models import User
from hub.core.audit import services as audit
from hub.core.jobs import services as jobs
from hub.core.kit.searchable import index_line
from hub.core.notifications import services as notifications
from workgroups.decisions.enums import ActionStatus
from workgroups.decisions.models import Action, Decision
from workgroups.decisions.notifications import ActionGiven
from workgroups.decisions.rules import due_too_early, not_taken_yet
from workgroups.groups.errors import NotPossible
from workgroups.groups.models import Workgroup
from workgroups.groups.services import twin

WITHDRAWN = "Cette décision est retirée : elle ne se récrit plus."


@transaction.atomic
def record_decision(group: Workgroup, *, facts: dict[str, Any], actor: Actor, key: UUID | None = None) -> Decision:
    """Facts: text, taken_on, owner (GroupMember or None), due_on, item_id, dissent. The same key writes it once and gives it back after,
    unless it was withdrawn since.

    Raises: NotPossible before the day, or due before it.
    """
    made, pk = twin(Decision.unscoped.all(), group, key, facts | {"withdrawn_at": None})
    if made is not None:
        return cast(Decision, made)
    writer = User.objects.filter(pk=actor.user_id).first() if actor.user_id else None
    row = Decision(pk=pk, workgroup=group, written_by=writer, **facts)
    _require_days(row)
    row.save(force_insert=True)
    jobs.emit(**index_line("decision", row.pk))
    audit.record("workgroups.decision.record", row, actor=actor, organisation=group.convener, data={"workgroup": group.pk})
    return row


def _require_days(row: Decision) -> None:
    if refusal := not_taken_yet(row.taken_on) or due_too_early(row.due_on, row.taken_on):
        raise NotPossible(refusal)


@transaction.atomic
def update_decision(
    decision: Decision, *, facts: dict[str, Any], actor: Actor, based_on: int | None = None, also: Iterable[str] = ()
) -> Decision:
    """`also`: what the caller changed of it elsewhere, for the audit.

    Raises: WasChanged when somebody wrote it anew since it was opened, NotPossible once withdrawn, before the day, or due before it.
    """
    row: Decision = Decision.unscoped.as_opened(decision.pk, based_on)
    if row.withdrawn_at is not None:
        raise NotPossible(WITHDRAWN)
    changed = sorted({name for name, value in facts.items() if getattr(row, name) != value} | set(also))
    for name, value in facts.items():
        setattr(row, name, value)
    _require_days(row)
    row.save()
    jobs.emit(**index_line("decision", row.pk))
    audit.record("workgroups.decision.update", row, actor=actor, organisation=row.workgroup.convener, data={"fields": changed})
    return row


@transaction.atomic
def withdraw_decision(decision: Decision, *, reason: str, actor: Actor) -> Decision:
    """Struck out in the register, and no decision of the group any more. Twice is once."""
    row: Decision = Decision.unscoped.as_opened(decision.pk, None)
    if row.withdrawn_at is not None:
        return row
    row.withdrawn_at, row.withdrawn_reason = timezone.now(), reason
    row.save(update_fields=["version", "withdrawn_at", "withdrawn_reason", "updated_at"])
    jobs.emit(**index_line("decision", row.pk))
    audit.record("workgroups.decision.withdraw", row, actor=actor, organisation=row.workgroup.convener)
    return row


def _tell(action: Action, before: Any, actor: Actor) -> None:
    """The new owner of an action, unless she took it herself."""
    owner = action.owner
    if owner is None or owner.pk == before or owner.user_id is None or owner.user_id == actor.user_id:
        return
    notifications.send(ActionGiven(action, actor.name), to=User.objects.filter(pk=owner.user_id))


@transaction.atomic
def create_action(group: Workgroup, *, facts: dict[str, Any], actor: Actor, key: UUID | None = None) -> Action:
    """Facts: text, owner (GroupMember or None), due_on, item_id. The same key writes it once and gives it back after, while it is to be done."""
    made, pk = twin(Action.unscoped.all(), group, key, facts | {"status": ActionStatus.OPEN})
    if made is not None:
        return cast(Action, made)
    row = Action.unscoped.create(pk=pk, workgroup=group, **facts)
    _tell(row, None, actor)
    audit.record("workgroups.action.create", row, actor=actor, organisation=group.convener, data={"workgroup": group.pk})
    return row


@transaction.atomic
def update_action(action: Action, *, facts: dict[str, Any], actor: Actor, based_on: int | None = None) -> Action:
    """Raises: WasChanged when somebody wrote it anew since it was opened."""
    row: Action = Action.unscoped.as_opened(action.pk, based_on)
    before = row.owner_id
    changed = sorted(name for name, value in facts.items() if getattr(row, name) != value)
    for name, value in facts.items():
        setattr(row, name, value)
    row.save()
    _tell(row, before, actor)
    audit.record("workgroups.action.update", row, actor=actor, organisation=row.workgroup.convener, data={"fields": changed})
    return row


@transaction.atomic
def set_action_status(action: Action, *, status: ActionStatus, actor: Actor) -> Action:
    """Done, dropped, or to do again; said twice it is said once."""
    row: Action = Action.unscoped.select_for_update(of=("self",), no_key=True).get(pk=action.pk)
    if row.status == status:
        return row
    before, row.status = row.status, status
    row.closed_at = None if status == ActionStatus.OPEN else timezone.now()
    row.save(update_fields=["status", "closed_at", "updated_at"])
    verb = "reopen" if status == ActionStatus.OPEN else "close"
    data = {"before": before, "after": status}
    audit.record(f"workgroups.action.{verb}", row, actor=actor, organisation=row.workgroup.convener, data=data)
    return row
