"""A small federation for the browser: two CAE with all their legal facts, one without, and what they train each other in."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from django.db import connection

from hub.core.accounts.models import Organisation, User
from hub.core.kit.identifiers import luhn
from tests.builders.accounts import SYSTEM, make_coordinator, make_member, make_person, make_siren, sign_in
from tests.builders.attendance import close_all, make_attended, people_of
from tests.builders.funding import make_file, make_file_at
from tests.builders.people import make_profile
from tests.builders.trainings import FULL_PROGRAMME, make_course, make_session, register
from tests.builders.vocabularies import make_commune, make_skill, make_trade
from tests.builders.wishes import make_wish
from trainings.catalogue import services as catalogue
from trainings.catalogue.models import CoursePage
from trainings.funding.enums import FundingStatus
from trainings.funding.models import FundingFile
from trainings.paperwork.services import complete_dossier, issue_agreements, send_convocations
from trainings.sessions.models import Registration, TrainingSession
from trainings.wishes import services as wishes
from trainings.wishes.models import Wish


@dataclass(frozen=True)
class Village:
    trainer_home: Organisation
    buyer: Organisation
    bare: Organisation  # without the facts that an agreement needs
    people: dict[str, User]  # manager, trainer, entrepreneur, coordinator, other_manager
    profile: str
    course: CoursePage
    unpublished: CoursePage
    changed: CoursePage
    session: TrainingSession  # its agreements are not established
    settled: TrainingSession  # its agreements are
    running: TrainingSession  # its first half-day is being signed
    held: TrainingSession  # over, its sheets closed, its certificates established
    funding_file: FundingFile  # of buyer, at settled: it lacks all that buyer enters
    filed: FundingFile  # of home, in the hands of its OPCO
    wish: Wish


def make_party(name: str, **facts) -> Organisation:
    """A CAE whose legal facts are all known."""
    siren = make_siren()
    siret = next(f"{siren}{nic:05d}" for nic in range(1, 100) if luhn(f"{siren}{nic:05d}"))
    return make_member(
        name, siren=siren, siret=siret, street="1 rue de l’Exemple", postal_code="33000", city="Bordeaux", nda_region="Nouvelle-Aquitaine",
        representative_name="Line Exemple", representative_role="gérante", nda_number="75331234533", department_codes=["33"], **facts,
    )  # fmt: skip


def build() -> Village:
    commune, trade, skill = make_commune(), make_trade(), make_skill()
    home, buyer, bare = make_party("Bâti Formation"), make_party("L’Étançon"), make_member("La Toute Neuve")
    people = {
        "manager": make_person(home, "training_manager", first_name="Solène", last_name="Marchais"),
        "trainer": make_person(home, "trainer", first_name="Ana", last_name="Lopes"),
        "other_manager": make_person(buyer, "training_manager", first_name="Maud", last_name="Le Bihan"),
        "coordinator": make_coordinator(),
    }
    profile = make_profile(buyer, first_name="Nadège", last_name="Fontan", trades=[trade], skills=[skill], commune=commune, radius_km=40)
    people["entrepreneur"] = profile.user
    course = make_course(home, title="Enduits terre et chaux")
    changed = make_course(home, title="Badigeon")
    facts = FULL_PROGRAMME | {"objectives": "Poser un badigeon\nEntretenir un badigeon"}
    catalogue.save_draft(changed, facts=facts, actor=SYSTEM, based_on=changed.latest_revision_id)
    unpublished = catalogue.create_course(title="Pisé", organisation=home, actor=SYSTEM, facts={"summary": "Deux jours de pisé."})
    session, settled = make_session(course), make_session(course, starts_in=60)
    register(settled, profile.user, make_person(buyer, first_name="Bastien", last_name="Roche"), employer=buyer)
    register(session, make_person(bare, first_name="Oumar", last_name="Kaba"), employer=bare)
    register(session, profile.user, employer=buyer)
    running, held = make_attended(home, buyer, bare, starts_in=0, each=2), make_attended(home, buyer)
    Registration.unscoped.filter(session=held).update(trainee=profile.user)
    for one in (running, held):
        one.trainers.set([people["trainer"]])
    draft = make_file(employer=buyer, session=settled, is_complete=False)
    filed = make_file_at(FundingStatus.UNDER_REVIEW, employer=home)
    wish = make_wish(buyer, words="Devis et marges", people=[profile.user], period="printemps", note="Sur leurs propres devis.")
    wishes.ask_session([make_wish(home, words="Devis et marges", people_count=2)], course, actor=SYSTEM)
    with ThreadPoolExecutor(1) as aside:  # the seal runs a loop of its own, and Playwright's is in this thread
        aside.submit(_issue, settled).result()
        aside.submit(_certify, held, settled).result()
    return Village(
        home, buyer, bare, people, str(profile.pk), course, unpublished, changed, session, settled, running, held, draft, filed, wish
    )


def _issue(session: TrainingSession) -> None:
    try:
        assert any(result.is_issued for result in issue_agreements(session, actor=SYSTEM))
    finally:
        connection.close()


def _certify(held: TrainingSession, settled: TrainingSession) -> None:
    try:
        close_all(held)
        for employer in {row.employer for row in people_of(held)}:
            assert complete_dossier(held, employer, actor=SYSTEM) == []
        send_convocations(settled, actor=SYSTEM)
    finally:
        connection.close()


def enter(page, server: str, user: User, **options) -> None:
    """The page's browser holds an open session of the person."""
    cookie = sign_in(user, **options).cookies["sessionid"]
    page.context.add_cookies([{"name": "sessionid", "value": cookie.value, "url": server}])
