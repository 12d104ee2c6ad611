"""Passkeys: a second factor that also signs in alone; what is replayed, foreign, unverified or another's opens nothing."""

import json
import re

import pytest
from allauth.mfa.models import Authenticator
from django.core.cache import cache
from django.test import Client
from django.urls import reverse
from fido2.utils import websafe_encode

from hub.core.accounts.selectors import passkeys
from hub.core.audit.models import AuditEntry
from tests.builders.accounts import make_member, make_person
from tests.builders.passkeys import SoftKey

pytestmark = pytest.mark.django_db
PASSWORD = "correct cheval pile agrafe"
HOST = {"HTTP_HOST": "localhost"}
OPEN = "/moi/avis/"


@pytest.fixture(autouse=True)
def _no_memory_of_failures():
    cache.clear()


def make_staff(email="staff@example.org"):
    return make_person(make_member(), "advisor", email=email, password=PASSWORD)


def options_in(page):
    return json.loads(re.search(r'<script id="passkey" type="application/json">(.*?)</script>', page.content.decode())[1])["publicKey"]


def with_password(user):
    client = Client(**HOST)
    client.post("/connexion/", {"login": user.email, "password": PASSWORD})
    return client


def enrol(user, key=None, name="Téléphone"):
    """A signed-in client that added a passkey, and the key."""
    client = with_password(user)
    key, posted = (key or SoftKey()).create(options_in(client.get(reverse("mfa_add_webauthn"))))
    client.post(reverse("mfa_add_webauthn"), {"name": name, "credential": posted})
    return client, key


def challenge(client):
    return client.get(reverse("mfa_login_webauthn"), headers={"Accept": "application/json"}).json()["request_options"]["publicKey"]


def show(client, posted):
    return client.post(reverse("mfa_login_webauthn"), {"credential": posted})


def test_staff_add_a_passkey_as_their_second_factor():
    user = make_staff()
    assert with_password(user).get(OPEN)["Location"] == reverse("mfa_activate_totp")

    client, _ = enrol(user)

    assert [key.name for key in passkeys(user)] == ["Téléphone"]
    assert client.get(OPEN).status_code == 200
    line = AuditEntry.objects.get(action="accounts.second_factor.add")
    assert (line.object_id, json.loads(line.data)) == (str(user.pk), {"kind": "webauthn"})


def test_a_passkey_signs_in_alone_and_counts_as_both_factors():
    user = make_staff()
    _, key = enrol(user)
    client = Client(**HOST)

    answer = show(client, key.get(challenge(client)))

    assert (answer.status_code, answer["Location"]) == (302, "/moi/")
    assert client.get(OPEN).status_code == 200


def test_after_a_password_the_passkey_is_asked_and_opens():
    user = make_staff()
    _, key = enrol(user)
    client = with_password(user)
    page = client.get("/connexion/second-facteur/")
    assert client.get(OPEN).status_code == 302

    client.post("/connexion/second-facteur/", {"credential": key.get(options_in(page))})

    assert "Montrer ma clé d’accès" in page.content.decode()
    assert client.get(OPEN).status_code == 200


def test_after_a_password_a_key_that_did_not_ask_who_holds_it_is_not_enough():
    user = make_staff()
    _, key = enrol(user)
    client = with_password(user)
    options = options_in(client.get("/connexion/second-facteur/"))

    page = client.post("/connexion/second-facteur/", {"credential": key.lying(verified=False).get(options)})

    assert "pas été reconnue" in page.content.decode()
    assert client.get(OPEN).status_code == 302
    assert AuditEntry.objects.get(action="accounts.sign_in.refuse").object_id == str(user.pk)


LIES = {
    "another site": {"origin": "https://evil.example"},
    "a subdomain": {"origin": "http://evil.localhost"},
    "another port": {"origin": "http://localhost:6666"},
    "https for http": {"origin": "https://localhost"},
    "another rp": {"host": "evil.example"},
    "unverified": {"verified": False},
}


@pytest.mark.parametrize("lie", LIES.values(), ids=LIES)
def test_a_passkey_signed_elsewhere_or_unverified_opens_nothing(lie):
    _, key = enrol(make_staff())
    client = Client(**HOST)

    answer = show(client, key.lying(**lie).get(challenge(client)))

    assert answer["Location"] == reverse("account_login")
    assert "pas été reconnue" in client.get("/connexion/").content.decode()
    assert "_auth_user_id" not in client.session
    assert AuditEntry.objects.filter(action="accounts.sign_in.refuse").count() == 1


@pytest.mark.parametrize("lie", LIES.values(), ids=LIES)
def test_a_passkey_made_elsewhere_or_unverified_is_not_added(lie):
    user = make_staff()
    client = with_password(user)
    _, posted = SoftKey(**lie).create(options_in(client.get(reverse("mfa_add_webauthn"))))

    page = client.post(reverse("mfa_add_webauthn"), {"name": "Ma clé à moi", "credential": posted})

    assert "pas été reconnue" in page.content.decode()
    assert "Ma clé à moi" in page.content.decode()
    assert not Authenticator.objects.exists()


def test_an_answer_seen_on_the_wire_serves_once():
    _, key = enrol(make_staff())
    client, thief = Client(**HOST), Client(**HOST)
    posted = key.get(challenge(client))
    show(client, posted)
    client.post("/deconnexion/")

    again = show(client, posted)
    challenge(thief)
    stolen = show(thief, posted)

    assert {again["Location"], stolen["Location"]} == {reverse("account_login")}
    assert "_auth_user_id" not in client.session
    assert "_auth_user_id" not in thief.session


