"""Sign-in by a CAE's own identity provider, against a real one over HTTP that signs its tokens, and that lies in each way known."""

import base64
import hashlib
import hmac
import json
import threading
import time
from socketserver import StreamRequestHandler, ThreadingTCPServer
from urllib.parse import urlsplit

import jwt
import pyotp
import pytest
import requests
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP
from allauth.usersessions.models import UserSession
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.urls import reverse

from hub.core.accounts import oidc
from hub.core.accounts.errors import NotAllowed, ProviderIsDown, ProviderIsPrivate, ProviderRefused, RuleBroken
from hub.core.accounts.models import IdentityProvider, Membership, User
from hub.core.accounts.selectors import actor_for
from hub.core.accounts.services import remove_identity_provider, set_identity_provider, withdraw_role
from hub.core.audit.models import AuditEntry
from hub.core.privacy.models import Erasure
from hub.pages.writing.models import FeedKey
from tests.builders.accounts import (
    SYSTEM,
    join,
    make_actor,
    make_coordinator,
    make_federation,
    make_loan,
    make_member,
    make_person,
    sign_in,
)
from tests.builders.oidc import CLIENT, SECRET, provider, trickle

pytestmark = pytest.mark.django_db
OPEN = "/moi/avis/"


@pytest.fixture(autouse=True)
def _no_memory_of_failures():
    cache.clear()


@pytest.fixture(scope="module")
def server():
    with provider() as idp:
        yield idp


@pytest.fixture
def idp(server):
    """The provider, honest again, of a person of the first CAE."""
    server.claims, server.discovery, server.sign, server.down = (
        {"email": "line@cae.example.org", "email_verified": True},
        {},
        server.rs256,
        False,
    )
    server.token_requests.clear()
    return server


@pytest.fixture
def cae(idp):
    organisation = make_member("L’Étançon")
    record(organisation, idp)
    return organisation


def record(organisation, idp, *, domains=("cae.example.org",), second_factor_values=(), secret=SECRET):
    facts = {"issuer": idp.issuer, "client_id": CLIENT, "domains": list(domains), "second_factor_values": list(second_factor_values)}
    return set_identity_provider(organisation, facts=facts, secret=secret, actor=actor_for(make_coordinator()))


def make_line(cae, role="entrepreneur", email="line@cae.example.org"):
    return make_person(cae, role, email=email)


def come(cae, client=None, tamper=lambda address: address):
    """The whole way of a browser: hub, provider, hub. Returns: the client and the last answer."""
    client = client or Client(HTTP_HOST="127.0.0.1:8000")
    sent = client.get(reverse("accounts:provider_start", args=[cae.slug]))
    back = requests.get(sent["Location"], allow_redirects=False, timeout=5).headers["Location"]
    return client, client.get(tamper(back).removeprefix("http://127.0.0.1:8000"))


def is_in(client):
    return "_auth_user_id" in client.session


def test_a_person_of_the_organisation_signs_in(idp, cae):
    user = make_line(cae)

    client, answer = come(cae)

    assert (answer.status_code, answer["Location"]) == (302, "/moi/")
    assert client.session["_auth_user_id"] == str(user.pk)
    assert client.get(OPEN).status_code == 200
    assert AuditEntry.objects.filter(action="accounts.sign_in", object_id=str(user.pk)).count() == 1
    assert idp.token_requests[0]["code_verifier"], "PKCE: the provider checked it"


def test_next_is_followed_inside_the_site_alone(idp, cae):
    make_line(cae)
    seen = []
    for target in ("/moi/avis/", "https://evil.example/"):
        client = Client(HTTP_HOST="127.0.0.1:8000")
        sent = client.get(reverse("accounts:provider_start", args=[cae.slug]), {"next": target})
        back = requests.get(sent["Location"], allow_redirects=False, timeout=5).headers["Location"]
        seen.append(client.get(back.removeprefix("http://127.0.0.1:8000"))["Location"])

    assert seen == ["/moi/avis/", "/moi/"]


OTHER_KEY = rsa.generate_private_key(public_exponent=65537, key_size=2048)


def with_public_key_as_secret(idp):
    """The old trick: the public key, which all know, taken for the shared secret of HS256."""
    public = idp.key.public_key().public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)

    def sign(claims):
        def part(thing):
            return base64.urlsafe_b64encode(json.dumps(thing).encode()).rstrip(b"=")

        head = part({"alg": "HS256", "kid": "une", "typ": "JWT"}) + b"." + part(claims)
        return (head + b"." + base64.urlsafe_b64encode(hmac.new(public, head, hashlib.sha256).digest()).rstrip(b"=")).decode()

    return sign


