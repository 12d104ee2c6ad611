"""A year of the invented federation, played through the services, each act at its own hour: two sessions with their whole paperwork, a seminar,
a release of the roadmap with what CAEs answer, a delegation with its monthly statements."""

from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from random import Random
from uuid import UUID

from django.utils import timezone

from directory.cooperatives.models import DirectoryEntry
from directory.sharing import services as sharing
from directory.sharing.amounts import month_of, next_month
from directory.sharing.models import SharedService
from directory.sharing.services import Terms
from hub.core.accounts.actor import Actor
from hub.core.accounts.audiences import FEDERATION
from hub.core.accounts.models import Membership, Organisation, User
from hub.core.accounts.selectors import actor_for
from hub.core.kit.dates import today
from hub.core.kit.identifiers import uuid7
from hub.demo import calendar
from hub.demo.attendance import scribble
from hub.demo.clock import at
from hub.demo.programmes import closes_on
from hub.demo.trainings import REFUND
from hub.pages.events import services as events
from hub.pages.events.models import EventPage
from hub.pages.events.models import EventRegistration as Place
from trainings.attendance import services as attendance
from trainings.attendance.services import Hours, Signature
from trainings.catalogue.models import CoursePage
from trainings.paperwork import services as paperwork
from trainings.paperwork.models import TrainingAgreement
from trainings.sessions import services as sessions
from trainings.sessions.enums import RegistrationStatus, SessionStatus
from trainings.sessions.models import Registration, TrainingSession
from workgroups.groups.enums import GroupRole
from workgroups.groups.models import Workgroup
from workgroups.groups.selectors import users_of
from workgroups.roadmaps import services as roadmaps
from workgroups.roadmaps.enums import PieceKind, Stance
from workgroups.roadmaps.models import Answer, RoadmapPage

Progress = Callable[[str, int, int], None]
SEMINAR = "Séminaire de l’année : former, partager, durer"
MONTHS = 11
STANCES = (Stance.ADOPTED, Stance.ADAPTED, Stance.DEFERRED, Stance.THINKING, None, Stance.ADOPTED)
NOTES = {Stance.ADAPTED: "Deux demi-journées au lieu d’une.", Stance.DEFERRED: "Après notre assemblée générale."}


def play(progress: Progress) -> bool:
    """False when the year was played already."""
    if EventPage.objects.filter(title=SEMINAR).exists():
        return False
    cast = Cast()
    steps: list[tuple[str, Callable[[Cast], None]]] = [
        ("Délégation de la gestion sociale", delegation), ("Première session", lambda cast: training(cast, rank=0, days_ago=290)),
        ("Séminaire", seminar), ("Feuille de route", roadmap), ("Seconde session", lambda cast: training(cast, rank=1, days_ago=120)),
    ]  # fmt: skip
    for number, (name, act) in enumerate(steps):
        progress(name, number, len(steps))
        act(cast)
    progress("Une année jouée", len(steps), len(steps))
    return True


class Cast:
    """Who plays whom: the building CAEs in the order in which they were founded, and their people by role."""

    def __init__(self) -> None:
        entries = DirectoryEntry.unscoped.filter(building_trade=True, is_public_list=False, organisation__kind="cae")
        self.homes = [entry.organisation for entry in entries.select_related("organisation").order_by("organisation__created_at", "pk")]

    def user(self, home: Organisation, role: str) -> User:
        return Membership.unscoped.filter(organisation=home, role=role).select_related("user").order_by("created_at", "pk")[0].user

    def people(self, home: Organisation, count: int) -> list[User]:
        rows = Membership.unscoped.filter(organisation=home, role="entrepreneur").select_related("user").order_by("created_at", "pk")
        return [row.user for row in rows[:count]]

    def actor(self, home: Organisation, role: str) -> Actor:
        return actor_for(self.user(home, role))


def moment(day: date, hour: int, minute: int = 0) -> datetime:
    return timezone.make_aware(datetime.combine(day, time(hour, minute)))


