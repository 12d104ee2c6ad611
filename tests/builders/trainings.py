"""Programmes, sessions and registrations, with good defaults."""

from datetime import date, time, timedelta

from hub.core.accounts.models import Organisation, User
from hub.core.kit.dates import today
from hub.core.kit.identifiers import uuid7
from tests.builders.accounts import SYSTEM, make_actor, make_member
from tests.builders.kept import kept
from trainings.catalogue import services as catalogue
from trainings.catalogue.models import CoursePage
from trainings.sessions import services as sessions
from trainings.sessions.enums import SessionStatus
from trainings.sessions.models import TrainingSession

FULL_PROGRAMME = {
    "summary": "Trois jours d’enduits.", "objectives": "Préparer un enduit\nRéparer un enduit", "public": "Tout public", "prerequisites": "Aucun",
    "content": "Matin\nAprès-midi", "teaching_means": "Démonstrations", "technical_means": "Atelier équipé", "supervision": "Une formatrice du métier",
    "duration_minutes": 21 * 60, "follow_up": "Émargement par demi-journée", "assessment": "Mise en situation", "outcome": "Certificat de réalisation",
    "accessibility": "Plain-pied", "access_delay": "Sept jours", "contact": "formation@example.org",
}  # fmt: skip


@kept
def make_course(organisation: Organisation | None = None, *, title: str = "Enduits terre", live: bool = True, **facts) -> CoursePage:
    organisation = organisation or make_member()
    course = catalogue.create_course(title=title, organisation=organisation, actor=SYSTEM, facts=FULL_PROGRAMME | facts)
    if live:
        course.get_latest_revision().publish(skip_permission_checks=True)
        course.refresh_from_db()
    return course


def half_days(start: date, days: int = 3) -> list[sessions.Slot]:
    return [
        (start + timedelta(days=n), period, begin, end, False, "")
        for n in range(days)
        for period, begin, end in (("am", time(8, 30), time(12)), ("pm", time(13, 30), time(17)))
    ]


@kept
def make_session(
    course: CoursePage | None = None, *, capacity: int = 12, status: str = SessionStatus.OPEN, starts_in: int = 30, **facts
) -> TrainingSession:
    course = course or make_course()
    facts = {"capacity": capacity, "price_cents": 50_400, "place_name": "Atelier", "postal_code": "33310", "city": "Lormont"} | facts
    session = sessions.create_session(course, facts=facts, slots=half_days(today() + timedelta(days=starts_in)), trainers=[], actor=SYSTEM)
    if status != SessionStatus.DRAFT:
        sessions.move_session(session, status=SessionStatus.OPEN, actor=SYSTEM)
    if status not in {SessionStatus.OPEN, SessionStatus.DRAFT}:
        sessions.move_session(session, status=SessionStatus(status), actor=SYSTEM)
    session.refresh_from_db()
    return session


@kept
def register(session: TrainingSession, *people: User, employer: Organisation, actor=None):
    actor = actor or make_actor(employer, "training_manager")
    return sessions.register_trainees(session, trainees=people, employer=employer, actor=actor, key=uuid7())