LIES = {
    "wrong issuer": {"claims": {"iss": "https://evil.example"}},
    "issuer of its discovery": {"discovery": {"issuer": "https://evil.example"}},
    "wrong audience": {"claims": {"aud": "un-autre-site"}},
    "several audiences, made out for another": {"claims": {"aud": [CLIENT, "autre"], "azp": "autre"}},
    "several audiences, made out for nobody": {"claims": {"aud": [CLIENT, "autre"]}},
    "wrong nonce": {"claims": {"nonce": "une-vieille"}},
    "no nonce": {"claims": {"nonce": None}},
    "expired": {"claims": {"exp": int(time.time()) - 120, "iat": int(time.time()) - 400}},
    "no end": {"claims": {"exp": None}},
    "not yet": {"claims": {"nbf": int(time.time()) + 86_400}},
    "no subject": {"claims": {"sub": None}},
    "unverified mail": {"claims": {"email_verified": False}},
    "mail verified in a word": {"claims": {"email_verified": "true"}},
    "mail not said verified": {"claims": {"email_verified": None}},
    "no mail": {"claims": {"email": None}},
    "mail of another domain": {"claims": {"email": "line@autre.example.org"}},
    "mail of a sub domain": {"claims": {"email": "line@x.cae.example.org"}},
    "half a character in its mail": {"claims": {"email": "\ud800@cae.example.org"}},
    "a mail of 100,000 letters": {"claims": {"email": "a" * 100_000 + "@cae.example.org"}},
    "half a character in its nonce": {"claims": {"nonce": "\ud800"}},
    "nobody's mail": {"claims": {"email": "personne@cae.example.org"}},
    "alg none": {"sign": lambda idp: lambda claims: jwt.encode(claims, None, algorithm="none", headers={"kid": "une"})},
    "another key": {"sign": lambda idp: lambda claims: jwt.encode(claims, OTHER_KEY, algorithm="RS256", headers={"kid": "une"})},
    "unknown key": {"sign": lambda idp: lambda claims: jwt.encode(claims, idp.key, algorithm="RS256", headers={"kid": "deux"})},
    "public key as a secret": {"sign": with_public_key_as_secret},
    "cut signature": {"sign": lambda idp: lambda claims: idp.rs256(claims).rpartition(".")[0] + "."},
    "no token": {"sign": lambda idp: lambda claims: ""},
    "plain http elsewhere": {"discovery": {"token_endpoint": "http://evil.example/token"}},
}


@pytest.mark.parametrize("lie", LIES.values(), ids=LIES)
def test_a_lie_of_the_provider_opens_nothing(idp, cae, lie):
    make_line(cae)
    come_true, _ = come(cae)
    idp.claims |= lie.get("claims", {})
    idp.sign = lie["sign"](idp) if "sign" in lie else idp.sign
    client = Client(HTTP_HOST="127.0.0.1:8000")
    sent = client.get(reverse("accounts:provider_start", args=[cae.slug]))
    idp.discovery = lie.get("discovery", {})
    back = requests.get(sent["Location"], allow_redirects=False, timeout=5).headers["Location"]

    answer = client.get(back.removeprefix("http://127.0.0.1:8000"))

    assert is_in(come_true), "the same way, told true, opens"
    assert not is_in(client)
    assert answer["Location"] == reverse("account_login")
    assert "n’a pas ouvert de compte ici" in client.get("/connexion/").content.decode()
    assert AuditEntry.objects.filter(action="accounts.sign_in.refuse").count() == 1


@pytest.mark.parametrize(
    "tamper",
    [
        lambda back: back.replace("state=", "state=x"), lambda back: back.partition("&state=")[0], lambda back: back.replace("code=", "code=x"),
        lambda back: back.partition("?")[0], lambda back: back.partition("?")[0] + "?error=access_denied&state=x",
    ],
)  # fmt: skip
def test_a_forged_way_back_opens_nothing(idp, cae, tamper):
    make_line(cae)

    client, answer = come(cae, tamper=tamper)

    assert not is_in(client)
    assert answer["Location"] == reverse("account_login")