# -- a session, from its registrations to its certificates ------------------------------------------------------------
def training(cast: Cast, *, rank: int, days_ago: int) -> None:
    home, employers = cast.homes[rank], [one for one in cast.homes if one != cast.homes[rank]][:2]
    course = CoursePage.objects.filter(organisation=home, live=True).order_by("pk")[0]
    days = calendar.week_of(today() - timedelta(days=days_ago), 2)
    trainer = cast.user(home, "trainer")
    with at(moment(days[0] - timedelta(days=60), 9)):
        session = _opened(course, home, days, trainer)
    with at(moment(days[0] - timedelta(days=40), 10)):
        for employer in employers:
            sessions.register_trainees(
                session, trainees=cast.people(employer, 3), employer=employer, actor=cast.actor(employer, "training_manager"), key=uuid7()
            )
    with at(moment(days[0] - timedelta(days=20), 11)):
        paperwork.issue_agreements(_fresh(session), actor=cast.actor(home, "training_manager"))
    with at(moment(days[0] - timedelta(days=15), 16)):
        for held in TrainingAgreement.unscoped.filter(session=session).select_related("employer", "paper"):
            if held.paper:
                manager = cast.actor(held.employer, "training_manager")
                paperwork.say_signed(held, number=held.paper.number, on=today(), actor=manager)
    with at(moment(days[0] - timedelta(days=12), 9)):
        paperwork.send_convocations(_fresh(session), actor=cast.actor(home, "training_manager"))
    _signed(_fresh(session), actor_for(trainer))
    with at(moment(days[-1] + timedelta(days=3), 14)):
        for employer in employers:
            paperwork.complete_dossier(_fresh(session), employer, actor=cast.actor(home, "training_manager"))


def _opened(course: CoursePage, home: Organisation, days: list[date], trainer: User) -> TrainingSession:
    hours = (("am", time(8, 30), time(12)), ("pm", time(13, 30), time(17)))
    slots = [(day, period, start, end, False, "") for day in days for period, start, end in hours]
    facts = {
        "capacity": 8, "price_cents": course.indicative_price_cents or 50_400, "place_name": f"Atelier, {home.name}", "street": home.street,
        "postal_code": home.postal_code, "city": home.city, "access_notes": "Accès de plain-pied.", "cancellation_terms": REFUND,
        "registration_closes_on": closes_on(days[0]),
    }  # fmt: skip
    actor = actor_for(trainer)
    session = sessions.create_session(course, facts=facts, slots=slots, trainers=[trainer], actor=actor)
    return sessions.move_session(session, status=SessionStatus.OPEN, actor=actor)


def _fresh(session: TrainingSession) -> TrainingSession:
    return TrainingSession.unscoped.select_related("organisation", "course", "programme_revision").get(pk=session.pk)


def _signed(session: TrainingSession, trainer: Actor) -> None:
    """Each signs at the beginning of each half-day; on the second one somebody is absent, and somebody comes late."""
    die = Random(str(session.pk)[:8])  # noqa: S311  a hand, not a secret
    confirmed = Registration.unscoped.filter(session=session, status=RegistrationStatus.CONFIRMED).select_related("trainee").order_by("pk")
    for number, half_day in enumerate(session.half_days.all()):
        for rank, row in enumerate(confirmed):
            with at(half_day.begins_at + timedelta(minutes=2 + rank)):
                if number == 1 and rank == 0:
                    attendance.mark_absent(half_day, row, reason="Chantier urgent, prévenue la veille", actor=trainer)
                    continue
            late = number == 1 and rank == 1
            with at(half_day.begins_at + timedelta(minutes=40 if late else 2 + rank)):
                came = (half_day.begins_at + timedelta(minutes=40)).astimezone(timezone.get_current_timezone()).time() if late else None
                hours = Hours(arrived_at=came, reason="Circulation" if late else "")
                attendance.sign(half_day, row, signature=Signature(strokes=scribble(die)), hours=hours, actor=trainer)
        with at(half_day.finishes_at + timedelta(minutes=4)):
            attendance.close_sheet(half_day, signature=Signature(strokes=scribble(die)), actor=trainer)


# -- a seminar --------------------------------------------------------------------------------------------------------
def seminar(cast: Cast) -> None:
    day = calendar.week_of(today() - timedelta(days=200), 1)[0]
    home = cast.homes[0]
    facts = {
        "title": SEMINAR, "theme": "vie-cooperative", "audience": FEDERATION, "kind": "seminar", "starts_at": moment(day, 10), "ends_at": moment(day, 17),
        "place": f"{home.name}, {home.city}", "link": "", "capacity": 20, "closes_at": None,
        "body": "Une journée pour les six CAE du bâtiment : où en est chaque groupe, ce qui a servi, ce que l’on décide pour l’an prochain.",
    }  # fmt: skip
    with at(moment(day - timedelta(days=45), 9)):
        event = events.create_event(EventPage, facts=facts, actor=cast.actor(home, "director"))
    for rank, other in enumerate(cast.homes):
        for role in ("director", "advisor", "training_manager"):
            with at(moment(day - timedelta(days=40 - rank), 11)):
                events.register(event, actor=cast.actor(other, role))
    with at(moment(day - timedelta(days=2), 18)):
        events.cancel_registration(
            Place.unscoped.filter(event=event).latest("created_at"), actor=cast.actor(cast.homes[-1], "training_manager")
        )


