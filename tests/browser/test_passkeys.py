"""Passkeys in a real browser, by its virtual authenticator: added, shown, used to sign in, removed, and said to be missing where they are."""

import pytest

from tests.builders.accounts import make_member, make_person

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
PASSWORD = "correct cheval pile agrafe"
KEY = {
    "protocol": "ctap2", "transport": "internal", "hasResidentKey": True, "hasUserVerification": True, "isUserVerified": True,
    "automaticPresenceSimulation": True,
}  # fmt: skip


@pytest.fixture
def staff():
    return make_person(make_member("Bâti Formation"), "advisor", email="line@example.org", password=PASSWORD, first_name="Line")


def with_authenticator(page, **facts):
    """Give the browser a key of its own. Returns: the session that speaks to it, and its number."""
    talk = page.context.new_cdp_session(page)
    talk.send("WebAuthn.enable")
    return talk, talk.send("WebAuthn.addVirtualAuthenticator", {"options": KEY | facts})["authenticatorId"]


def by_password(page, base):
    page.goto(f"{base}/connexion/")
    page.fill("#id_login", "line@example.org")
    page.fill("#id_password", PASSWORD)
    page.click("form:has(#id_login) button")


def test_a_passkey_is_added_signs_in_and_is_removed(page, live_server, axe, staff):
    base = live_server.url
    talk, number = with_authenticator(page)
    by_password(page, base)
    page.wait_for_url("**/compte/second-facteur/activer/")
    page.click("text=Plutôt une clé d’accès")
    assert axe(page) == []
    page.fill("#id_name", "Ordinateur du bureau")
    page.click("text=Ajouter cette clé")
    page.wait_for_url("**/compte/codes-de-secours/")
    assert len(talk.send("WebAuthn.getCredentials", {"authenticatorId": number})["credentials"]) == 1

    page.goto(f"{base}/deconnexion/")
    page.click("main form button")
    page.goto(f"{base}/connexion/?next=/moi/avis/")
    assert axe(page) == []
    page.click("text=Montrer ma clé d’accès")
    page.wait_for_url(f"{base}/moi/avis/")

    page.goto(f"{base}/compte/second-facteur/")
    assert axe(page) == []
    page.click("text=Retirer")
    page.fill("#id_password", PASSWORD)
    page.click("main form button")
    page.wait_for_url("**/retirer/")
    page.click("text=Retirer cette clé")
    page.wait_for_url("**/compte/second-facteur/activer/")


def test_after_a_password_the_browser_shows_the_passkey(page, live_server, axe, staff):
    base = live_server.url
    with_authenticator(page)
    by_password(page, base)
    page.click("text=Plutôt une clé d’accès")
    page.click("text=Ajouter cette clé")
    page.wait_for_url("**/compte/codes-de-secours/")
    page.goto(f"{base}/deconnexion/")
    page.click("main form button")

    by_password(page, base)
    page.wait_for_url("**/connexion/second-facteur/")
    assert axe(page) == []
    page.click("text=Montrer ma clé d’accès")
    page.wait_for_url(f"{base}/moi/")

    page.goto(f"{base}/moi/avis/")
    assert page.url.endswith("/moi/avis/")


def test_a_key_that_does_not_know_its_owner_is_told_and_nothing_is_lost(page, live_server, staff):
    with_authenticator(page, isUserVerified=False)
    by_password(page, live_server.url)
    page.click("text=Plutôt une clé d’accès")
    page.fill("#id_name", "Clé du trousseau")

    page.click("text=Ajouter cette clé")

    page.wait_for_selector("text=La clé d’accès n’a pas répondu")
    assert page.input_value("#id_name") == "Clé du trousseau"


def test_an_address_that_is_a_number_says_why_there_is_no_passkey(narrow_page, live_server):
    narrow_page.goto(live_server.url.replace("localhost", "127.0.0.1") + "/connexion/")

    assert narrow_page.is_visible("text=une adresse en https (ou localhost)")
    assert not narrow_page.is_visible("text=Montrer ma clé d’accès")


def test_without_script_the_page_says_that_a_passkey_asks_for_it(new_page, live_server):
    page = new_page(java_script_enabled=False)
    page.goto(live_server.url + "/connexion/")

    assert page.is_visible("noscript p")
    assert not page.is_visible("text=Montrer ma clé d’accès")