def test_an_answer_serves_once_and_in_its_own_browser(idp, cae):
    make_line(cae)
    kept = []
    client, _ = come(cae, tamper=lambda back: kept.append(back) or back)
    client.post("/deconnexion/")
    thief = Client(HTTP_HOST="127.0.0.1:8000")
    thief.get(reverse("accounts:provider_start", args=[cae.slug]))

    for other in (client, thief):
        other.get(kept[0].removeprefix("http://127.0.0.1:8000"))

        assert not is_in(other)


def test_no_account_of_another_cae_is_taken_over(idp, cae):
    victim = make_person(make_member(), "director", email="line@cae.example.org")

    client, _ = come(cae)

    assert not is_in(client)
    assert User.objects.filter(email=victim.email).count() == 1


@pytest.mark.parametrize("also", ["another CAE", "the federation", "superuser"])
def test_who_acts_elsewhere_too_signs_in_with_her_own_keys(idp, cae, also):
    user = make_line(cae, "advisor")
    if also == "another CAE":
        join(user, make_member(), "advisor")
    elif also == "the federation":
        join(user, make_federation(), "coordinator")
    else:
        User.objects.filter(pk=user.pk).update(is_superuser=True)

    client, _ = come(cae)

    assert not is_in(client)


def come_lent(idp, cae):
    """Somebody whom her CAE lends to another comes by her CAE's provider, which has asked the second factor. Returns: her, agreement, client."""
    record(cae, idp, second_factor_values=["mfa"])
    idp.claims |= {"amr": ["mfa"]}
    user = make_line(cae, "shared_staff")
    loan = make_loan(user, provider=cae, beneficiary=make_member("La Ruche"))
    return user, loan, come(cae)[0]


def acts_for(client):
    actor = client.get(OPEN).context["actor"]
    return actor.organisation_name, [mandate.name for mandate in actor.mandates]


def test_the_provider_of_one_cae_opens_no_mandate_of_another(idp, cae):
    user, loan, client = come_lent(idp, cae)
    other = make_member()
    for mandate in (f"agreement:{loan.pk}", f"organisation:{other.pk}"):
        join(user, other, "advisor")
        session = client.session
        session["hub.mandate"] = mandate
        session.save()

        assert client.post(reverse("accounts:act_for"), {"mandate": mandate}).status_code == 403
        assert acts_for(client) == ("L’Étançon", ["L’Étançon"])
    assert "n’ouvre que ses droits" in client.get(OPEN).content.decode()
    own = sign_in(user, mandate=f"agreement:{loan.pk}")
    assert acts_for(own)[0] == "La Ruche"
    assert "n’ouvre que ses droits" not in own.get(OPEN).content.decode()


def test_what_the_provider_opened_does_not_edit_the_site(idp, cae):
    user, _, client = come_lent(idp, cae)
    User.objects.filter(pk=user.pk).update(is_superuser=True)

    assert client.get("/admin/").status_code == 403
    assert sign_in(user).get("/admin/").status_code == 200


@pytest.mark.parametrize("lost", ["her place", "the provider", "its domain"])
def test_the_session_ends_with_what_opened_it(idp, cae, lost):
    user, _, client = come_lent(idp, cae)
    join(user, make_member(), "advisor")
    assert client.get(OPEN).status_code == 200

    if lost == "her place":
        withdraw_role(Membership.unscoped.get(user=user, organisation=cae), actor=SYSTEM)
    elif lost == "the provider":
        IdentityProvider.objects.all().delete()
    else:
        record(cae, idp, domains=["autre.example.org"])

    assert not client.get("/").context["actor"].is_signed_in
    assert not is_in(client)
    assert client.get(OPEN)["Location"].startswith("/connexion/")


def test_her_own_keys_open_all_that_is_hers_in_the_same_browser(idp, cae):
    user, loan, client = come_lent(idp, cae)
    user.set_password("un mot de passe assez long")
    user.save()
    TOTP.activate(user, "A" * 32)
    client.post("/deconnexion/")

    client.post("/connexion/", {"login": user.email, "password": "un mot de passe assez long"})
    client.post(reverse("mfa_authenticate"), {"code": pyotp.TOTP("A" * 32).now()})

    assert acts_for(client) == ("L’Étançon", ["L’Étançon", loan.beneficiary.name])


