"""Courses and sessions of the demo, in volume: past ones with their people, open ones, full ones with a waiting line, drafts."""

import random
from collections.abc import Callable, Sequence
from datetime import date, time, timedelta

from django.db import transaction
from django.utils import timezone

from hub.core.accounts.actor import Actor, Mandate
from hub.core.accounts.models import Organisation, Role
from hub.core.kit.dates import today
from hub.demo import calendar, programmes
from hub.demo.federation import Federation
from hub.demo.people import Account, Crowd
from trainings.catalogue import services as catalogue
from trainings.catalogue.models import CoursePage
from trainings.sessions import services as sessions
from trainings.sessions.enums import RegistrationStatus, SessionStatus
from trainings.sessions.models import Registration, TrainingSession

Programme = tuple[str, int, int, str, list[str], list[str], list[str]]
HALF_DAY = 210  # minutes
REFUND = "Annulation moins de sept jours avant le début : dédit de 50 % des heures non suivies, facturé à part à la CAE."


def actor_of(account: Account) -> Actor:
    """The actor that an account of the demo would be, without a query."""
    role = Role.objects.get(code=account.roles[0])
    mandate = Mandate(
        f"organisation:{account.organisation.pk}", account.organisation.pk, account.organisation.name, account.organisation.slug, role.label,
        frozenset(role.permissions), True,
    )  # fmt: skip
    return Actor(user_id=account.user.pk, name=account.user.name, mandate=mandate, mandates=(mandate,), is_staff=True)


def teach(crowd: Crowd, federation: Federation, progress: Callable[[str, int, int], None]) -> None:
    plan: list[tuple[Organisation, Programme]] = [(federation.training_body, one) for one in (*programmes.BUILDING, *programmes.GENERAL)]
    plan += [(organisation, programmes.BUILDING[n % 7]) for n, organisation in enumerate(federation.building)]
    plan += [(organisation, programmes.GENERAL[n % 6]) for n, organisation in enumerate(federation.general[:40])]
    die = crowd.die
    people = _by_organisation(crowd)
    for number, (organisation, programme) in enumerate(plan, start=1):
        with transaction.atomic():
            trainer = next(a for a in crowd.accounts if a.organisation == organisation and "trainer" in a.roles)
            course = _course(organisation, programme, trainer)
            for turn in range(3):
                _session(course, programme, trainer, turn, federation, people, die)
        progress("Formations", number, len(plan))
    _work_in_progress(crowd, federation)


def _by_organisation(crowd: Crowd) -> dict[Organisation, list[Account]]:
    found: dict[Organisation, list[Account]] = {}
    for account in crowd.accounts:
        found.setdefault(account.organisation, []).append(account)
    return found


def _facts(programme: Programme, trainer: Account) -> dict[str, object]:
    _title, hours, price, nsf, trades, objectives, sequences = programme
    return {
        **programmes.COMMON,
        "summary": f"{hours} heures pour {objectives[0][0].lower()}{objectives[0][1:]}.",
        "objectives": "\n".join(objectives),
        "content": "\n".join(sequences),
        "duration_minutes": hours * 60,
        "indicative_price_cents": price * 100,
        "nsf_code": nsf,
        "trades": trades,
        "contact": f"{trainer.user.name}, {trainer.user.email}",
    }


def _course(organisation: Organisation, programme: Programme, trainer: Account) -> CoursePage:
    actor = actor_of(trainer)
    course = catalogue.create_course(title=programme[0], organisation=organisation, actor=actor, facts=_facts(programme, trainer))
    course.get_latest_revision().publish(user=trainer.user, skip_permission_checks=True)
    course.refresh_from_db()
    return course


