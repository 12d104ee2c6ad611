"""What people come to do, with the keyboard alone: reached by Tab, seen where one is, done by Enter and Space."""

from datetime import timedelta

import pytest
from django.urls import reverse

from directory.sharing.models import ServiceRequest
from hub.core.kit.dates import today
from hub.core.privacy.models import Erasure
from hub.pages.events.models import EventRegistration
from hub.pages.library.models import ResourcePage
from hub.pages.questions.models import Answer, QuestionPage
from tests.browser import village
from tests.browser.keys import NO_MOUSE, choose_file, go, tab_to, write
from tests.browser.signing import address, ends_now, session_of_now
from tests.builders.accounts import SYSTEM, make_member, make_person
from tests.builders.attendance import close_all, make_attended, people_of
from tests.builders.funding import a_pdf, certify, make_file, make_party, say_facts
from tests.builders.life import make_event
from tests.builders.sharing import make_pair, make_request
from tests.builders.trainings import make_course, make_session, register
from tests.plugins.browser import LAPTOP, PHONE
from trainings.attendance.codes import code_of
from trainings.attendance.models import AttendanceSheet, Presence
from trainings.funding import services as funding
from trainings.funding.models import FundingFile
from trainings.wishes.models import Wish

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
SEND = "main form .btn--main"


@pytest.fixture
def come_in(new_page, live_server):
    """A function that gives a page of somebody without a mouse, on an address."""

    def make(user, path, size=LAPTOP):
        page = new_page(viewport=size)
        page.add_init_script(NO_MOUSE)
        village.enter(page, live_server.url, user)
        page.goto(live_server.url + path)
        return page

    return make


def heard(page):
    return page.inner_text(".heard").replace("\u00a0", " ")


@pytest.mark.parametrize("size", [LAPTOP, PHONE], ids=["1280", "320"])
def test_half_day_is_signed_by_all_and_closed(come_in, size):
    session = session_of_now()
    page = come_in(session.trainers.get(), "/moi/", size)
    go(page, f"main a[href='{address(session)}']")
    for row in people_of(session):
        tab_to(page, f"[data-hub-line='{row.pk}'] [data-hub-sign]")
        page.keyboard.press("Enter")
        tab_to(page, "dialog [data-hub-typing] > summary")
        page.keyboard.press("Enter")
        write(page, "dialog [name=typed]", row.trainee.name)
        write(page, "dialog [name=code]", code_of(row, session.half_days.get()))
        page.keyboard.press("Enter")
        page.locator(f"[data-hub-line='{row.pk}'] .st.ok").wait_for()
    assert set(Presence.objects.values_list("method", flat=True)) == {"coded"}

    ends_now(session)
    go(page, "a[href$='/clore/']")
    tab_to(page, "[data-hub-typing] > summary")
    page.keyboard.press("Enter")
    write(page, "[name=typed]", session.trainers.get().name)
    go(page, SEND)

    assert "La feuille est close" in heard(page)
    assert AttendanceSheet.unscoped.get().is_closed


def test_certificates_are_established(come_in):
    session = make_attended(village.make_party("Bâti Formation"), village.make_party("L’Étançon"), each=2)
    close_all(session)
    manager = make_person(session.organisation, "training_manager")
    page = come_in(manager, f"/formations/sessions/{session.pk}/")
    go(page, "main a[href$='/certificats/']")
    go(page, SEND)

    assert page.locator("main a[href$='.pdf']").count() == 2


def test_funding_file_goes_from_its_opening_to_its_deposit(come_in, live_server):
    session = make_session(make_course(make_party("Bâti Formation")), starts_in=60)
    employer = make_party("L’Étançon")
    register(session, make_person(employer, "entrepreneur"), employer=employer)
    page = come_in(make_person(employer, "training_manager"), f"/formations/sessions/{session.pk}/")
    go(page, "form[action$='/dossier/'] button")
    file = FundingFile.unscoped.get()
    certify(session.organisation)
    say_facts(employer)
    funding.keep_agreement(file, upload=a_pdf(), agreed_on=today() - timedelta(days=1), actor=SYSTEM)
    page.reload()

    for target in ("to-complete", "ready", "filed"):
        go(page, f"main a[href$='/etat/{target}/']")
        if target == "filed":
            write(page, "[name=reference]", "EX-2027-001")
        go(page, SEND)

    file.refresh_from_db()
    assert (file.status, file.reference) == ("filed", "EX-2027-001")


