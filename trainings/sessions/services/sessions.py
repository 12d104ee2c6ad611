from collections.abc import Iterable, Sequence
from datetime import date, time
from typing import Any

from django.db import transaction
from django.utils import timezone

from hub.core.accounts.actor import Actor
from hub.core.accounts.models import User
from hub.core.audit import services as audit
from hub.core.jobs import services as jobs
from hub.core.kit.dates import local, today
from hub.core.kit.searchable import index_line
from hub.core.kit.text import agreed, counted, joined
from trainings.catalogue.comparing import differences
from trainings.catalogue.models import CoursePage
from trainings.sessions.changes import changes, release_changes, shown
from trainings.sessions.enums import RegistrationStatus, SessionStatus
from trainings.sessions.errors import (
    CapacityTooSmall,
    HalfDayIsSigned,
    MoveRefused,
    ReleaseWasChanged,
    SessionHasBegun,
    SessionIsCancelled,
    SessionWasChanged,
    TrainerIsTrainee,
)
from trainings.sessions.models import HalfDay, Registration, TrainingSession
from trainings.sessions.services.seats import fill_places, lock
from trainings.sessions.signals import session_cancelled, session_changed, session_removed

# date, period ("am" or "pm"), start, end, remote, topic
Slot = tuple[date, str, time, time, bool, str]


@transaction.atomic
def create_session(
    course: CoursePage, *, facts: dict[str, Any], slots: Iterable[Slot], trainers: Iterable[User], actor: Actor
) -> TrainingSession:
    """A draft session of the released programme, whose version it keeps."""
    session = TrainingSession.unscoped.create(
        course=course, organisation_id=course.organisation_id, **_released(course), **facts,
    )  # fmt: skip
    session.trainers.set(trainers)
    _set_half_days(session, slots)
    audit.record("trainings.session.create", session, actor=actor, organisation=session.organisation, data={"capacity": session.capacity})
    return session


def _released(course: CoursePage) -> dict[str, Any]:
    return {
        "title": course.title, "programme_version": course.version, "programme_revision": course.live_revision,
        "programme_published_on": _day_of(course),
    }  # fmt: skip


def _day_of(course: CoursePage) -> date | None:
    """The day on which the text at hand was released; the revision itself keeps that of the release before it."""
    return local(course.last_published_at).date() if course.last_published_at else None


@transaction.atomic
def update_session(
    session: TrainingSession,
    *,
    facts: dict[str, Any],
    slots: Iterable[Slot],
    trainers: Iterable[User],
    actor: Actor,
    based_on: int | None = None,
) -> list[Registration]:
    """Change a session; places that are free then call the waiting line: returns who takes one. `based_on` is the version that was opened.

    Raises: SessionIsCancelled; SessionWasChanged when it is another one now; CapacityTooSmall for fewer places than people confirmed; HalfDayIsSigned when one
    that is being signed is moved or dropped; TrainerIsTrainee for a trainer named now who is registered.
    """
    held, trainers = lock(session), list(trainers)
    if held.is_cancelled:
        raise SessionIsCancelled
    if based_on not in {None, held.version}:
        raise SessionWasChanged(held)
    before, said = held.capacity, shown(held)
    for name, value in facts.items():
        setattr(held, name, value)
    if held.capacity < held.confirmed_count:
        there = counted(held.confirmed_count, "personne est inscrite", "personnes sont inscrites")
        raise CapacityTooSmall(f"{there} : annulez d’abord des inscriptions.")
    _check_trainers(held, trainers)
    held.version += 1
    if held.is_over_on(today()):  # whatever its days become
        held.needs_closed_on = held.needs_closed_on or held.ends_on
    held.save()
    held.trainers.set(trainers)
    _set_half_days(held, slots)
    promoted = fill_places(held, actor=actor)  # more places, or a first day that is to come again
    if held.capacity != before:
        audit.record(
            "trainings.session.places", held, actor=actor, organisation=held.organisation, data={"before": before, "after": held.capacity}
        )
    audit.record("trainings.session.update", held, actor=actor, organisation=held.organisation, data={"fields": sorted(facts)})
    session_changed.send(sender=TrainingSession, session=held, changes=changes(said, shown(held)))
    jobs.emit(**index_line("session", held.pk))
    return promoted


@transaction.atomic
def take_release(session: TrainingSession, *, seen: int, actor: Actor) -> TrainingSession:
    """Hold a session from the published text of its programme, under its title; what was made from the one before is told by its own version.

    Args: seen is the revision that was compared. Raises: SessionIsCancelled; SessionHasBegun once it is proof; ReleaseWasChanged.
    """
    held = lock(session)
    if held.is_cancelled:
        raise SessionIsCancelled
    if held.has_begun(today()):
        raise SessionHasBegun
    if not held.has_newer_release:
        return held  # taken already
    if held.course.live_revision_id != seen:
        raise ReleaseWasChanged
    before, told = held.programme_version, differences(held.programme, held.course)
    for name, value in _released(held.course).items():
        setattr(held, name, value)
    del held.programme  # that of before
    held.save()
    after = held.programme_version
    session_changed.send(sender=TrainingSession, session=held, changes=release_changes(told, before=before, after=after))
    jobs.emit(**index_line("session", held.pk))
    audit.record("trainings.session.programme", held, actor=actor, organisation=held.organisation, data={"before": before, "after": after})
    return held


