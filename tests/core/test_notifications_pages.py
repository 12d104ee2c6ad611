"""`/moi/avis/`: what I was told, and how I want to be told."""

from dataclasses import dataclass

import pytest
from django.urls import reverse

from hub.core.accounts.selectors import actor_for
from hub.core.notifications import kinds, services
from hub.core.notifications.kinds import Category, NotificationKind
from hub.core.notifications.models import Notification, Preference
from hub.core.notifications.selectors import Channels, settings_of, unread_count
from tests.builders.accounts import join, make_organisation, make_person, sign_in

pytestmark = pytest.mark.django_db
LIST, READ, CHOOSE = "/moi/avis/", "/moi/avis/lus/", "/moi/avis/reglages/"


@dataclass(frozen=True)
class Shown(NotificationKind):
    code = "tests.shown"
    label = "Avis montré"
    category = Category.TRAININGS
    by_mail = False
    words: str = "Session confirmée"

    def subject(self) -> str:
        return self.words

    def url(self) -> str:
        return "/formations/"


@pytest.fixture(autouse=True)
def _kinds(monkeypatch):
    monkeypatch.setattr(kinds, "_kinds", dict(kinds._kinds))
    kinds.register(Shown)


@pytest.fixture
def person():
    return make_person(make_organisation())


def tell(user, *words):
    for word in words:
        services.send(Shown(words=word), to=[user])


def page(client, address=LIST):
    return client.get(address).content.decode()


def test_addresses_are_the_announced_ones():
    names = ("list", "mark_read", "preferences")
    assert [reverse(f"notifications:{name}") for name in names] == [LIST, READ, CHOOSE]


def test_visitor_is_sent_to_the_sign_in(client):
    for address in (LIST, CHOOSE):
        assert client.get(address).headers["Location"].startswith("/connexion/")
    assert client.post(READ).status_code == 302


def test_unread_come_first_and_nobody_elses(person):
    other = make_person(make_organisation())
    tell(other, "KANB")
    tell(person, "Un", "Deux", "Trois")
    Notification.unscoped.filter(user=person, text="Trois").update(read_at="2026-01-01T00:00Z")

    html = page(sign_in(person))

    assert html.index(">Deux<") < html.index(">Un<") < html.index(">Trois<")
    assert "KANB" not in html
    assert html.count("Non lu<") == 2


def test_words_are_escaped(person):
    tell(person, "<script>alert(1)</script>")

    html = page(sign_in(person))

    assert "<script>alert(1)" not in html
    assert "&lt;script&gt;alert(1)" in html


def test_nothing_yet_says_what_will_come(person):
    html = page(sign_in(person))

    assert "Aucun avis" in html
    assert "Tout marquer comme lu" not in html


def test_all_are_marked_as_read_by_a_post_only(person):
    tell(person, "Un", "Deux")
    client = sign_in(person)

    assert client.get(READ).status_code == 405
    assert unread_count(actor_for(person)) == 2
    answer = client.post(READ, follow=True)

    assert answer.redirect_chain == [(LIST, 302)]
    assert "2\u00a0avis marqués comme lus" in answer.content.decode()
    assert unread_count(actor_for(person)) == 0


def test_one_is_marked_as_read_and_one_of_another_person_is_not(person):
    other = make_person(make_organisation())
    tell(person, "Un", "Deux")
    tell(other, "KANB")
    client = sign_in(person)
    mine, foreign = (Notification.unscoped.filter(user=user).first() for user in (person, other))

    assert client.post(reverse("notifications:mark_one_read", args=[mine.pk])).status_code == 302
    assert client.post(reverse("notifications:mark_one_read", args=[foreign.pk])).status_code == 302

    assert (unread_count(actor_for(person)), unread_count(actor_for(other))) == (1, 1)


def test_header_shows_the_number_of_unread(person):
    tell(person, "Un", "Deux", "Trois")
    client = sign_in(person)

    assert '3<span class="vh"> avis non lus' in page(client, CHOOSE)


def test_long_list_is_cut_into_pages(person):
    tell(person, *(f"Avis numéro {number}." for number in range(30)))
    client = sign_in(person)

    assert page(client).count('class="btn btn--s"') == 25
    assert page(client, f"{LIST}?page=2").count('class="btn btn--s"') == 5
    assert page(client, f"{LIST}?page=beaucoup").count('class="btn btn--s"') == 25


def test_page_costs_the_same_for_one_and_three(person, django_assert_num_queries):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    client = sign_in(person)
    tell(person, "Un")
    page(client)
    with CaptureQueriesContext(connection) as one:
        page(client)
    tell(person, "Deux", "Trois")

    with django_assert_num_queries(len(one)):
        page(client)


def test_choices_are_shown_kept_and_obeyed(person):
    client = sign_in(person)
    html = page(client, CHOOSE)
    assert "Avis montré" in html
    assert ">Formations</th>" in html

    answer = client.post(CHOOSE, {"tests.shown.mail": "on", "rhythm": "never"}, follow=True)

    assert "Vos réglages sont enregistrés." in answer.content.decode()
    assert settings_of(person)["tests.shown"] == Channels(by_mail=True, on_screen=False)
    assert 'name="tests.shown.mail" id="id_tests.shown.mail" checked' in page(client, CHOOSE)


def test_what_keeps_the_account_safe_cannot_be_silenced(person):
    client = sign_in(person)

    html = page(client, CHOOSE)
    client.post(CHOOSE, {"accounts.security.mail": "", "accounts.security.screen": ""})

    assert "accounts.security.mail" not in html
    assert "Toujours" in html
    assert "La sécurité de mon compte change" in html
    assert not Preference.objects.filter(kind="accounts.security").exists()
    assert settings_of(person)["accounts.security"] == Channels(True, True)


def test_invitation_is_no_setting(person):
    assert "m’invite sur le hub" not in page(sign_in(person), CHOOSE)


REVIEW, WISH, GROUP = "Un programme de mon organisation attend sa relecture", "pour un besoin de ma CAE", "Une action d’un groupe"
LOST = "a perdu son second facteur"


@pytest.mark.parametrize(
    ("role", "shown"),
    [
        ("entrepreneur", {GROUP}),
        ("advisor", {GROUP, WISH}),
        ("training_manager", {GROUP, WISH, REVIEW}),
        ("director", {GROUP, WISH, REVIEW, LOST}),
    ],
)
def test_each_chooses_among_what_can_come_to_her(role, shown):
    html = page(sign_in(make_person(make_organisation(), role)), CHOOSE)

    assert {words for words in (REVIEW, WISH, GROUP, LOST) if words in html} == shown


def test_what_comes_by_another_of_her_organisations_is_shown_whichever_she_acts_for(person):
    join(person, make_organisation(), "director")

    assert REVIEW in page(sign_in(person), CHOOSE)


def test_what_she_chose_in_another_role_is_kept(person):
    choose = {"trainings.course_submitted": Channels(by_mail=False, on_screen=True)}
    services.choose(person, choose)

    sign_in(person).post(CHOOSE, {"rhythm": "never"})

    assert settings_of(person)["trainings.course_submitted"] == Channels(by_mail=False, on_screen=True)
