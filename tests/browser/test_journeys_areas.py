"""The daily jobs of each person over the areas, on a laptop and on a phone of 320 px."""

import re
from datetime import timedelta

import pytest
from django.urls import reverse

from directory.sharing.models import Statement, TimeEntry
from hub.core.kit.dates import today
from hub.core.privacy.models import Erasure
from hub.pages.events.models import EventRegistration
from tests.browser import village
from tests.builders.accounts import make_coordinator, make_member, make_person
from tests.builders.life import make_event, make_question
from tests.builders.sharing import last_month, lent, make_service, make_statement
from tests.builders.workgroups import facilitator_of, make_group
from tests.plugins.browser import LAPTOP, PHONE
from workgroups.decisions.models import Decision
from workgroups.meetings.models import Meeting

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
SIZES = pytest.mark.parametrize("size", [LAPTOP, PHONE], ids=["1280", "320"])


@pytest.fixture
def come_in(new_page, live_server):
    """A function that gives a page of a size, signed in as somebody, on an address."""

    def make(user, path, size=LAPTOP):
        page = new_page(viewport=size)
        village.enter(page, live_server.url, user)
        page.goto(live_server.url + path)
        return page

    return make


def press(page, words):
    page.get_by_role("button", name=words).first.click()


def follow(page, words):
    page.get_by_role("link", name=words).first.click()


def wide(page):
    """How far the page runs over its window."""
    return page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")


@SIZES
def test_shared_staff_notes_her_time_and_the_other_cae_accepts_it(come_in, size):
    service = make_service()
    page = come_in(lent(service), reverse("sharing:own_time"), size)
    follow(page, "Noter du temps")
    page.fill("[name=day]", (last_month() + timedelta(days=4)).isoformat())
    page.fill("[name=minutes]", "3 h 30")
    page.fill("[name=work]", "Bulletins de paie (31)")
    press(page, "Noter ce temps")
    assert TimeEntry.unscoped.get().minutes == 210
    assert wide(page) <= 0

    statement = make_statement(make_service(), minutes=(120,))
    director = statement.service.beneficiary.memberships.get(role="director").user
    page = come_in(director, statement.get_absolute_url(), size)
    follow(page, re.compile("^Accepter"))
    press(page, re.compile("Accepter"))
    assert Statement.unscoped.get(pk=statement.pk).status == "accepted"


@SIZES
def test_facilitator_holds_a_meeting_and_notes_what_it_decided(come_in, size):
    group = make_group("Former ensemble")
    page = come_in(facilitator_of(group), reverse("meetings:new_meeting", args=[group.acronym]), size)
    page.fill("[name=title]", "Réunion de rentrée")
    page.fill("[name=day]", (today() - timedelta(days=1)).isoformat())
    page.fill("[name=begins]", "14:00")
    page.locator("main form .btn--main").first.click()
    meeting = Meeting.unscoped.get()
    follow(page, "Noter une décision")
    page.fill("[name=text]", "Un calendrier commun, tenu par la fédération.")
    page.locator("main form .btn--main").first.click()

    assert Decision.unscoped.get().text.startswith("Un calendrier commun")
    assert meeting.decisions.count() == 1
    assert wide(page) <= 0


@SIZES
def test_entrepreneur_takes_a_place_and_decides_about_her_data(come_in, live_server, size):
    event = make_event("Visite d’un chantier paille", audience="federation")
    person = make_person(make_member(), "entrepreneur")
    page = come_in(person, event.get_absolute_url(), size)
    press(page, "M’inscrire")
    assert EventRegistration.unscoped.get(user=person).status == "confirmed"
    page.goto(f"{live_server.url}/moi/")
    assert page.get_by_text("Visite d’un chantier paille").first.is_visible()

    page.goto(f"{live_server.url}/moi/donnees/")
    follow(page, "Demander l’effacement")
    page.fill("[name=email]", person.email)
    press(page, re.compile("^Effacer mon compte"))
    assert Erasure.unscoped.filter(user=person, done_at=None).exists()
    assert wide(page) <= 0
    press(page, "Garder mon compte")
    assert not Erasure.unscoped.exists()


@SIZES
def test_coordinator_withdraws_what_names_somebody_and_says_why(come_in, size):
    question = make_question("Une question qui nomme quelqu’un")
    page = come_in(make_coordinator(), question.get_absolute_url(), size)
    follow(page, re.compile("^Retirer"))
    page.fill("[name=reason]", "Le texte nomme une personne.")
    press(page, re.compile("^Retirer"))

    question.refresh_from_db()
    assert question.withdrawn_at is not None
    assert question.withdrawn_reason == "Le texte nomme une personne."
    assert wide(page) <= 0
