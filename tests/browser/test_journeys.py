"""The first line through the hub, by the people who draw it: found, written, approved, opened, registered for, agreed upon."""

from datetime import timedelta

import pytest

from hub.core.kit.dates import today
from tests.browser import village
from tests.browser.keys import tab_to
from tests.builders.accounts import make_person
from tests.builders.people import make_profile
from tests.builders.trainings import FULL_PROGRAMME, make_course, make_session
from trainings.sessions.models import Registration, TrainingSession

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

TYPED = {name: value for name, value in FULL_PROGRAMME.items() if name != "duration_minutes"}


@pytest.fixture
def homes():
    """The CAE that trains, and the one that sends people."""
    return village.make_party("Bâti Formation"), village.make_party("L’Étançon")


@pytest.fixture
def pupils(homes):
    _, buyer = homes
    return [make_person(buyer, first_name="Nadège", last_name="Fontan"), make_person(buyer, first_name="Bastien", last_name="Roche")]


@pytest.fixture
def come_in(new_page, live_server):
    """A function that gives a page signed in as somebody, on an address."""

    def make(user, path, **options):
        page = new_page(**options)
        if user:
            village.enter(page, live_server.url, user)
        page.goto(live_server.url + path)
        return page

    return make


def read(page, selector):
    """The words of a place, its no-break spaces as plain ones."""
    return page.inner_text(selector).replace("\u00a0", " ").replace("\u202f", " ")


def test_newcomer_finds_a_cooperative_and_a_person(homes, come_in):
    buyer = homes[1]
    make_profile(buyer, first_name="Nadège", last_name="Fontan")
    page = come_in(None, "/")

    page.click("text=Voir les coopératives")
    page.fill("#filtre-q", "Étançon")
    page.click("main form button:has-text('Appliquer')")
    page.click(".hit a:has-text('L’Étançon')")
    assert page.inner_text("h1") == "L’Étançon"

    page.click(".areas a:has-text('Annuaire')")
    page.fill("#mots", "Fontan")
    page.click("main form button:has-text('Appliquer')")
    page.click(".hit h2 a:has-text('Nadège Fontan')")
    assert page.inner_text("h1") == "Nadège Fontan"


def test_programme_is_written_approved_opened_and_agreed_upon(homes, pupils, come_in, live_server):
    home, buyer = homes
    trainer = make_person(home, "trainer", first_name="Ana", last_name="Lopes")
    page = come_in(trainer, "/formations/")
    page.click("text=Écrire un programme")
    page.fill("[name=title]", "Enduits terre et chaux")
    for name, value in TYPED.items():
        page.fill(f"[name={name}]", value)
    page.fill("[name=hours]", "7")
    page.click("text=Enregistrer le brouillon")
    page.click("text=Remettre à la relecture")
    assert "En relecture" in read(page, "main")

    approval = come_in(make_person(home, "training_manager"), page.url.removeprefix(live_server.url))
    approval.click("text=Approuver et publier")
    assert "Programme publié" in read(approval, "main")

    page.reload()
    page.click("text=Page publiée")
    page.click("text=Ouvrir une session")
    day = today() + timedelta(days=30)
    for rank, period in enumerate(["am", "pm"]):
        page.fill(f"[name=demi-{rank}-date]", day.isoformat())
        page.select_option(f"[name=demi-{rank}-period]", period)
    for name, value in {
        "price": "504",
        "place_name": "Atelier",
        "street": "2 rue de l’Exemple",
        "postal_code": "33310",
        "city": "Lormont",
    }.items():
        page.fill(f"[name={name}]", value)
    page.fill("[name=payment_terms]", "À 30 jours.")
    page.click("text=Enregistrer la session")
    page.click("main button:has-text('Ouvrir les inscriptions')")
    assert "en 2 demi-journées" in read(page, "main")

    session = TrainingSession.unscoped.get()
    sender = come_in(make_person(buyer, "training_manager"), f"/formations/sessions/{session.pk}/")
    sender.click("text=Inscrire des personnes")
    for person in pupils:
        sender.check(f"label:has-text('{person.name}') input")
    sender.click("text=Inscrire les personnes choisies")
    assert "2 personnes inscrites" in read(sender, ".heard")

    manager = come_in(make_person(home, "training_manager"), f"/formations/sessions/{session.pk}/conventions/")
    manager.click("main button:has-text('Établir les conventions')")
    assert "1 convention établie" in read(manager, ".heard")
    sender.goto(f"{live_server.url}/formations/sessions/{session.pk}/conventions/")
    paper = sender.request.get(live_server.url + sender.get_attribute("main a[href$='.pdf']", "href"))
    assert paper.status == 200
    assert paper.body().startswith(b"%PDF-")


def test_people_are_registered_with_the_keyboard_alone(homes, pupils, come_in):
    home, buyer = homes
    session = make_session(make_course(home))
    page = come_in(make_person(buyer, "training_manager"), "/formations/sessions/")

    tab_to(page, f".hit a[href*='{session.pk}']")
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/formations/sessions/{session.pk}/")
    tab_to(page, "a[href$='/inscrire/']")
    page.keyboard.press("Enter")
    page.wait_for_url("**/inscrire/")
    for person in pupils:
        tab_to(page, f"[name=trainees][value='{person.pk}']")
        page.keyboard.press("Space")
    tab_to(page, "form[method=post] .btn--main")
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/formations/sessions/{session.pk}/")

    assert "2 personnes inscrites" in read(page, ".heard")
    tab_to(page, "footer a", most=120)  # nothing holds the focus back


def test_people_are_registered_without_script(homes, pupils, come_in):
    home, buyer = homes
    session = make_session(make_course(home))
    page = come_in(make_person(buyer, "training_manager"), f"/formations/sessions/{session.pk}/inscrire/", java_script_enabled=False)

    page.click("text=Inscrire les personnes choisies")
    assert page.title().startswith("Erreur\u00a0: ")
    for person in pupils:
        page.check(f"label:has-text('{person.name}') input")
    page.click("text=Inscrire les personnes choisies")

    assert "2 personnes inscrites" in read(page, ".heard")
    assert Registration.unscoped.filter(session=session).count() == 2
