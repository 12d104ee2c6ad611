"""Sheets of the demo: sessions that are over are signed and closed; one awaits its trainer; one is a workshop."""

import math
import random
from collections.abc import Callable, Iterable
from datetime import date, time, timedelta

from django.db import transaction

from hub.core.accounts.models import Organisation
from hub.core.kit.dates import today
from hub.demo import calendar
from hub.demo.federation import Federation
from hub.demo.people import Account, Crowd
from hub.demo.programmes import closes_on
from hub.demo.trainings import actor_of
from trainings.attendance import facts
from trainings.attendance.enums import Attended, Method
from trainings.attendance.models import AttendanceSheet, Presence
from trainings.attendance.strokes import HEIGHT, WIDTH, Strokes
from trainings.catalogue.models import CoursePage
from trainings.paperwork.services import send_convocations
from trainings.sessions import services as sessions
from trainings.sessions.enums import Nature, RegistrationStatus, SessionStatus
from trainings.sessions.models import HalfDay, Registration, TrainingSession

REASONS = ("Chantier urgent, prévenu la veille", "Malade", "Sans nouvelle", "Garde d’enfant")
BATCH = 2000


def attend(crowd: Crowd, federation: Federation, progress: Callable[[str, int, int], None]) -> None:
    die = random.Random(2027)  # noqa: S311  a fixed die, so that two demos look alike
    last = _last_worked()  # its sheets stay open: on a Sunday too, there is one to have signed
    with transaction.atomic():
        coming = _around_today(crowd, federation)
        _workshop(crowd, federation)
        over = TrainingSession.unscoped.filter(starts_on__lt=today(), status=SessionStatus.OPEN)
        found = list(
            over.select_related("organisation").prefetch_related(
                "half_days", "trainers", "registrations__trainee", "registrations__employer"
            )
        )
        sheets: list[AttendanceSheet] = []
        lines: list[Presence] = []
        for number, session in enumerate(found, start=1):
            for half_day in session.half_days.all():
                if half_day.date < last:
                    half_day.session = session
                    _closed(half_day, die, sheets, lines)
            progress("Émargement", number, len(found))
        AttendanceSheet.unscoped.bulk_create(sheets, batch_size=BATCH)
        Presence.objects.bulk_create(lines, batch_size=BATCH)
        HalfDay.objects.bulk_update([sheet.half_day for sheet in sheets], ["signing_began_at"], batch_size=BATCH)
    if coming:
        send_convocations(coming, actor=actor_of(_of(crowd, federation.building[0], "trainer")))


def _of(crowd: Crowd, organisation: Organisation, role: str) -> Account:
    return next(account for account in crowd.accounts if account.organisation == organisation and role in account.roles)


def _closed(half_day: HalfDay, die: random.Random, sheets: list[AttendanceSheet], lines: list[Presence]) -> None:
    """A closed sheet and its lines, as the services would have left them."""
    session, trainer = half_day.session, half_day.session.trainers.all()[0]
    sheet = AttendanceSheet(half_day=half_day, closed_at=half_day.finishes_at + timedelta(minutes=die.randint(0, 9)))
    sheet.trainer, sheet.trainer_name = trainer, trainer.name
    half_day.signing_began_at = half_day.begins_at
    confirmed = sorted(
        (row for row in session.registrations.all() if row.status == RegistrationStatus.CONFIRMED), key=lambda row: row.trainee.sort_name
    )
    if not confirmed:
        return
    rows = [_line(sheet, row, die, rank) for rank, row in enumerate(confirmed)]
    if not session.is_workshop:
        sheet.trainer_method, sheet.trainer_strokes = Method.DRAWN, scribble(die)
    sheet.content = facts.content_of(sheet, rows)
    sheet.digest = facts.digest(sheet.content)
    sheets.append(sheet)
    lines += rows


def _line(sheet: AttendanceSheet, row: Registration, die: random.Random, rank: int) -> Presence:
    half_day, luck = sheet.half_day, die.random()
    found = Presence(sheet=sheet, registration=row, noted_by=sheet.trainer)
    if luck < 0.04:
        found.attended, found.reason = Attended.ABSENT, die.choice(REASONS)
        return found
    found.attended, found.signed_at = Attended.PRESENT, half_day.begins_at + timedelta(minutes=1 + rank)
    if luck < 0.08:
        late = half_day.begins_at + timedelta(minutes=5 * die.randint(4, 8))
        found.arrived_at, found.reason, found.signed_at = late.time(), "Circulation", late
    if not half_day.session.is_workshop:
        found.method, found.strokes = Method.DRAWN, scribble(die)
    return found


