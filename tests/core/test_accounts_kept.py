"""A form sent after its session ended: kept for the person who typed it, and for nobody else."""

import re
from datetime import timedelta

import pytest
from django.contrib.sessions.models import Session
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from hub.core.accounts import kept, tasks
from tests.builders.accounts import make_member, make_person, sign_in
from trainings.catalogue.models import CoursePage

pytestmark = pytest.mark.django_db
TYPED = {"title": "Enduits terre", "modality": "in_person", "summary": "Trois jours de chantier, les mains dedans."}
NEW = "/formations/nouvelle/"


def sent_too_late(user) -> Client:
    """A browser that showed this person's account, whose session ended while she was typing."""
    client = sign_in(user)
    client.get(NEW)
    del client.cookies["sessionid"]
    answer = client.post(NEW, TYPED)
    assert (answer.status_code, answer["Location"]) == (302, f"/connexion/?next={NEW}")
    assert "Ce que vous avez écrit est gardé" in client.get(answer["Location"]).content.decode()
    return client


def sign_in_again(client: Client, user) -> None:
    cookies = client.cookies.copy()
    session = client.session
    held = session.get(kept.KEY)
    fresh = sign_in(user)
    client.cookies = fresh.cookies
    client.cookies[kept.COOKIE] = cookies[kept.COOKIE].value
    if held:
        session = client.session
        session[kept.KEY] = held
        session.save()


def test_what_was_typed_is_there_after_signing_in_again_and_is_sent_by_one_button():
    user = make_person(make_member(), "trainer")
    client = sent_too_late(user)
    assert not CoursePage.objects.exists()

    sign_in_again(client, user)
    page = client.get(NEW)
    assert "Votre saisie est gardée" in page.content.decode()
    assert TYPED["summary"] in page.content.decode()
    assert re.findall(r'<label for="saisi-\d">(.*?)</label>', page.content.decode()) == ["Intitulé", "En une phrase"]
    assert "csrfmiddlewaretoken" not in dict(client.session[kept.KEY]["fields"])
    client.post(NEW, dict(client.session[kept.KEY]["fields"]))

    course = CoursePage.objects.get()
    assert course.get_latest_revision_as_object().summary == TYPED["summary"]
    assert "Votre saisie est gardée" not in client.get(NEW).content.decode()


def test_no_secret_is_kept_whatever_stands_around_its_name():
    user = make_person(make_member(), "advisor")
    client = sign_in(user)
    client.get("/moi/avis/")
    del client.cookies["sessionid"]
    secrets = ("oldpassword", "password1", "code", "form-0-code", "otp_code", "totp_secret", "client_secret", "reset_token", "credential")
    plain = ("postal_code", "ape_code", "form-0-department_code", "department_codes", "note")

    client.post("/compte/mot-de-passe/", {name: f"valeur de {name}" for name in (*secrets, *plain)})

    assert dict(client.session[kept.KEY]["fields"]) == {name: f"valeur de {name}" for name in plain}


def test_it_is_shown_to_nobody_else():
    organisation = make_member()
    client = sent_too_late(make_person(organisation, "trainer"))

    sign_in_again(client, make_person(organisation, "trainer"))

    assert TYPED["summary"] not in client.get(NEW).content.decode()
    assert kept.KEY not in client.session


def test_it_is_forgotten_after_half_an_hour(monkeypatch):
    user = make_person(make_member(), "trainer")
    client = sent_too_late(user)
    sign_in_again(client, user)
    now = kept.time.time()

    monkeypatch.setattr(kept.time, "time", lambda: now + kept.KEPT_SECONDS + 60)

    assert TYPED["summary"] not in client.get(NEW).content.decode()


def test_it_is_given_up_by_one_button():
    user = make_person(make_member(), "trainer")
    client = sent_too_late(user)
    sign_in_again(client, user)

    answer = client.post(reverse("accounts:forget_typed"))

    assert answer["Location"] == NEW
    assert "Votre saisie est gardée" not in client.get(NEW).content.decode()


def test_what_one_person_may_have_kept_in_an_hour_is_limited():
    organisation = make_member()
    client = sign_in(make_person(organisation, "trainer"))
    client.get(NEW)
    for _ in range(kept.MOST_OF_PERSON):
        client.cookies.pop("sessionid", None)
        client.post(NEW, TYPED)
    client.cookies.pop("sessionid")

    answer = client.post(NEW, TYPED)

    assert Session.objects.count() == kept.MOST_OF_PERSON + 1  # that of the person, signed in
    assert "Ce que vous avez écrit n’a pas été gardé" in client.get(answer["Location"]).content.decode()
    sent_too_late(make_person(organisation, "trainer"))


def test_what_one_address_may_have_kept_in_an_hour_is_limited(monkeypatch):
    monkeypatch.setattr(kept, "MOST_OF_ADDRESS", 1)
    organisation = make_member()
    sent_too_late(make_person(organisation, "trainer"))
    client = sign_in(make_person(organisation, "trainer"))
    client.get(NEW)
    del client.cookies["sessionid"]

    answer = client.post(NEW, TYPED)

    assert "n’a pas été gardé" in client.get(answer["Location"]).content.decode()
    assert kept.KEY not in client.session


def test_the_row_ends_with_what_it_keeps_unless_somebody_signs_in():
    user = make_person(make_member(), "trainer")
    client = sent_too_late(user)
    assert client.session.get_expiry_age() <= kept.KEPT_SECONDS
    left = sent_too_late(user).session.session_key

    client.force_login(user)
    Session.objects.filter(session_key=left).update(expire_date=timezone.now() - timedelta(seconds=1))
    tasks.remove_ended_sessions()

    assert client.session.get_expiry_age() > 24 * 3600
    assert kept.KEY in client.session
    assert not Session.objects.filter(session_key=left).exists()


def test_a_stranger_s_browser_keeps_nothing():
    client = Client()

    answer = client.post(NEW, TYPED)

    assert kept.KEY not in client.session
    assert "est gardé" not in client.get(answer["Location"]).content.decode()


def test_a_forged_form_is_refused_with_its_text():
    user = make_person(make_member(), "trainer")
    client = sign_in(user)
    strict = Client(enforce_csrf_checks=True)
    strict.cookies = client.cookies

    page = strict.post(NEW, TYPED | {"password": "secret de quelqu’un"})

    assert page.status_code == 403
    assert TYPED["summary"] in page.content.decode()
    assert "secret de" not in page.content.decode()


def test_an_address_that_takes_only_forms_says_so_to_a_visitor():
    answer = sign_in(make_person(make_member(), "trainer")).get(reverse("accounts:act_for"))

    assert (answer.status_code, answer["Allow"]) == (405, "POST")
    assert "elle ne se visite pas" in answer.content.decode()