def _check_trainers(session: TrainingSession, trainers: Sequence[User]) -> None:
    before = set(session.trainers.values_list("pk", flat=True))
    new = [person.pk for person in trainers if person.pk not in before]
    active = Registration.unscoped.filter(session=session, trainee__in=new).exclude(status=RegistrationStatus.CANCELLED)
    if there := [row.trainee.name for row in active.select_related("trainee")]:
        raise TrainerIsTrainee(f"{joined(there)} {agreed(len(there), 'a', 'ont')} une inscription à cette session : annulez-la d’abord.")


def _set_half_days(session: TrainingSession, slots: Iterable[Slot]) -> None:
    """Keep the rows that stay, add the new ones, drop the others; then follow them on the session. What is signed does not move."""
    wanted = {(day, period): (start, end, remote, topic) for day, period, start, end, remote, topic in slots}
    for row in session.half_days.select_for_update(no_key=True):
        facts = wanted.pop((row.date, row.period), None)
        if row.signing_began_at and (facts is None or facts[:3] != (row.starts_at, row.ends_at, row.is_remote)):
            raise HalfDayIsSigned(
                f"La demi-journée du {row.day_words}, {row.get_period_display()}, est déjà signée : elle garde son jour et ses heures."
            )
        if facts is None:
            row.delete()
        else:
            row.starts_at, row.ends_at, row.is_remote, row.topic = facts
            row.save()
    HalfDay.objects.bulk_create(
        HalfDay(session=session, date=day, period=period, starts_at=start, ends_at=end, is_remote=remote, topic=topic)
        for (day, period), (start, end, remote, topic) in wanted.items()
    )
    rows = list(session.half_days.all())
    session.starts_on, session.ends_on = (min(r.date for r in rows), max(r.date for r in rows)) if rows else (None, None)
    session.duration_minutes = sum(row.minutes for row in rows)
    session.remote_minutes = sum(row.minutes for row in rows if row.is_remote)
    session.save(update_fields=["starts_on", "ends_on", "duration_minutes", "remote_minutes", "updated_at"])


@transaction.atomic
def move_session(session: TrainingSession, *, status: SessionStatus, actor: Actor, reason: str = "") -> TrainingSession:
    """Open, close, reopen or cancel. Cancelling cancels the registrations and tells employers and trainees. Raises: MoveRefused."""
    held = lock(session)
    if status == SessionStatus.CANCELLED and held.has_begun(today()):
        raise MoveRefused("elle a eu lieu ou a commencé, elle ne s’annule plus")
    held.move_to(status)
    if status == SessionStatus.OPEN:
        held.opened_at = held.opened_at or timezone.now()
    had: list[Registration] = []
    if status == SessionStatus.CANCELLED:
        held.cancelled_at, held.cancellation_reason = timezone.now(), reason
        had = _cancel_all(held)
    held.save()
    if status == SessionStatus.CANCELLED:  # before the audit line: receivers lock rows
        session_cancelled.send(sender=TrainingSession, session=held, reason=reason, registrations=had)
    audit.record(
        f"trainings.session.{status}", held, actor=actor, organisation=held.organisation, data={"has_reason": True} if reason else None
    )
    jobs.emit(**index_line("session", held.pk))
    return held


@transaction.atomic
def remove_session(session: TrainingSession, *, actor: Actor) -> None:
    """Delete one that was prepared by mistake. Raises: MoveRefused once it was published, or somebody was registered: it is cancelled."""
    held = lock(session)
    if not held.can_be_removed():
        raise MoveRefused("elle a été publiée, ou quelqu’un y a été inscrit : elle s’annule")
    held.cancellation_reason = "La session préparée a été supprimée."  # told to who had asked for it
    session_removed.send(sender=TrainingSession, session=held)
    identifier, organisation = held.pk, held.organisation
    held.delete()
    held.pk = identifier  # the line names it
    audit.record("trainings.session.remove", held, actor=actor, organisation=organisation)


def _cancel_all(session: TrainingSession) -> list[Registration]:
    """Cancel every registration; returns those that there were."""
    active = Registration.unscoped.filter(session=session).exclude(status=RegistrationStatus.CANCELLED)
    had = list(active.select_related("trainee"))
    active.update(status=RegistrationStatus.CANCELLED, rank=None, cancelled_at=timezone.now())
    session.confirmed_count = session.waiting_count = 0
    return had
