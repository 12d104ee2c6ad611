"""Convening trainees: a paper and a letter each, with the appointments; said again when something changes, taken back when it is off."""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from email.utils import parseaddr
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.db import transaction
from django.db.models import prefetch_related_objects
from django.urls import reverse
from django.utils import timezone

from hub.core.accounts.actor import Actor
from hub.core.audit import services as audit
from hub.core.kit.icalendar import Event
from hub.core.notifications import services as notifications
from hub.core.papers import services as papers
from hub.core.papers.canonical import canonical
from hub.core.papers.errors import DataRefused
from trainings.paperwork.convocations import KIND, SUBJECT, Slot, changes, convocation_data, events, slots_of
from trainings.paperwork.errors import ConventionRefused
from trainings.paperwork.models import Convocation
from trainings.paperwork.notifications import Convened, ConvocationCancelled
from trainings.sessions.enums import RegistrationStatus, SessionStatus
from trainings.sessions.models import BY_PRINTED_NAME, Registration, TrainingSession


@dataclass(frozen=True)
class Sent:
    count: int = 0
    refusals: tuple[str, ...] = ()


def _host() -> str:
    return urlsplit(settings.WAGTAILADMIN_BASE_URL).hostname or "localhost"


def _digest(data: dict[str, Any], slots: list[Slot]) -> str:
    return hashlib.sha256(canonical({"data": data, "slots": slots}).encode()).hexdigest()


def send_convocations(session: TrainingSession, *, actor: Actor, only_told: bool = False) -> Sent:
    """Convene those confirmed who were told nothing yet, or something else; the others are left in peace.

    Outside any transaction: the typesetter works before the write lock is taken. `only_told`: those convened already, after a change.
    Raises: ConventionRefused for a session without half-days, over, in draft or cancelled.
    """
    prefetch_related_objects([session], "half_days")  # each letter reads them again
    half_days = list(session.half_days.all())
    if session.status not in {SessionStatus.OPEN, SessionStatus.CLOSED} or not half_days:
        raise ConventionRefused("Une convocation demande une session ouverte, avec ses demi-journées.")
    if half_days[-1].finishes_at < timezone.now():
        raise ConventionRefused("Cette session est passée.")
    trainers = [person.name for person in session.trainers.all()]
    rows = Registration.unscoped.filter(session=session, status=RegistrationStatus.CONFIRMED).select_related("trainee", "employer")
    told = {one.registration_id: one for one in Convocation.unscoped.filter(registration__session=session)}
    slots, count, refusals = slots_of(half_days, _host()), 0, []
    for row in rows.order_by(*BY_PRINTED_NAME):
        before = told.get(row.pk)
        if only_told and (before is None or before.told_at is None):
            continue
        try:
            data = convocation_data(session, half_days, trainers, trainee=row.printed_name, employer=row.employer.name)
            count += _convene(session, row, data, slots, before, actor)
        except DataRefused as refusal:
            refusals.append(f"{row.printed_name} : {refusal}")
    return Sent(count, tuple(refusals))


def _convene(
    session: TrainingSession, row: Registration, data: dict[str, Any], slots: list[Slot], before: Convocation | None, actor: Actor
) -> bool:
    digest = _digest(data, slots)
    if before and before.told_at and before.cancelled_at is None and before.digest == digest:
        return False
    held = before or Convocation.unscoped.get_or_create(registration=row)[0]
    issued = papers.reissue_or_same(KIND, data, actor=actor, subject_kind=SUBJECT, subject_id=held.pk, organisation=session.organisation)
    with transaction.atomic():
        held = Convocation.unscoped.select_for_update(of=("self",), no_key=True).get(pk=held.pk)
        if held.told_at and held.cancelled_at is None and held.digest == digest:
            return False  # another press of the button was first
        kept = {slot["uid"] for slot in slots}
        dropped = [slot for slot in held.slots if slot["uid"] not in kept] if held.cancelled_at is None else []
        told = held.paper.data if held.paper and held.cancelled_at is None else None
        now = timezone.now()
        held.sequence = held.sequence + 1 if held.told_at else 0
        held.slots, held.digest, held.paper, held.told_at, held.cancelled_at = slots, digest, issued.paper, now, None
        held.save()
        row.session = session
        held.registration = row
        said = tuple(changes(told, data)) if told else ()
        notifications.send(Convened(held, tuple(_events(held, now, dropped)), said), to=[row.trainee])
        audit.record(
            "trainings.convocation.send",
            held,
            actor=actor,
            organisation=row.employer,
            data={"session": str(session.pk), "sequence": held.sequence},
        )
    return True


def _events(held: Convocation, stamp: datetime, dropped: list[Slot] | tuple[()] = ()) -> list[Event]:
    session = held.registration.session
    url = f"{settings.WAGTAILADMIN_BASE_URL}{reverse('paperwork:convocation', args=[session.pk])}"
    return events(
        held.slots,
        session=session,
        sequence=held.sequence,
        stamp=stamp,
        url=url,
        sender=parseaddr(settings.DEFAULT_FROM_EMAIL)[1],
        dropped=dropped,
    )


def appointments_of(held: Convocation) -> list[Event]:
    """As they were last announced, to take again into a diary."""
    return _events(held, held.told_at or timezone.now())


@transaction.atomic
def cancel_convocations(registrations: Iterable[Registration], *, actor: Actor) -> int:
    """Take back what was announced for a cancelled registration or session; returns how many people are told."""
    rows = Convocation.unscoped.filter(registration__in=[row.pk for row in registrations], told_at__isnull=False, cancelled_at=None)
    told = list(
        rows.select_for_update(of=("self",), no_key=True).select_related("registration__session__organisation", "registration__trainee")
    )
    now = timezone.now()
    for held in told:
        held.sequence, held.cancelled_at = held.sequence + 1, now
        held.save(update_fields=["sequence", "cancelled_at", "updated_at"])
        notifications.send(ConvocationCancelled(held, tuple(_events(held, now))), to=[held.registration.trainee])
    for held in told:
        audit.record("trainings.convocation.cancel", held, actor=actor, data={"session": str(held.registration.session_id)})
    return len(told)


def read_convocation(convocation: Convocation, *, actor: Actor) -> bytes:
    if convocation.paper is None:
        raise ConventionRefused("Cette convocation n’est pas encore établie.")
    with transaction.atomic():
        employer = convocation.registration.employer
        audit.record("trainings.convocation.read", convocation, actor=actor, organisation=employer, label=convocation.paper.number)
    return papers.sealed_file(convocation.paper)