def test_the_hub_s_own_second_factor_after_a_provider_s_word_opens_no_more(idp, cae):
    user = make_line(cae, "shared_staff")
    make_loan(user, provider=cae, beneficiary=make_member("La Ruche"))
    TOTP.activate(user, "A" * 32)
    client, _ = come(cae)

    client.post(reverse("mfa_authenticate"), {"code": pyotp.TOTP("A" * 32).now()})

    assert acts_for(client) == ("L’Étançon", ["L’Étançon"])


KEYS = [
    "mfa_activate_totp",
    "mfa_add_webauthn",
    "mfa_generate_recovery_codes",
    "mfa_view_recovery_codes",
    "mfa_deactivate_totp",
    "account_set_password",
]


@pytest.mark.parametrize("screen", KEYS)
@pytest.mark.parametrize("role", ["entrepreneur", "shared_staff"])
def test_the_provider_s_word_adds_no_key_of_hers(idp, cae, screen, role):
    """With or without keys of her own, and just after the provider has asked both factors."""
    record(cae, idp, second_factor_values=["mfa"])
    idp.claims |= {"amr": ["mfa"]}
    user = make_line(cae, role)
    client = come(cae)[0]
    if screen == "account_set_password" and role == "entrepreneur":
        join(user, cae, "advisor")
    answers = [client.get(reverse(screen))]
    TOTP.activate(user, "A" * 32)
    RecoveryCodes.activate(user)
    answers += [client.get(reverse(screen)), client.post(reverse(screen))]

    assert {answer.status_code for answer in answers} == {403}
    assert all("Votre session est ouverte par votre organisation" in answer.content.decode() for answer in answers)


WHOLE = {"privacy:own_export": 200, "privacy:ask_erasure": 302, "life:own_feed": 200}


@pytest.mark.parametrize("name", WHOLE)
def test_the_provider_of_one_cae_asks_nothing_about_her_whole_account(idp, cae, name):
    user, _, client = come_lent(idp, cae)
    join(user, make_member(), "director")

    answer = client.post(reverse(name), {"email": user.email})

    assert answer.status_code == 403
    assert "demandent de vous connecter par vous-même" in answer.content.decode()
    assert (Erasure.unscoped.count(), FeedKey.objects.count()) == (0, 0)
    assert sign_in(user).post(reverse(name), {"email": user.email}).status_code == WHOLE[name]


def test_who_is_led_to_a_second_factor_after_a_provider_s_word_is_told_how(idp, cae):
    make_line(cae, "advisor")

    page = come(cae)[0].get(OPEN, follow=True)

    assert page.redirect_chain[-1][0] == reverse("mfa_activate_totp")
    assert "déconnectez-vous, puis revenez avec votre adresse" in page.content.decode()
    assert f'action="{reverse("account_logout")}"' in page.content.decode()
    assert "totp_secret" not in page.content.decode()


def test_nobody_is_signed_up(idp, cae):
    before = User.objects.count()

    come(cae)

    assert User.objects.count() == before


def test_a_closed_account_stays_closed(idp, cae):
    User.objects.filter(pk=make_line(cae).pk).update(is_active=False)

    client, _ = come(cae)

    assert not is_in(client)


def test_a_provider_that_is_down_is_said(idp, cae):
    idp.down = True

    answer = Client(HTTP_HOST="127.0.0.1:8000").get(reverse("accounts:provider_start", args=[cae.slug]))

    assert (answer.status_code, answer["Retry-After"]) == (503, "60")
    assert "ne répond pas" in answer.content.decode()


OK = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"


@pytest.mark.parametrize(
    ("head", "drop"),
    [
        (b"HTTP/1.1 200 OK\r\nX-Slow: ", b"a"), (OK + b"\r\n", b" "), (OK + b"Content-Length: 100000\r\n\r\n{", b" "),
        (OK + b"Content-Length: 100\r\n\r\n{", b""), (OK + b"Content-Encoding: gzip\r\n\r\nnot gzip", b""), (b"nonsense", b""),
    ],
    ids=["trickles its headers", "trickles without length", "trickles its length", "hangs up", "wrongly packed", "no HTTP"],
)  # fmt: skip
def test_a_provider_that_is_slow_or_hangs_up_is_said_in_time(cae, monkeypatch, head, drop):
    monkeypatch.setattr(oidc, "SECONDS", 0.15)
    with trickle(head, drop) as issuer:
        IdentityProvider.objects.update(issuer=issuer)
        began = time.monotonic()

        answer = Client(HTTP_HOST="127.0.0.1:8000").get(reverse("accounts:provider_start", args=[cae.slug]))

    assert answer.status_code == 503
    assert "ne répond pas" in answer.content.decode()
    assert time.monotonic() - began < 3


