"""Places, exact whatever the load: the session's row is locked first, and every count is made under that lock.

SQLite takes its write lock at BEGIN IMMEDIATE, PostgreSQL with SELECT … FOR UPDATE; without either, two requests count the same
free place (measured: 20 people for 12 places). The check constraint on the session is the last door.
"""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db import transaction
from django.db.models import Exists, OuterRef
from django.utils import timezone

from hub.core.accounts.actor import Actor
from hub.core.accounts.models import Membership, Organisation, User
from hub.core.accounts.models.organisations import in_force
from hub.core.audit import services as audit
from hub.core.jobs import services as jobs
from hub.core.kit.dates import today
from hub.core.kit.searchable import index_line
from hub.core.kit.text import agreed, joined
from trainings.sessions.enums import RegistrationStatus
from trainings.sessions.errors import KeyWasUsed, NotRegistrable, SessionHasBegun, SessionIsClosed, TrainerIsTrainee
from trainings.sessions.models import Registration, RegistrationRequest, TrainingSession
from trainings.sessions.selectors import registrable_people
from trainings.sessions.signals import registration_cancelled, registration_promoted


@dataclass(frozen=True)
class Outcome:
    """What a request for places gave the employer; `is_repeat` when the same form came back; `elsewhere`, whom another one had sent already."""

    registrations: Sequence[Registration]
    is_repeat: bool = False
    elsewhere: Sequence[User] = ()

    @property
    def confirmed(self) -> list[Registration]:
        return [row for row in self.registrations if row.status == RegistrationStatus.CONFIRMED]

    @property
    def waiting(self) -> list[Registration]:
        return [row for row in self.registrations if row.status == RegistrationStatus.WAITING]


def lock(session: TrainingSession) -> TrainingSession:
    """The session's row, held until the transaction ends."""
    return TrainingSession.unscoped.select_for_update(of=("self",), no_key=True).get(pk=session.pk)


def register_trainees(session: TrainingSession, *, trainees: Iterable[User], employer: Organisation, actor: Actor, key: UUID) -> Outcome:
    """Give places in the order asked while there are any, then ranks; somebody registered already keeps what she has.

    Args: key is the idempotency key of the form (one per form shown).
    Raises: SessionIsClosed; NotRegistrable; TrainerIsTrainee; KeyWasUsed when the key came with another request.
    """
    trainees = list(dict.fromkeys(trainees))
    # Asked before the lock, since all others wait behind it: who leaves her CAE in that very instant was there when she was sent.
    are_all_registrable = registrable_people(employer.pk).filter(pk__in=[person.pk for person in trainees]).count() == len(trainees)
    with transaction.atomic():
        held = lock(session)
        if _is_repeat(key, held, trainees, employer):
            return _outcome(_active(held, trainees), trainees, employer, is_repeat=True)
        if not held.is_open_on(today()):
            raise SessionIsClosed
        if not are_all_registrable:
            raise NotRegistrable
        if teaching := [person.name for person in held.trainers.all() if person in trainees]:
            raise TrainerIsTrainee(f"{joined(teaching)} {agreed(len(teaching), 'forme', 'forment')} dans cette session, sans s’y inscrire.")
        already = _active(held, trainees)
        rows = _register(held, already, trainees, employer, actor)
    return _outcome(sorted([*already, *rows], key=lambda row: (row.status, row.rank or 0, row.registered_at)), trainees, employer)


def _outcome(rows: Sequence[Registration], trainees: Sequence[User], employer: Organisation, *, is_repeat: bool = False) -> Outcome:
    """Of another employer's rows nothing but that they are there: its ranks and its name are its own."""
    others = {row.trainee_id for row in rows if row.employer_id != employer.pk}
    own = [row for row in rows if row.trainee_id not in others]
    return Outcome(own, is_repeat, [person for person in trainees if person.pk in others])


def _register(
    held: TrainingSession, already: Sequence[Registration], trainees: Sequence[User], employer: Organisation, actor: Actor
) -> list[Registration]:
    """Places or ranks for those who have none yet. The session's row must be locked."""
    jobs.emit(**index_line("session", held.pk))
    known = {row.trainee_id for row in already}
    rows = [_place(held, person, employer, actor) for person in trainees if person.pk not in known]
    held.save(update_fields=["confirmed_count", "waiting_count", "updated_at"])
    for row in rows:
        audit.record(
            f"trainings.registration.{row.status}",
            row,
            actor=actor,
            organisation=employer,
            data={"session": str(held.pk), "rank": row.rank},
        )
    return rows


