"""Meetings are fixed, moved, cancelled; their minutes are written; decisions and actions are noted in them."""

from collections.abc import Iterable
from typing import Any, cast
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from hub.core.accounts.actor import Actor
from hub.core.audit import services as audit
from hub.core.jobs import services as jobs
from hub.core.kit.dates import local
from hub.core.kit.searchable import index_line
from hub.core.notifications import services as notifications
from workgroups.decisions import services as decisions
from workgroups.decisions.models import Action, Decision
from workgroups.decisions.rules import action_due_too_early
from workgroups.groups.errors import NotPossible
from workgroups.groups.models import GroupMember, Workgroup
from workgroups.groups.selectors import users_of
from workgroups.groups.services import twin
from workgroups.meetings.models import Meeting
from workgroups.meetings.notifications import MeetingCancelled, MeetingPlanned, MinutesWritten

CANCELLED = "Cette réunion est annulée."
BEGUN = "Cette réunion a commencé : elle ne s’annule plus."
NOT_BEGUN = "Cette réunion n’a pas commencé : le compte rendu s’écrit à partir de son début."
UNDECIDED = "Cette réunion n’a pas commencé : une décision s’y note à partir de son début."
ELSEWHERE = "Cette réunion est celle d’un autre groupe."
HELD = "Cette réunion a son compte rendu : elle ne se déplace plus vers un moment à venir."


@transaction.atomic
def create_meeting(group: Workgroup, *, facts: dict[str, Any], actor: Actor, key: UUID | None = None) -> Meeting:
    """Facts: title, starts_at, ends_at, place, agenda, facilitator, note_taker. The group is told of one to come.

    The same key fixes it once, tells it once and gives it back after, unless it was cancelled since.
    """
    made, pk = twin(Meeting.unscoped.all(), group, key, facts | {"cancelled_at": None})
    if made is not None:
        return cast(Meeting, made)
    meeting = Meeting.unscoped.create(pk=pk, workgroup=group, **facts)
    if not meeting.is_past(timezone.now()):
        notifications.send(MeetingPlanned(meeting), to=users_of(group, but=actor.user_id))
    jobs.emit(**index_line("meeting", meeting.pk))
    audit.record("workgroups.meeting.create", meeting, actor=actor, organisation=group.convener)
    return meeting


@transaction.atomic
def update_meeting(meeting: Meeting, *, facts: dict[str, Any], actor: Actor, based_on: int | None = None) -> Meeting:
    """The group is told when its moment or its place moves. Raises: WasChanged, NotPossible once it is cancelled, or told and moved ahead."""
    held = _held(meeting, based_on)
    if held.minutes and facts.get("starts_at", held.starts_at) > timezone.now():
        raise NotPossible(HELD)
    changed = sorted(name for name, value in facts.items() if getattr(held, name) != value)
    for name, value in facts.items():
        setattr(held, name, value)
    held.save()
    if {"starts_at", "place"} & set(changed) and not held.is_past(timezone.now()):
        notifications.send(MeetingPlanned(held, is_moved=True), to=users_of(held.workgroup, but=actor.user_id))
    jobs.emit(**index_line("meeting", held.pk))
    audit.record("workgroups.meeting.update", held, actor=actor, organisation=held.workgroup.convener, data={"fields": changed})
    return held


def _held(meeting: Meeting, based_on: int | None) -> Meeting:
    held: Meeting = Meeting.unscoped.as_opened(meeting.pk, based_on)
    if held.cancelled_at is not None:
        raise NotPossible(CANCELLED)
    return held


@transaction.atomic
def write_minutes(
    meeting: Meeting, *, minutes: str, present: Iterable[GroupMember], tell: bool, actor: Actor, based_on: int | None = None
) -> Meeting:
    """What was said and who was there; `tell` writes to the group. Raises: WasChanged, NotPossible once it is cancelled or before it begins."""
    held = _held(meeting, based_on)
    if not held.has_begun(timezone.now()):
        raise NotPossible(NOT_BEGUN)
    held.minutes = minutes
    if tell:
        held.minutes_told_at = timezone.now()
    held.save()
    held.present.set(present)
    if tell:
        notifications.send(MinutesWritten(held), to=users_of(held.workgroup, but=actor.user_id))
    jobs.emit(**index_line("meeting", held.pk))
    audit.record("workgroups.meeting.minutes", held, actor=actor, organisation=held.workgroup.convener, data={"told": tell})
    return held


@transaction.atomic
def cancel_meeting(meeting: Meeting, *, actor: Actor) -> Meeting:
    """Cancelled twice is cancelled once; those who would come are told. Raises: NotPossible once it has begun."""
    held: Meeting = Meeting.unscoped.select_for_update(of=("self",), no_key=True).get(pk=meeting.pk)
    if held.cancelled_at is not None:
        return held
    if held.has_begun(timezone.now()):
        raise NotPossible(BEGUN)
    held.cancelled_at = timezone.now()
    held.save(update_fields=["cancelled_at", "updated_at"])
    notifications.send(MeetingCancelled(held), to=users_of(held.workgroup, but=actor.user_id))
    jobs.emit(**index_line("meeting", held.pk))
    audit.record("workgroups.meeting.cancel", held, actor=actor, organisation=held.workgroup.convener)
    return held


@transaction.atomic
def note_decision(meeting: Meeting, *, facts: dict[str, Any], actor: Actor, key: UUID | None = None) -> Decision:
    """A decision taken in the meeting; the same key notes it once. Raises: NotPossible before it begins."""
    if not meeting.has_begun(timezone.now()):
        raise NotPossible(UNDECIDED)
    row = decisions.record_decision(meeting.workgroup, facts=facts, actor=actor, key=key)
    meeting.decisions.add(row)
    return row


@transaction.atomic
def update_decision(
    decision: Decision, *, meeting: Meeting | None, facts: dict[str, Any], actor: Actor, based_on: int | None = None
) -> Decision:
    """Written anew, in the meeting where it was taken, or in none.

    Raises: WasChanged, NotPossible as the decision's own service does, and for a meeting of another group, cancelled or not begun.
    """
    row: Decision = Decision.unscoped.as_opened(decision.pk, based_on)
    links = Meeting.decisions.through.objects.filter(decision=row.pk)
    is_moved = set(links.values_list("meeting", flat=True)) != ({meeting.pk} if meeting else set())
    if is_moved:
        links.delete()
        if meeting is not None:
            _require_held(meeting, row)
            meeting.decisions.add(row)
    return decisions.update_decision(row, facts=facts, actor=actor, also=["meeting"] if is_moved else [])


def _require_held(meeting: Meeting, decision: Decision) -> None:
    if meeting.workgroup_id != decision.workgroup_id:
        raise NotPossible(ELSEWHERE)
    if meeting.cancelled_at is not None:
        raise NotPossible(CANCELLED)
    if not meeting.has_begun(timezone.now()):
        raise NotPossible(UNDECIDED)


@transaction.atomic
def note_action(meeting: Meeting, *, facts: dict[str, Any], actor: Actor, key: UUID | None = None) -> Action:
    """An action given in the meeting; the same key notes it once. Raises: NotPossible when it is due before the day of the meeting."""
    if refusal := action_due_too_early(facts.get("due_on"), local(meeting.starts_at).date()):
        raise NotPossible(refusal)
    row = decisions.create_action(meeting.workgroup, facts=facts, actor=actor, key=key)
    meeting.actions.add(row)
    return row