def test_a_provider_that_says_too_much_is_not_listened_to(cae):
    with trickle(OK + b"Content-Length: 600002\r\n\r\n{" + b" " * 600_000 + b"}") as issuer:
        IdentityProvider.objects.update(issuer=issuer)

        answer = Client(HTTP_HOST="127.0.0.1:8000").get(reverse("accounts:provider_start", args=[cae.slug]))

    assert answer["Location"] == reverse("account_login")


@pytest.mark.parametrize("body", [b"[" * 100_000, b'{"a":' * 50_000, b"9" * 5_000], ids=["lists", "objects", "digits"])
def test_a_provider_that_exhausts_the_parser_is_refused(cae, body):
    with trickle(OK + f"Content-Length: {len(body)}\r\n\r\n".encode() + body) as issuer:
        IdentityProvider.objects.update(issuer=issuer)

        answer = Client(HTTP_HOST="127.0.0.1:8000").get(reverse("accounts:provider_start", args=[cae.slug]))

    assert answer["Location"] == reverse("account_login")


def test_whoever_starts_without_end_waits(idp, cae, settings):
    settings.ACCOUNT_RATE_LIMITS = settings.ACCOUNT_RATE_LIMITS | {"identity_provider": "2/15m/ip"}
    path = reverse("accounts:provider_start", args=[cae.slug])

    *first, last = (Client(HTTP_HOST="127.0.0.1:8000").get(path) for _ in range(3))

    assert [answer.status_code for answer in (*first, last)] == [302, 302, 429]
    assert (last["Retry-After"], "Trop d’essais" in last.content.decode()) == ("900", True)
    assert Client(HTTP_HOST="127.0.0.1:8000", REMOTE_ADDR="192.0.2.7").get(path).status_code == 302


def test_an_answer_to_no_question_writes_nothing_and_has_a_limit(idp, cae, settings):
    settings.ACCOUNT_RATE_LIMITS = settings.ACCOUNT_RATE_LIMITS | {"identity_provider_return": "3/15m/ip"}
    path, host = reverse("accounts:provider_return", args=[cae.slug]), {"HTTP_HOST": "127.0.0.1:8000"}
    asked = Client(**host)
    asked.get(reverse("accounts:provider_start", args=[cae.slug]))

    answers = [client.get(path, {"state": "x", "code": "y"}) for client in (asked, Client(**host), asked, Client(**host))]

    assert [answer.status_code for answer in answers] == [302, 302, 302, 429]
    assert {answer["Location"] for answer in answers[:3]} == {reverse("account_login")}
    assert "n’a pas ouvert de compte ici" in asked.get("/connexion/").content.decode()
    lines = AuditEntry.objects.filter(action="accounts.sign_in.refuse")
    assert [line.details for line in lines] == [{"identity_provider": "state"}], "of the one question that was asked, answered once"


# -- second factor ----------------------------------------------------------------------------------------------------
def test_the_hub_still_asks_its_own_second_factor(idp, cae):
    idp.claims |= {"amr": ["pwd", "mfa"], "acr": "mfa"}
    user = make_line(cae, "advisor")

    without, _ = come(cae)
    TOTP.activate(user, "A" * 32)
    client, answer = come(cae)

    assert without.get(OPEN)["Location"] == reverse("mfa_activate_totp")
    assert answer["Location"] == reverse("mfa_authenticate")
    assert not is_in(client)


@pytest.mark.parametrize("claims", [{"amr": ["pwd", "otp"]}, {"acr": "niveau2"}])
@pytest.mark.parametrize("has_own", [False, True])
def test_the_provider_s_second_factor_counts_when_the_record_says_so(idp, cae, claims, has_own):
    record(cae, idp, second_factor_values=["otp", "niveau2"])
    user = make_line(cae, "advisor")
    if has_own:
        TOTP.activate(user, "A" * 32)
    idp.claims |= claims

    client, _ = come(cae)

    assert client.get(OPEN).status_code == 200


