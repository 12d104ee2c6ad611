"""The frame of a page, the pages of errors and the two headers of the middleware."""

from uuid import uuid4

import pytest
from django.conf import settings
from django.http import HttpResponse
from django.template import engines
from django.template.loader import get_template, render_to_string
from django.test import Client, RequestFactory, override_settings

from hub.core.accounts.actor import Actor, Mandate
from hub.core.ui import errors
from hub.core.ui.middleware import admin_csp

PAGES = ["400", "403", "403_csrf", "404", "413", "429", "500", "503"]


def mandate(name, agreement=None):
    return Mandate(name, uuid4(), name, name.lower(), "chargée de formation", frozenset(), True, agreement)


def someone(*mandates):
    return Actor(user_id=uuid4(), name="Maud Le Bihan", mandate=mandates[0] if mandates else None, mandates=mandates)


def page(actor=None, path="/annuaire/"):
    request = RequestFactory().get(path)
    request.actor = actor or Actor.anonymous()
    request.user = None
    return render_to_string("ui/error.html", {"messages": []}, request)


@pytest.mark.parametrize("name", PAGES)
def test_error_page_needs_no_context(name):
    html = get_template(f"{name}.html").render()

    assert '<html lang="fr">' in html
    assert html.count("<h1>") == 1
    assert '<meta name="robots" content="noindex">' in html
    assert 'href="/sante/"' in html


def test_page_of_the_last_resort_stands_alone():
    source = get_template("500.html").template.source

    assert "{%" not in source
    assert "{{" not in source


@pytest.mark.parametrize(
    ("view", "status"),
    [(errors.bad_request, 400), (errors.forbidden, 403), (errors.not_found, 404), (errors.server_error, 500), (errors.csrf_failure, 403)],
)
def test_error_view_answers_its_status(view, status):
    request = RequestFactory().get("/x/")
    request.user = None

    assert view(request).status_code == status


def test_page_not_found_says_the_same_whatever_was_asked():
    def body(path):
        request = RequestFactory().get(path)
        request.user = None
        return errors.not_found(request).content

    assert body("/formations/0193-hidden/") == body("/formations/0193-absent/")


def test_visitor_is_offered_to_sign_in_and_nothing_of_an_account():
    html = page()

    assert 'href="/connexion/"' in html
    assert "Se déconnecter" not in html
    assert "band--loan" not in html


@pytest.mark.django_db
def test_person_with_one_mandate_reads_it_without_menu():
    html = page(someone(mandate("Bâti")))

    assert "pour <b>Bâti</b>" in html
    assert 'name="mandate"' not in html
    assert '<form action="/deconnexion/" method="post">' in html


@pytest.mark.django_db
def test_person_with_two_mandates_changes_by_post():
    html = page(someone(mandate("Bâti"), mandate("Étançon")))

    assert html.count('name="mandate"') == 2
    assert html.count('aria-current="true">Bâti') == 1
    assert 'class="menu__panel" action="' in html
    assert 'method="post"' in html


@pytest.mark.django_db
def test_band_turns_brown_under_an_agreement():
    assert "band--loan" in page(someone(mandate("Étançon", uuid4())))
    assert "band--loan" not in page(someone(mandate("Bâti")))


def test_page_has_its_landmarks_and_its_skip_link():
    html = page()

    assert html.index('class="skip" href="#contenu"') < html.index("<header")
    assert all(html.count(part) == 1 for part in ("<header", '<main id="contenu"', "<footer", '<nav class="areas"', 'role="search"'))


def test_search_box_keeps_the_question_escaped():
    html = page(path='/recherche/?q="><script>')

    assert 'value="&quot;&gt;&lt;script&gt;"' in html


def test_page_without_context_does_not_raise():
    assert "Hub inter-CAE" in engines["django"].from_string("{% extends 'ui/base.html' %}").render({})


def answered(path, cookies=None, **headers):
    request = RequestFactory().get(path)
    request.COOKIES.update(cookies or {})
    return admin_csp(lambda _: HttpResponse("x", headers=headers))(request)


def test_policy_is_loosened_under_admin_only():
    assert answered("/admin/pages/")._csp_update["script-src"] == ["'unsafe-inline'"]
    assert not hasattr(answered("/annuaire/"), "_csp_update")
    assert not hasattr(answered("/administration/"), "_csp_update")


def test_strict_policy_never_allows_inline():
    policy = settings.CONTENT_SECURITY_POLICY["DIRECTIVES"]

    assert "'unsafe-inline'" not in policy["script-src"] + policy["style-src"]


@pytest.mark.django_db
def test_public_page_is_served_with_the_strict_policy(client):
    policy = client.get("/composants/")["Content-Security-Policy"]

    assert "script-src 'self';" in policy + ";"
    assert "unsafe" not in policy


def test_page_of_a_session_is_kept_nowhere():
    session = {settings.SESSION_COOKIE_NAME: "x"}

    assert "no-store" in answered("/annuaire/", session)["Cache-Control"]
    assert "no-store" in answered("/annuaire/", session, **{"Cache-Control": "max-age=60"})["Cache-Control"]
    assert not answered("/annuaire/").has_header("Cache-Control")


def test_file_for_everybody_stays_in_caches():
    answer = answered("/media/x.png", {settings.SESSION_COOKIE_NAME: "x"}, **{"Cache-Control": "public, max-age=60"})

    assert "no-store" not in answer["Cache-Control"]


@override_settings(SESSION_COOKIE_NAME="__Host-session")
def test_session_is_known_by_the_name_of_its_cookie():
    assert "no-store" in answered("/", {"__Host-session": "x"})["Cache-Control"]


@pytest.mark.parametrize("method", ["PUT", "PATCH", "DELETE", "TRACE", "PROPFIND"])
def test_a_page_takes_visits_and_forms_alone(method):
    answer = Client().generic(method, "/cooperatives/")

    assert (answer.status_code, answer["Allow"]) == (405, "GET, HEAD, POST, OPTIONS")
