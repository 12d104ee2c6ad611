"""Sheets signed and closed, at the hours of their half-days."""

import random
from datetime import timedelta

from django.utils import timezone

from hub.core.accounts.models import Organisation
from hub.core.accounts.selectors import actor_for
from tests.builders.accounts import make_person
from tests.builders.kept import kept
from tests.builders.trainings import make_course, make_session, register
from trainings.attendance import services
from trainings.attendance.codes import code_of
from trainings.attendance.models import AttendanceSheet
from trainings.attendance.services import Hours, Signature
from trainings.sessions.models import HalfDay, Registration, TrainingSession


def drawing(seed: int = 0) -> list[list[tuple[int, int]]]:
    """A scribble like no other."""
    die = random.Random(seed)
    x, y, strokes = 60, 70, []
    for _ in range(3):
        stroke = []
        for _ in range(14):
            x, y = max(0, min(360, x + die.randint(-12, 22))), max(0, min(144, y + die.randint(-30, 30)))
            stroke.append((x, y))
        strokes.append(stroke)
    return strokes


@kept
def make_attended(provider: Organisation, *employers: Organisation, starts_in: int = -7, each: int = 1, **facts) -> TrainingSession:
    """A session with one trainer and `each` people of each employer; `starts_in` days from today, past or to come."""
    session = make_session(make_course(provider), starts_in=30, **facts)
    for employer in employers:
        register(session, *(make_person(employer) for _ in range(each)), employer=employer)
    move(session, starts_in - 30)
    session.trainers.add(make_person(provider, "trainer", first_name="Ana"))
    return TrainingSession.unscoped.get(pk=session.pk)


def move(session: TrainingSession, days: int) -> None:
    """As if it had been held that many days later."""
    rows = list(HalfDay.objects.filter(session=session))
    for row in rows if days < 0 else reversed(rows):
        HalfDay.objects.filter(pk=row.pk).update(date=row.date + timedelta(days=days))
    dates = [row.date + timedelta(days=days) for row in rows]
    TrainingSession.unscoped.filter(pk=session.pk).update(starts_on=min(dates), ends_on=max(dates))


def trainer_of(session: TrainingSession):
    return actor_for(session.trainers.get())


def people_of(session: TrainingSession) -> list[Registration]:
    return list(
        Registration.unscoped.filter(session=session, status="confirmed")
        .select_related("trainee", "employer")
        .order_by("registered_at", "pk")
    )


def typed(row: Registration, half_day: HalfDay | None = None, **facts) -> Signature:
    """Her name and her code of a half-day, the first one unless said, as she types them."""
    return Signature(typed=row.trainee.name, code=code_of(row, half_day or row.session.half_days.all()[0]), **facts)


@kept
def sign(half_day: HalfDay, row: Registration, *, seed: int | None = None, late_reason: str = "sans réseau", actor=None, **hours):
    signature = Signature(strokes=drawing(seed)) if seed is not None else typed(row, half_day)
    actor = actor or trainer_of(half_day.session)
    return services.sign(half_day, row, signature=signature, hours=Hours(late_reason=late_reason, **hours), actor=actor)


@kept
def close(half_day: HalfDay, *, absent: tuple[Registration, ...] = (), actor=None, **facts) -> AttendanceSheet:
    """Everybody signs but those absent, then the trainer."""
    actor = actor or trainer_of(half_day.session)
    for row in people_of(half_day.session):
        if row in absent:
            services.mark_absent(half_day, row, reason="Malade", actor=actor)
        else:
            sign(half_day, row, actor=actor)
    return services.close_sheet(half_day, signature=Signature(typed=actor.name), actor=actor, **facts)


@kept
def close_all(session: TrainingSession, absences: dict[int, tuple[Registration, ...]] | None = None) -> list[AttendanceSheet]:
    """Every half-day of a past session; absences by rank of the half-day."""
    return [close(half_day, absent=(absences or {}).get(rank, ())) for rank, half_day in enumerate(session.half_days.all())]


def during(monkeypatch, half_day: HalfDay, minutes: int = 5) -> None:
    """The clock stands that many minutes after the half-day begins."""
    moment = half_day.begins_at + timedelta(minutes=minutes)
    monkeypatch.setattr(timezone, "now", lambda: moment)