@pytest.mark.parametrize("claims", [{}, {"amr": ["pwd"]}, {"amr": "otp"}, {"acr": ""}, {"acr": ["niveau2"]}])
def test_what_the_record_does_not_name_does_not_count(idp, cae, claims):
    record(cae, idp, second_factor_values=["otp", "niveau2"])
    make_line(cae, "advisor")
    idp.claims |= claims

    client, _ = come(cae)

    assert client.get(OPEN)["Location"] == reverse("mfa_activate_totp")


# -- the record -------------------------------------------------------------------------------------------------------
def test_removed_it_closes_with_the_sessions_that_it_opened(idp, cae):
    make_line(cae)
    elsewhere = sign_in(make_line(cae, email="b@cae.example.org"))
    client, _ = come(cae)
    client.get(OPEN)
    elsewhere.get(OPEN)
    assert UserSession.objects.filter(session_key=client.session.session_key).exists()

    remove_identity_provider(IdentityProvider.objects.get(), actor=actor_for(make_coordinator()))

    assert client.get(OPEN).status_code == 302
    assert elsewhere.get(OPEN).status_code == 200
    assert Client().get(reverse("accounts:provider_start", args=[cae.slug])).status_code == 404


@pytest.mark.parametrize("issuer", ["https://un.autre.example.org", None])
def test_replaced_by_another_it_closes_the_sessions_that_it_opened(idp, cae, issuer):
    make_line(cae)
    elsewhere = sign_in(make_line(cae, email="b@cae.example.org"))
    client, _ = come(cae)
    client.get(OPEN)
    elsewhere.get(OPEN)

    facts = {"issuer": issuer or idp.issuer, "client_id": "autre", "domains": ["cae.example.org"], "second_factor_values": ["mfa"]}
    set_identity_provider(cae, facts=facts, secret=SECRET, actor=actor_for(make_coordinator()))

    assert client.get(OPEN).status_code == (302 if issuer else 200)
    assert elsewhere.get(OPEN).status_code == 200
    line = AuditEntry.objects.filter(action="accounts.identity_provider.set").last()
    assert line.details.get("sessions_closed") == (1 if issuer else None)


def test_the_coordinator_records_it_and_nobody_reads_the_secret_again(idp):
    cae = make_member("L’Étançon")
    client, path = sign_in(make_coordinator()), reverse("accounts:identity_provider", args=[cae.slug])
    typed = {
        "issuer": idp.issuer,
        "client_id": CLIENT,
        "secret": SECRET,
        "domains": "@CAE.example.org, autre.example.org",
        "second_factor_values": "otp mfa",
    }

    answer = client.post(path, typed)
    again = client.post(path, typed | {"secret": "", "domains": "cae.example.org", "version": 1})

    row = IdentityProvider.objects.get()
    assert (answer.status_code, again.status_code) == (302, 302)
    assert (row.secret, row.domains, row.second_factor_values) == (SECRET, ["cae.example.org"], ["mfa", "otp"])
    with connection.cursor() as cursor:
        cursor.execute("SELECT sealed_secret FROM accounts_identityprovider")
        assert SECRET not in cursor.fetchone()[0]
    assert SECRET not in client.get(path).content.decode()
    assert not any(SECRET in line.data for line in AuditEntry.objects.all())


@pytest.mark.parametrize(
    ("field", "typed", "sentence"),
    [
        ("issuer", "http://compte.example.org", "Une adresse en https"),
        ("issuer", "https://moi@compte.example.org", "Une adresse en https"),
        ("issuer", "{issuer}/autre", "ne se présente comme ce fournisseur"),
        ("issuer", "http://127.0.0.1:1", "ne répond pas"),
        ("domains", "cae", "n’est pas un domaine"),
        ("domains", "autre.example.org", "est déjà celui de"),
        ("secret", "", "Secret : à remplir"),
    ],
)
def test_a_wrong_record_gets_its_sentence_and_keeps_what_was_typed(idp, cae, field, typed, sentence):
    record(cae, idp, domains=["autre.example.org"])
    other = make_member()
    good = {"issuer": idp.issuer, "client_id": CLIENT, "secret": SECRET, "domains": "cae.example.org"}

    page = sign_in(make_coordinator()).post(
        reverse("accounts:identity_provider", args=[other.slug]), good | {field: typed.format(issuer=idp.issuer)}
    )

    assert sentence in page.content.decode().replace("\u00a0", " ").replace("\u202f", " ")
    assert f'value="{CLIENT}"' in page.content.decode()
    assert IdentityProvider.objects.count() == 1