# -- a roadmap --------------------------------------------------------------------------------------------------------
def roadmap(cast: Cast) -> None:
    """The draft under way is released as the next version; the CAEs answer, one says nothing, and silence counts against nobody.

    It happens now: what the demo begins with was released when it was loaded, and a version does not come out before the one it follows.
    """
    group = Workgroup.unscoped.get(acronym="formation")
    page = RoadmapPage.objects.select_related("workgroup").get(workgroup=group)
    roadmaps.submit_roadmap(page, actor=cast.actor(cast.homes[0], "training_manager"))
    page = RoadmapPage.objects.select_related("workgroup").get(pk=page.pk)
    runner = actor_for(users_of(group, roles=[GroupRole.FACILITATOR])[0])
    roadmaps.decide_roadmap(page, approve=True, comment="Un seul dossier OPCO par session, décidé au séminaire.", actor=runner)
    page = RoadmapPage.objects.select_related("workgroup").get(pk=page.pk)
    item = next(one for one in page.plan[PieceKind.ITEM.value] if one["title"].startswith("Un seul dossier"))
    for home, stance in zip(cast.homes, STANCES, strict=False):
        if stance is None:
            continue
        before = Answer.unscoped.filter(sheet__roadmap=page, sheet__organisation=home, item_id=item["id"], replaced_at=None).first()
        facts = {"note": NOTES.get(stance, ""), "owner": "", "starts_on": None, "ends_on": None}
        roadmaps.set_answer(
            page, item_id=UUID(item["id"]), organisation=home, stance=stance, facts=facts, actor=cast.actor(home, "director"),
            based_on=before.pk if before else None,
        )  # fmt: skip


# -- a delegation -----------------------------------------------------------------------------------------------------
def delegation(cast: Cast) -> None:
    """Accounts kept for another CAE since last winter: one statement a month, accepted but for one whose line is contested, then put right."""
    provider, beneficiary = cast.homes[4], cast.homes[5]
    first = month_of(today() - timedelta(days=30 * MONTHS))
    giver, receiver, person = cast.actor(provider, "director"), cast.actor(beneficiary, "director"), cast.user(provider, "shared_staff")
    terms = Terms(
        function="comptabilite", quantity="comptabilité, 2 j par mois", starts_on=first, ends_on=today() + timedelta(days=120), hourly_cost_cents=3720,
        expires_on=first + timedelta(days=20), message="Saisie et rapprochements du mois, clôture en janvier.",
    )  # fmt: skip
    with at(moment(first - timedelta(days=10), 9)):
        request = sharing.send_request(
            provider=provider, beneficiary=beneficiary, asker=beneficiary, terms=terms, key=uuid7(), actor=receiver
        )
    with at(moment(first - timedelta(days=6), 15)):
        service = sharing.accept_request(request, actor=giver, people=[person])
    month, number = first, 0
    while month < month_of(today()):
        _month(service, month, number, person, giver, receiver)
        month, number = next_month(month), number + 1


def _month(service: SharedService, month: date, number: int, person: User, giver: Actor, receiver: Actor) -> None:
    days = [month + timedelta(days=offset) for offset in range(27) if calendar.is_worked(month + timedelta(days=offset))]
    for day, work, minutes in zip(days[2::6], ("Saisie du mois", "Rapprochements", "Échéances fiscales"), (210, 180, 90), strict=False):
        with at(moment(day, 18)):
            sharing.log_time(service, person=person, day=day, work=work, period="", minutes=minutes + 15 * (number % 3), actor=giver)
    with at(moment(next_month(month) + timedelta(days=1), 9)):
        statement = sharing.issue_statement(service, month=month, actor=giver)
    with at(moment(next_month(month) + timedelta(days=4), 16)):
        if number == 3:
            line = statement.lines.order_by("position")[0]
            sharing.contest_lines(statement, reasons={line.pk: "Une demi-journée a été faite par nous."}, round=1, actor=receiver)
        else:
            sharing.accept_statement(statement, round=1, actor=receiver)