def test_signed_agreement_is_put_in_the_file(come_in):
    file = make_file(is_complete=False)
    page = come_in(make_person(file.employer, "training_manager"), f"/formations/dossiers/{file.pk}/")
    go(page, "main a[href$='/convention-signee/']")
    tab_to(page, "[name=file]")
    with page.expect_file_chooser() as chooser:
        page.keyboard.press("Space")

    assert not chooser.value.is_multiple()


def test_training_need_is_entered(come_in):
    page = come_in(make_person(make_member(), "training_manager"), "/formations/besoins/")
    go(page, "main a[href$='/besoins/nouveau/']")
    write(page, "[name=theme]", "Devis et marges")
    write(page, "[name=people_count]", "3")
    write(page, "[name=period]", "printemps")
    go(page, SEND)

    wish = Wish.unscoped.get()
    assert (wish.words, wish.people_count) == ("Devis et marges", 3)


@pytest.mark.parametrize("size", [LAPTOP, PHONE], ids=["1280", "320"])
def test_place_at_an_event_is_taken_and_given_back(come_in, size):
    event = make_event("Visite d’un chantier paille", audience="federation")
    person = make_person(make_member(), "entrepreneur")
    page = come_in(person, reverse("life:life"), size)
    go(page, f"main a[href='{event.get_absolute_url()}']")
    go(page, "form[action$='/inscription/'] button")
    assert EventRegistration.unscoped.get(user=person).status == "confirmed"

    go(page, "form[action$='/retirer/'] button")

    assert EventRegistration.unscoped.get(user=person).status == "cancelled"


def test_question_is_asked_and_answered(come_in):
    home = make_member()
    page = come_in(make_person(home, "advisor"), "/vie/questions/")
    go(page, "main a[href$='/questions/ecrire/']")
    write(page, "[name=title]", "Comment assurer un chantier école ?")
    write(page, "[name=body]", "L’assureur refuse les stagiaires.")
    go(page, SEND)
    question = QuestionPage.objects.get()

    page = come_in(make_person(make_member(), "entrepreneur"), "/vie/questions/")
    go(page, f"main a[href='{question.get_absolute_url()}']")
    write(page, "[name=body]", "Par un avenant.")
    go(page, SEND)

    assert Answer.unscoped.get().body == "Par un avenant."


def test_resource_is_put_in_the_library(come_in):
    page = come_in(make_person(make_member(), "advisor"), "/vie/ressources/")
    go(page, "main a[href$='/ressources/ecrire/']")
    write(page, "[name=title]", "Convention type")
    write(page, "[name=body]", "Pour un chantier école.")
    choose_file(page, "[name=file]").set_files({"name": "modele.txt", "mimeType": "text/plain", "buffer": b"Un texte."})
    go(page, SEND)

    assert ResourcePage.objects.get().title == "Convention type"


@pytest.mark.parametrize("size", [LAPTOP, PHONE], ids=["1280", "320"])
def test_account_s_erasure_is_asked(come_in, size):
    person = make_person(make_member(), "entrepreneur")
    page = come_in(person, "/moi/", size)
    tab_to(page, ".menu--end summary")
    page.keyboard.press("Enter")
    go(page, ".menu--end a[href='/moi/donnees/']")
    go(page, "main a[href$='/effacer/']")
    write(page, "[name=email]", person.email)
    go(page, "main form .btn--bad")

    assert Erasure.unscoped.filter(user=person, done_at=None).exists()


def test_request_between_cooperatives_is_accepted(come_in):
    provider, beneficiary = make_pair()
    lent = make_person(provider, "shared_staff")
    asked = make_request(provider, beneficiary)
    page = come_in(provider.memberships.get(role="director").user, "/services/demandes/")
    go(page, f"main a[href='{asked.get_absolute_url()}']")
    go(page, "main a[href$='/accepter/']")
    tab_to(page, f"[name=people][value='{lent.pk}']")
    page.keyboard.press("Space")
    go(page, SEND)

    assert ServiceRequest.unscoped.get().status == "accepted"
    assert list(asked.service.agreement.people.all()) == [lent]