@pytest.mark.parametrize("seen", [0, 1])
def test_of_two_who_record_it_the_second_sees_what_the_first_one_wrote(idp, seen):
    """The first record too: both opened a form without any."""
    cae = make_member()
    path = reverse("accounts:identity_provider", args=[cae.slug])
    first, second = sign_in(make_coordinator()), sign_in(make_coordinator())
    typed = {"issuer": idp.issuer, "client_id": CLIENT, "secret": SECRET, "second_factor_values": "mfa"}
    if seen:
        record(cae, idp, domains=["debut.example.org"])

    first.post(path, typed | {"domains": "un.example.org", "version": seen})
    answer = second.post(path, typed | {"domains": "deux.example.org", "version": seen})

    html = answer.content.decode()
    assert (answer.status_code, IdentityProvider.objects.get().domains) == (409, ["un.example.org"])
    assert "a enregistré une autre version entre-temps" in html
    assert ("<del" in html, "<ins" in html) == (True, True)
    assert f'name="version" value="{seen + 1}"' in html
    assert second.post(path, typed | {"domains": "deux.example.org", "version": seen + 1}).status_code == 302
    assert IdentityProvider.objects.get().domains == ["deux.example.org"]


@pytest.mark.parametrize("role", ["director", "advisor", "entrepreneur"])
def test_nobody_but_the_coordinator_records_one(idp, cae, role):
    client = sign_in(make_line(cae, role))
    row = IdentityProvider.objects.get()

    assert client.get(reverse("accounts:identity_provider", args=[cae.slug])).status_code == 403
    assert client.post(reverse("accounts:remove_identity_provider", args=[cae.slug])).status_code == 403
    with pytest.raises(NotAllowed):
        remove_identity_provider(row, actor=make_actor(cae))


def test_a_domain_belongs_to_one_organisation(idp, cae):
    with pytest.raises(RuleBroken, match="déjà celui de"):
        record(make_member(), idp)


def test_an_address_finds_its_organisation_and_no_list_names_them(idp, cae, client):
    path, start = reverse("accounts:providers"), reverse("accounts:provider_start", args=[cae.slug])

    shown, found, unknown = (
        client.get(path),
        client.post(path, {"email": "x@CAE.example.org"}),
        client.post(path, {"email": "x@y.example.org"}),
    )

    assert [page.status_code for page in (shown, found, unknown)] == [200, 200, 200]
    assert [start in page.content.decode() for page in (shown, found, unknown)] == [False, True, False]
    assert ["L’Étançon" in page.content.decode() for page in (shown, unknown)] == [False, False]


@pytest.mark.parametrize(
    ("public", "address", "is_safe"),
    [
        ("https://hub.example.org", "https://compte.example.org", True),
        ("https://hub.example.org", "http://127.0.0.1:9000", False),
        ("http://127.0.0.1:8000", "http://127.0.0.1:9000", True),
        ("http://127.0.0.1:8000", "http://compte.example.org", False),
        ("http://127.0.0.1:8000", "file:///etc/passwd", False),
        ("https://hub.example.org", "https://[compte.example.org", False),
    ],
)
def test_addresses_of_a_provider_are_https(settings, public, address, is_safe):
    settings.PUBLIC_URL = urlsplit(public)

    assert oidc.is_safe(address) is is_safe


@pytest.fixture
def public_hub(settings):
    settings.PUBLIC_URL = urlsplit("https://hub.example.org")


@pytest.fixture
def listening():
    """The port of a server of this machine, and who came to it."""
    came = []

    class Handler(StreamRequestHandler):
        def handle(self):
            came.append(self.client_address)

    with ThreadingTCPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
        yield server.server_address[1], came
        server.shutdown()


@pytest.mark.usefixtures("public_hub")
@pytest.mark.parametrize(
    "host",
    ["127.0.0.1", "localhost", "[::1]", "2130706433", "0.0.0.0", "[::ffff:127.0.0.1]", "10.0.0.1", "192.168.1.1", "169.254.169.254"],
)
def test_a_public_hub_asks_nothing_of_its_own_machine_or_network(listening, host):
    port, came = listening
    cae, sentences = make_member(), []
    client, path = sign_in(make_coordinator()), reverse("accounts:identity_provider", args=[cae.slug])

    for issuer in (f"https://{host}:{port}", f"https://{host}:1"):
        page = client.post(path, {"issuer": issuer, "client_id": CLIENT, "secret": SECRET, "domains": "cae.example.org"})
        sentences.append("sur l’internet public" in page.content.decode())

    assert sentences == [True, True]
    assert came == []
    assert not IdentityProvider.objects.exists()