def _slots(start: date, hours: int, topics: Sequence[str]) -> list[sessions.Slot]:
    """Half-days of 3 h 30 on worked days of one week, the last one shorter when the hours ask for it."""
    slots: list[sessions.Slot] = []
    left, number = hours * 60, 0
    days = calendar.week_of(start, -(-left // (2 * HALF_DAY)))
    while left > 0:
        morning = number % 2 == 0
        day = days[number // 2]
        length = min(left, HALF_DAY)
        begin = time(8, 30) if morning else time(13, 30)
        minutes = begin.hour * 60 + begin.minute + length
        slots.append(
            (day, "am" if morning else "pm", begin, time(*divmod(minutes, 60)), False, topics[number] if number < len(topics) else "")
        )
        left -= length
        number += 1
    return slots


def _session(
    course: CoursePage, programme: Programme, trainer: Account, turn: int, federation: Federation, people: dict[Organisation, list[Account]],
    die: random.Random,
) -> TrainingSession:  # fmt: skip
    """turn 0: past, 1: soon and often full, 2: later with places."""
    start = today() + timedelta(days={0: -die.randint(20, 200), 1: die.randint(20, 60), 2: die.randint(70, 160)}[turn])
    organisation = course.organisation
    facts = _place(organisation) | {"capacity": die.choice([8, 10, 12]), "price_cents": programme[2] * 100}
    actor = actor_of(trainer)
    slots = _slots(start, programme[1], programme[6])
    facts["registration_closes_on"] = programmes.closes_on(slots[0][0])
    session = sessions.create_session(course, facts=facts, slots=slots, trainers=[trainer.user], actor=actor)
    sessions.move_session(session, status=SessionStatus.OPEN, actor=actor)
    session.refresh_from_db()
    wanted = session.capacity + die.choice([-3, 0, 2]) if turn < 2 else die.randint(0, 4)
    _fill(session, _employers(organisation, federation, die), people, wanted, die)
    return session


def _place(organisation: Organisation) -> dict[str, object]:
    return {
        "place_name": f"Atelier, {organisation.name}", "street": organisation.street, "postal_code": organisation.postal_code,
        "city": organisation.city, "access_notes": "Accès de plain-pied.", "cancellation_terms": REFUND,
    }  # fmt: skip


def _employers(organisation: Organisation, federation: Federation, die: random.Random) -> list[Organisation]:
    family = federation.building if organisation in federation.building or die.random() < 0.5 else federation.general
    return die.sample(family, k=min(3, len(family)))


def _fill(
    session: TrainingSession, employers: list[Organisation], people: dict[Organisation, list[Account]], wanted: int, die: random.Random
) -> None:
    """Registrations as the service would leave them, written at once."""
    pool = [account for employer in employers for account in people[employer] if "entrepreneur" in account.roles]
    rows = []
    for number, account in enumerate(die.sample(pool, k=min(max(0, wanted), len(pool)))):
        waits = number >= session.capacity
        rows.append(
            Registration(
                session=session, trainee=account.user, employer=account.organisation,
                status=RegistrationStatus.WAITING if waits else RegistrationStatus.CONFIRMED,
                rank=number - session.capacity + 1 if waits else None, registered_at=timezone.now(),
            )
        )  # fmt: skip
    Registration.unscoped.bulk_create(rows)
    session.confirmed_count = sum(row.status == RegistrationStatus.CONFIRMED for row in rows)
    session.waiting_count = len(rows) - session.confirmed_count
    session.save(update_fields=["confirmed_count", "waiting_count", "updated_at"])


@transaction.atomic
def _work_in_progress(crowd: Crowd, federation: Federation) -> None:
    """One programme being written, one in review, one session in draft: what a team finds on its desk."""
    home = federation.building[0]
    trainer = next(a for a in crowd.accounts if a.organisation == home and "trainer" in a.roles)
    actor = actor_of(trainer)
    catalogue.create_course(
        title="Petites charpentes : lire, tracer, tailler",
        organisation=home,
        actor=actor,
        facts={
            "summary": "Trois jours pour lire un plan de charpente, tracer une épure à l’échelle et tailler ses premiers assemblages.",
            "objectives": "Lire un plan de petite charpente\nTracer une épure au sol\nTailler un tenon et une mortaise d’équerre",
            "public": programmes.COMMON["public"],
        },
    )
    review = catalogue.create_course(
        title=programmes.IN_REVIEW[0], organisation=home, actor=actor, facts=_facts(programmes.IN_REVIEW, trainer)
    )
    catalogue.submit_course(review, actor=actor)
    course = CoursePage.objects.filter(organisation=home, live=True).first()
    if course:
        of_course = next(one for one in programmes.BUILDING if one[0] == course.title)
        slots = _slots(today() + timedelta(days=90), of_course[1], of_course[6])
        facts = _place(home) | {
            "capacity": 10, "price_cents": of_course[2] * 100, "registration_closes_on": programmes.closes_on(slots[0][0]),
        }  # fmt: skip
        sessions.create_session(course, facts=facts, slots=slots, trainers=[trainer.user], actor=actor)