def test_another_person_s_name_on_one_s_own_key_opens_nothing():
    victim, user = make_staff("victime@example.org"), make_staff()
    _, of_victim = enrol(victim)
    _, key = enrol(user)
    client = Client(**HOST)

    show(client, key.lying(owner=of_victim.owner).get(challenge(client)))

    assert "_auth_user_id" not in client.session


HOSTILE = [
    "", "{", "[]", "3", "null", '"x"', '{"response": 3}', '{"response": {"clientDataJSON": "é"}}', '{"response": {"clientDataJSON": "W10"}}',
    "[" * 100_000, '{"a":' * 50_000, "9" * 5_000,
]  # fmt: skip


@pytest.mark.parametrize("posted", HOSTILE, ids=lambda posted: posted[:40])
def test_nonsense_is_refused_in_a_sentence(posted):
    client = Client(**HOST)
    challenge(client)

    assert show(client, posted)["Location"] == reverse("account_login")


@pytest.mark.parametrize("posted", HOSTILE, ids=lambda posted: posted[:40])
def test_nonsense_is_not_added(posted):
    client = with_password(make_staff())
    client.get(reverse("mfa_add_webauthn"))

    page = client.post(reverse("mfa_add_webauthn"), {"name": "x", "credential": posted})

    assert (page.status_code, Authenticator.objects.count()) == (200, 0)


def test_nonsense_inside_a_true_frame_is_refused():
    _, key = enrol(make_staff())
    client = Client(**HOST)
    wrong_parts = [("userHandle", 3), ("userHandle", "w"), ("userHandle", None), ("signature", "AA"), ("authenticatorData", "AA")]
    wrong_parts += [("clientDataJSON", websafe_encode(text)) for text in (b"[" * 100_000, b'{"a":' * 50_000, b"9" * 5_000)]
    no_device_made = [b"\x81" * 100_000, b"", bytes(18) + b"\x01"]  # nested without end, cut short, a number in place of a key
    wrong_parts += [("authenticatorData", websafe_encode(bytes(32) + b"\x45" + bytes(4) + tail)) for tail in no_device_made]
    wrong_parts += [("authenticatorData", websafe_encode(bytes(32) + b"\x85" + bytes(4) + tail)) for tail in no_device_made]
    for path, wrong in wrong_parts:
        cache.clear()
        posted = json.loads(key.get(challenge(client)))
        posted["response"][path] = wrong

        assert show(client, json.dumps(posted))["Location"] == reverse("account_login"), (path, wrong)


def test_the_last_passkey_removed_closes_what_it_opened():
    user = make_staff()
    client, _ = enrol(user)
    [key] = passkeys(user)
    path = reverse("mfa_remove_webauthn", args=[key.handle])

    asked = client.get(path)
    client.post(path)

    assert "Téléphone" in asked.content.decode()
    assert passkeys(user) == []
    assert client.get(OPEN)["Location"] == reverse("mfa_activate_totp")
    assert AuditEntry.objects.filter(action="accounts.second_factor.remove", object_id=str(user.pk)).count() == 1


def test_the_last_factor_removed_closes_a_session_that_it_signed_in():
    user = make_staff()
    _, key = enrol(user)
    client = Client(**HOST)
    show(client, key.get(challenge(client)))
    path = reverse("mfa_remove_webauthn", args=[passkeys(user)[0].handle])
    asked = client.get(path)["Location"]
    client.post(asked, {"password": PASSWORD})

    client.post(path)

    assert client.get(OPEN)["Location"] == reverse("mfa_activate_totp")


def test_one_passkey_of_two_removed_leaves_the_session_open():
    user = make_staff()
    client, _ = enrol(user)
    _, posted = SoftKey().create(options_in(client.get(reverse("mfa_add_webauthn"))))
    client.post(reverse("mfa_add_webauthn"), {"name": "Clé", "credential": posted})

    client.post(reverse("mfa_remove_webauthn", args=[passkeys(user)[0].handle]))

    assert [key.name for key in passkeys(user)] == ["Clé"]
    assert client.get(OPEN).status_code == 200


def test_a_passkey_is_renamed_by_its_owner_alone():
    user, other = make_staff(), make_staff("autre@example.org")
    client, _ = enrol(user)
    path = reverse("mfa_edit_webauthn", args=[passkeys(user)[0].handle])
    stranger, _ = enrol(other)

    assert stranger.post(path, {"name": "À moi"}).status_code == 404
    assert stranger.post(path.replace("renommer", "retirer")).status_code == 404
    client.post(path, {"name": "  Ordinateur\ndu bureau "})

    assert [key.name for key in passkeys(user)] == ["Ordinateur du bureau"]


def test_a_passkey_confirms_who_one_is():
    user = make_staff()
    _, key = enrol(user)
    client = Client(**HOST)
    show(client, key.get(challenge(client)))
    path = reverse("mfa_reauthenticate_webauthn")
    refused = client.post(path, {"credential": "{}"})

    options = options_in(client.get(f"{path}?next=/compte/cles-d-acces/ajouter/"))
    client.post(f"{path}?next=/compte/cles-d-acces/ajouter/", {"credential": key.get(options)})

    assert refused["Location"] == path
    assert client.get(reverse("mfa_add_webauthn")).status_code == 200


def test_the_security_page_counts_them():
    user = make_staff()
    client, _ = enrol(user)

    assert "1 clé d’accès." in client.get("/compte/").content.decode()
    assert "Téléphone" in client.get(reverse("mfa_index")).content.decode()


def test_staff_are_shown_both_ways_to_a_second_factor():
    client = with_password(make_staff())

    assert reverse("mfa_add_webauthn") in client.get(reverse("mfa_activate_totp")).content.decode()