def scribble(die: random.Random) -> Strokes:
    """A hand that writes a name nobody can read."""
    height, pace, start = die.uniform(14, 34), die.uniform(5, 9), die.randint(40, 80)
    lean, loops = die.uniform(-0.4, 0.6), die.uniform(0.25, 0.55)
    letters = [die.uniform(0.3, 1.9) for _ in range(16)]  # what makes two hands differ: the hub notices a drawing used twice
    word = []
    for step in range(die.randint(20, 40)):
        wave = math.sin(step * loops * 2) * height * letters[int(step * loops * 2 / math.pi) % len(letters)]
        word.append((start + step * pace + wave * lean, 84 - abs(wave) + die.uniform(-4, 4)))
    left, width, tilt = start + die.uniform(-30, 90), die.uniform(3, 13), die.uniform(-2, 1)
    flourish = [(left + step * width, 108 + step * tilt + math.sin(step / 5) * 6 + die.uniform(-2, 2)) for step in range(18)]
    return [[(round(min(max(x, 0), WIDTH)), round(min(max(y, 0), HEIGHT))) for x, y in stroke] for stroke in (word, flourish)]


def _around_today(crowd: Crowd, federation: Federation) -> TrainingSession | None:
    """Two sessions of the trainer of the one-click entry: one whose last day is today (or the last worked day), one next week, returned."""
    home = federation.building[0]
    trainer = _of(crowd, home, "trainer")
    course = CoursePage.objects.filter(organisation=home, live=True).first()
    if course is None:
        return None
    first = next(account for account in crowd.accounts if "entrepreneur" in account.roles)  # the one-click entry
    others = [_of(crowd, one, "entrepreneur") for one in federation.building[1:6]]
    people = [first, *(one for one in others if one is not first)]  # she may be of one of these CAEs
    last = _last_worked()
    _held(course, [_worked_before(last), last], trainer, people, capacity=8)
    return _held(course, calendar.week_of(today() + timedelta(days=8), 2), trainer, people, capacity=8)


def _workshop(crowd: Crowd, federation: Federation) -> None:
    """An atelier of last month, without paperwork."""
    home = federation.building[0]
    trainer = _of(crowd, home, "advisor")
    course = CoursePage.objects.filter(organisation=home, live=True).last()
    own = [account for account in crowd.accounts if account.organisation == home and "entrepreneur" in account.roles]
    if course:
        _held(course, [_worked_before(today() - timedelta(days=20))], trainer, own[:5], capacity=10, nature=Nature.WORKSHOP, price_cents=0)


def _last_worked() -> date:
    return _worked_before(today() + timedelta(days=1))


def _worked_before(day: date) -> date:
    return next(one for one in (day - timedelta(days=n) for n in range(1, 40)) if calendar.is_worked(one))


def _held(course: CoursePage, days: Iterable[date], trainer: Account, people: list[Account], **more: object) -> TrainingSession:
    home = course.organisation
    hours = (("am", time(8, 30), time(12, 0)), ("pm", time(13, 30), time(17, 0)))
    slots = [(day, period, start, end, False, "") for day in days for period, start, end in hours]
    place = {"place_name": f"Atelier, {home.name}", "street": home.street, "postal_code": home.postal_code, "city": home.city}
    facts_of = place | {"price_cents": course.indicative_price_cents or 0, "registration_closes_on": closes_on(slots[0][0])} | more
    session = sessions.create_session(course, facts=facts_of, slots=slots, trainers=[trainer.user], actor=actor_of(trainer))
    sessions.move_session(session, status=SessionStatus.OPEN, actor=actor_of(trainer))
    Registration.unscoped.bulk_create(
        Registration(
            session=session, trainee=one.user, employer=one.organisation, status=RegistrationStatus.CONFIRMED,
            registered_at=session.half_days.all()[0].begins_at - timedelta(days=30),
        )
        for one in people
    )  # fmt: skip
    TrainingSession.unscoped.filter(pk=session.pk).update(confirmed_count=len(people))
    return TrainingSession.unscoped.select_related("organisation", "course", "programme_revision").get(pk=session.pk)