def _is_repeat(key: UUID, session: TrainingSession, trainees: Sequence[User], employer: Organisation) -> bool:
    asked = "|".join([str(session.pk), str(employer.pk), *sorted(str(person.pk) for person in trainees)])
    digest = hashlib.sha256(asked.encode()).hexdigest()
    request, is_new = RegistrationRequest.objects.get_or_create(key=key, defaults={"session": session, "digest": digest})
    if request.digest != digest:
        raise KeyWasUsed
    return not is_new


def _active(session: TrainingSession, trainees: Sequence[User]) -> list[Registration]:
    rows = Registration.unscoped.filter(session=session, trainee__in=trainees).exclude(status=RegistrationStatus.CANCELLED)
    return list(rows.order_by("status", "rank", "registered_at"))


def _place(session: TrainingSession, person: User, employer: Organisation, actor: Actor) -> Registration:
    """One place or one rank, counted on the locked row."""
    has_seat = session.confirmed_count < session.capacity and not session.waiting_count
    if has_seat:
        session.confirmed_count += 1
    else:
        session.waiting_count += 1
    return Registration.unscoped.create(
        session=session,
        trainee=person,
        employer=employer,
        status=RegistrationStatus.CONFIRMED if has_seat else RegistrationStatus.WAITING,
        rank=None if has_seat else session.waiting_count,
        registered_by_id=actor.user_id,
        registered_at=timezone.now(),
    )


@transaction.atomic
def cancel_registration(registration: Registration, *, actor: Actor) -> list[Registration]:
    """Give a place or a rank back; the first in line takes a freed place: returns who does. Cancelling twice changes nothing.

    Raises: SessionHasBegun once somebody has signed: who stops coming is absent on the sheets, and was registered.
    """
    held = lock(registration.session)
    row = Registration.unscoped.select_for_update(of=("self",), no_key=True).get(pk=registration.pk)
    if row.status == RegistrationStatus.CANCELLED:
        return []
    was_confirmed = row.status == RegistrationStatus.CONFIRMED
    if was_confirmed and held.has_begun(today()):
        raise SessionHasBegun
    if was_confirmed:
        held.confirmed_count -= 1
    _release(row, actor)
    promoted = fill_places(held, actor=actor)
    jobs.emit(**index_line("session", held.pk))
    return promoted


def _release(row: Registration, actor: Actor) -> None:
    row.status, row.rank, row.cancelled_at = RegistrationStatus.CANCELLED, None, timezone.now()
    row.save(update_fields=["status", "rank", "cancelled_at", "updated_at"])
    registration_cancelled.send(sender=Registration, registration=row)  # before the audit line: receivers lock rows
    audit.record("trainings.registration.cancelled", row, actor=actor, organisation=row.employer, data={"session": str(row.session_id)})


def fill_places(session: TrainingSession, *, actor: Actor) -> list[Registration]:
    """Promote by rank while places are free and the first day has not come, then close the holes in the line. The session's row must be locked.

    Whose account is closed, or who has left her employer, cannot take a place at its expense: her rank is given back when one is free, or it
    would keep others waiting before it.
    """
    waiting = (
        Registration.unscoped.filter(session=session, status=RegistrationStatus.WAITING)
        .select_related("employer", "trainee")
        .order_by("rank", "registered_at")
    )
    free = 0 if session.has_come(today()) else max(0, session.capacity - session.confirmed_count)
    if free:
        there = Membership.unscoped.filter(in_force(), organisation=OuterRef("employer"), user=OuterRef("trainee"))
        for row in list(waiting.exclude(Exists(there), trainee__is_active=True)):
            _release(row, actor)
    line = list(waiting)
    promoted, still = line[:free], line[free:]
    for row in promoted:
        row.status, row.rank = RegistrationStatus.CONFIRMED, None
        row.save(update_fields=["status", "rank", "updated_at"])
        audit.record("trainings.registration.promoted", row, actor=actor, organisation=row.employer, data={"session": str(session.pk)})
        registration_promoted.send(sender=Registration, registration=row)
    moved = []
    for rank, row in enumerate(still, start=1):
        if row.rank != rank:
            row.rank = rank
            moved.append(row)
    Registration.unscoped.bulk_update(moved, ["rank"], batch_size=500)
    session.confirmed_count += len(promoted)
    session.waiting_count = len(still)
    session.save(update_fields=["confirmed_count", "waiting_count", "updated_at"])
    return promoted