@pytest.mark.parametrize(
    ("address", "is_public"),
    [
        ("93.184.216.34", True),
        ("2a01:e0a::1", True),
        ("100.64.0.1", False),
        ("224.0.0.1", False),
        ("255.255.255.255", False),
        ("fe80::1%eth0", False),
        ("fd00::1", False),
        ("ff0e::1", False),
        ("64:ff9b::7f00:1", False),
        ("2002:7f00:1::1", False),
    ],
)
def test_only_global_unicast_addresses_are_public(address, is_public):
    assert oidc._is_public(address) is is_public


@pytest.mark.usefixtures("public_hub")
def test_one_private_address_among_those_of_a_name_is_enough_to_refuse_it(monkeypatch):
    rows = [(None, None, None, "", (address, 443)) for address in ("93.184.216.34", "10.0.0.1")]
    monkeypatch.setattr(oidc, "getaddrinfo", lambda *_, **__: rows)

    with pytest.raises(ProviderIsPrivate):
        oidc.discover("https://compte.example.org")


@pytest.mark.usefixtures("public_hub")
def test_the_connection_goes_to_the_addresses_that_were_looked_at(monkeypatch):
    """The name says where it is once; asked again it might say this machine."""
    went = []

    def create(address, *_, **__):
        went.append(address)
        raise OSError

    rows = [(None, None, None, "", (address, 0)) for address in ("93.184.216.34", "2a01:e0a::1")]
    monkeypatch.setattr(oidc, "getaddrinfo", lambda *_, **__: rows)
    monkeypatch.setattr("urllib3.util.connection.create_connection", create)
    monkeypatch.setenv("HTTPS_PROXY", "http://127.0.0.1:1")

    with pytest.raises(ProviderIsDown):
        oidc.discover("https://compte.example.org")

    assert went == [("93.184.216.34", 443), ("2a01:e0a::1", 443)]


@pytest.mark.usefixtures("public_hub")
@pytest.mark.parametrize("name", ["token_endpoint", "jwks_uri", "userinfo_endpoint"])
def test_no_endpoint_of_a_public_provider_leads_inside(idp, monkeypatch, name):
    monkeypatch.setattr(oidc, "is_safe", lambda _: True)
    monkeypatch.setattr(oidc, "_is_public", lambda address: address == "127.0.0.1")  # where this one is
    assert oidc.discover(idp.issuer)

    idp.discovery = {name: "https://127.0.0.2/"}

    with pytest.raises(ProviderIsPrivate):
        oidc.discover(idp.issuer)


@pytest.mark.usefixtures("public_hub")
def test_a_name_that_leads_inside_afterwards_gets_no_secret(idp, monkeypatch):
    answers = [True] * 4  # the description, and the hosts that it names
    monkeypatch.setattr(oidc, "is_safe", lambda _: True)
    monkeypatch.setattr(oidc, "_is_public", lambda _: bool(answers and answers.pop()))
    memory = {"verifier": "v", "nonce": "n"}

    with pytest.raises(ProviderIsPrivate):
        oidc.identity(idp.issuer, client_id=CLIENT, client_secret=SECRET, back="https://hub.example.org/", code="c", memory=memory)

    assert answers == []
    assert idp.token_requests == []


@pytest.mark.usefixtures("public_hub")
def test_a_description_that_names_no_host_is_refused(idp, monkeypatch):
    monkeypatch.setattr(oidc, "_is_public", lambda _: True)
    monkeypatch.setattr(oidc, "is_safe", lambda _: True)
    idp.discovery = {"userinfo_endpoint": f"https://{'a' * 70}.example.org/"}

    with pytest.raises(ProviderRefused):
        oidc.discover(idp.issuer)


def test_a_redirection_of_the_provider_is_not_followed(idp, monkeypatch, listening):
    port, came = listening
    monkeypatch.setattr(idp, "answer", lambda *_: (302, f"http://127.0.0.1:{port}/"))

    with pytest.raises(ProviderRefused):
        oidc.discover(idp.issuer)

    assert came == []
