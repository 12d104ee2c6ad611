"""Sign-in: bar G9, invitations, the first link."""

import logging
import re
import time
from logging.config import DictConfigurator
from unittest import mock
from urllib.parse import urlencode, urlsplit

import pyotp
import pytest
from allauth.mfa.totp.internal.auth import TOTP
from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib.auth.models import Group
from django.core import mail
from django.core.cache import cache
from django.test import Client
from django.urls import get_resolver, reverse
from django.utils import timezone

from hub.core.accounts.errors import InvitationIsUsed
from hub.core.accounts.models import Invitation, Membership, Organisation, Recovery, Role, User
from hub.core.accounts.selectors import actor_for
from hub.core.accounts.services import first_link, invitations, rescue_link
from hub.core.accounts.services.identity import EDITORS, correct_identity
from hub.core.audit.models import AuditEntry
from hub.core.notifications.models import Mail
from tests.builders.accounts import SYSTEM, join, make_actor, make_coordinator, make_federation, make_member, make_person, sign_in

pytestmark = pytest.mark.django_db
PASSWORD = "correct cheval pile agrafe"


@pytest.fixture(autouse=True)
def _no_memory_of_failures():
    cache.clear()


def make_staff():
    return make_person(make_member(), "advisor", email="staff@example.org", password=PASSWORD)


def sign_in_with(client, email, password):
    return client.post("/connexion/", {"login": email, "password": password})


def test_ten_failures_close_the_door_even_to_the_right_password():
    make_staff()
    client = Client()

    answers = [sign_in_with(client, "staff@example.org", "faux").status_code for _ in range(10)]
    refused = sign_in_with(client, "staff@example.org", PASSWORD)

    assert answers == [200] * 10
    assert refused.status_code == 429
    assert refused["Retry-After"] == "900"
    assert "Réessayez dans 15 minutes" in refused.content.decode()


def test_a_port_made_up_for_each_failure_is_no_new_account():
    make_staff()
    client, wrong = Client(), {"login": "staff@example.org", "password": "faux"}  # pragma: allowlist secret

    answers = [client.post("/connexion/", wrong, headers={"host": f"testserver:{port}"}).status_code for port in range(1000, 1011)]

    assert answers == [200] * 10 + [429]


def test_failures_from_elsewhere_do_not_lock_the_owner_out():
    make_staff()
    for _ in range(11):
        sign_in_with(Client(REMOTE_ADDR="198.51.100.7"), "staff@example.org", "faux")

    assert sign_in_with(Client(REMOTE_ADDR="198.51.100.8"), "staff@example.org", PASSWORD).status_code == 302


@pytest.mark.parametrize(
    ("address", "elsewhere"),
    [("2001:db8:1:2::{:x}", "2001:db8:1:3::1"), ("::ffff:198.51.100.7", "::ffff:198.51.100.8")],
)
def test_all_addresses_of_one_ipv6_network_fail_as_one_and_an_ipv4_address_as_itself(address, elsewhere):
    make_staff()

    answers = [sign_in_with(Client(REMOTE_ADDR=address.format(n)), "staff@example.org", "faux").status_code for n in range(1, 12)]

    assert answers == [200] * 10 + [429]
    assert sign_in_with(Client(REMOTE_ADDR=elsewhere), "staff@example.org", PASSWORD).status_code == 302


def test_allauth_s_own_limits_take_a_mapped_address_for_the_ipv4_one_that_it_is(settings):
    settings.ACCOUNT_RATE_LIMITS = settings.ACCOUNT_RATE_LIMITS | {"login": "1/m/ip"}
    places = ("::ffff:198.51.100.7", "::ffff:198.51.100.8", "198.51.100.7")

    answers = [sign_in_with(Client(REMOTE_ADDR=place), "personne@example.org", "faux").status_code for place in places]

    assert answers == [200, 200, 429]


def body_of(answer):
    text = re.sub(r'name="csrfmiddlewaretoken" value="[^"]+"', "", answer.content.decode())
    return re.sub(r"(staff|personne)@example\.org", "X", text)


def test_the_answer_does_not_tell_who_has_an_account():
    make_staff()

    known, unknown = (sign_in_with(Client(), email, "faux") for email in ("staff@example.org", "personne@example.org"))

    assert known.status_code == unknown.status_code
    assert body_of(known) == body_of(unknown)


def test_asking_a_code_does_not_tell_who_has_an_account():
    make_staff()
    answers = [Client().post("/connexion/code/", {"email": email}) for email in ("staff@example.org", "personne@example.org")]

    assert {answer.status_code for answer in answers} == {302}
    assert len({answer["Location"] for answer in answers}) == 1


def asked(screen, addresses, *, every, count):
    """The statuses of so many askings, one `every` so many seconds, each from a place of its own."""
    begins = time.time()
    answers = []
    for number in range(count):
        with mock.patch("time.time", return_value=begins + number * every):
            stranger = Client(REMOTE_ADDR=f"198.51.100.{number}")
            answers.append(stranger.post(screen, {"email": addresses[number % len(addresses)]}))
    return [answer.status_code for answer in answers]


@pytest.mark.parametrize("address", ["e@example.org", "personne@example.org"])
@pytest.mark.parametrize("screen", ["/connexion/code/", "/mot-de-passe/oublie/"])
def test_a_mailbox_gets_ten_letters_an_hour_whoever_asks_and_the_next_once_the_first_is_an_hour_old(screen, address):
    make_person(make_member(), email="e@example.org", password=PASSWORD)

    statuses = asked(screen, [address, address.upper()], every=240, count=17)

    assert statuses == [302] * 10 + [429] * 5 + [302] * 2
    assert len(mail.outbox) == 12


@pytest.mark.parametrize("others", [["v+{}@example.org"], ["v@bücher.example", "v@xn--bcher-kva.example", "v@BÜCHER.example"]])
def test_a_mailbox_under_other_spellings_gets_ten_letters_an_hour_that_it_has_no_account(others):
    addresses = [other.format(number) for number in range(12 // len(others)) for other in others]

    assert asked("/connexion/code/", addresses, every=61, count=12) == [302] * 12
    assert len(mail.outbox) == 10


def test_an_address_that_cannot_be_is_answered_as_any_other():
    answer = Client().post("/connexion/code/", {"email": f"v@{'é' * 60}.example"})

    assert (answer.status_code, mail.outbox) == (302, [])


def test_too_many_codes_are_refused_with_where_the_last_one_is():
    make_person(make_member(), email="e@example.org")

    answers = [Client().post("/connexion/code/", {"email": "e@example.org"}) for _ in range(4)]

    assert [answer.status_code for answer in answers] == [302] * 3 + [429]
    assert "Cherchez le dernier dans votre boîte aux lettres" in answers[-1].content.decode()


def test_an_entrepreneur_signs_in_with_the_mailed_code():
    make_person(make_member(), email="e@example.org")
    client = Client()

    client.post("/connexion/code/", {"email": "e@example.org"})
    code = re.search(r"^ {4}(\S+)$", mail.outbox[-1].body, re.MULTILINE)[1]
    answer = client.post("/connexion/code/confirmer/", {"code": code})

    assert answer.status_code == 302
    assert client.get("/compte/").status_code == 200


def test_an_entrepreneur_who_writes_the_site_s_pages_does_not():
    user = make_person(make_member(), email="e@example.org")
    user.groups.add(Group.objects.get(name=EDITORS))

    Client().post("/connexion/code/", {"email": "e@example.org"})

    assert not re.search(r"^ {4}(\S+)$", mail.outbox[-1].body, re.MULTILINE)


def test_she_is_told_so_where_she_looks_and_the_way_that_she_is_shown_is_one():
    organisation = make_member()
    user = make_person(organisation, email="e@example.org")
    make_person(organisation, "director", email="d@example.org")
    hers = sign_in(user)
    User.objects.filter(pk=user.pk).update(last_login=timezone.now())
    before = hers.get("/compte/").content.decode()

    correct_identity(user, first_name=user.first_name, last_name=user.last_name, email=user.email, edits_site=True, actor=SYSTEM)
    letter, after = Mail.objects.filter(user=user).latest("created_at").body, hers.get("/compte/").content.decode()
    Client().post("/mot-de-passe/oublie/", {"email": "e@example.org"})

    assert ("Un code reçu par courrier électronique" in before, "Un code reçu par courrier électronique" in after) == (True, False)
    for words in (letter, after):
        assert "emandez un nouveau mot de passe à la connexion, puis appelez" in words.replace("\n", " ")
    assert Recovery.unscoped.filter(user=user).exists()


def test_who_has_a_password_changes_it_though_she_is_of_no_team_any_more():
    client = sign_in(make_person(make_member(), password=PASSWORD), second_factor=False)

    assert reverse("account_change_password") in client.get("/compte/").content.decode()
    assert client.get(reverse("account_change_password")).status_code == 200


def test_a_refused_sign_in_leaves_a_line_without_the_words_typed():
    make_staff()

    sign_in_with(Client(), "staff@example.org", "secret-tapé")

    line = AuditEntry.objects.filter(action="accounts.sign_in.refuse").last()
    assert line.object_id == str(User.objects.get(email="staff@example.org").pk)
    assert "secret" not in line.data


def test_the_reset_link_serves_once():
    make_staff()
    client = Client()
    client.post("/mot-de-passe/oublie/", {"email": "staff@example.org"})
    link = re.search(r"http\S+", mail.outbox[-1].body)[0]

    form = client.get(link, follow=True).redirect_chain[-1][0]
    client.post(form, {"password1": "un autre cheval pile agrafe", "password2": "un autre cheval pile agrafe"})
    again = Client().get(link, follow=True)

    assert User.objects.get(email="staff@example.org").check_password("un autre cheval pile agrafe")
    assert "ne marche plus" in again.content.decode()


def test_next_never_leaves_the_site():
    make_staff()

    answer = Client().post("/connexion/?next=https://evil.example/", {"login": "staff@example.org", "password": PASSWORD})

    assert answer["Location"].startswith("/")


def test_a_foreign_host_is_refused():
    assert Client(HTTP_HOST="evil.example").get("/connexion/").status_code == 400


def invited_as(role):
    """The path of a new invitation."""
    organisation = make_member()
    _, link = invitations.invite("n@example.org", organisation=organisation, role=Role.objects.get(pk=role), actor=make_actor(organisation))
    return link.split("8000", 1)[1]


def test_an_invitation_makes_the_account_once():
    path = invited_as("advisor")

    shown = Client().get(path)
    assert not User.objects.filter(email="n@example.org").exists(), "opening the link does nothing by itself"
    facts = {"first_name": "Nour", "last_name": "Exemple", "password": PASSWORD}
    first, second = Client().post(path, facts), Client().post(path, facts)

    assert (shown.status_code, first.status_code, second.status_code) == (200, 302, 410)
    assert Membership.unscoped.get(user__email="n@example.org").role_id == "advisor"


def a_link(inviter, organisation, role="director"):
    """A path of an invitation by this person, acting for this organisation."""
    actor = actor_for(inviter, f"organisation:{organisation.pk}")
    _, link = invitations.invite("n@example.org", organisation=organisation, role=Role.objects.get(pk=role), actor=actor)
    return link.split("8000", 1)[1]


@pytest.mark.parametrize("change", ["role lost", "account closed", "coordination lost"])
def test_an_invitation_does_not_outlive_the_right_of_who_made_it(change):
    organisation = make_member()
    inviter = make_coordinator() if change == "coordination lost" else make_person(organisation, "director")
    path = a_link(inviter, organisation)
    invitation = Invitation.unscoped.get()
    assert Client().get(path).status_code == 200

    if change == "account closed":
        User.objects.filter(pk=inviter.pk).update(is_active=False)
    else:
        Membership.unscoped.filter(user=inviter).update(role="advisor")

    facts = {"first_name": "Nour", "last_name": "Exemple", "password": PASSWORD}
    assert (Client().get(path).status_code, Client().post(path, facts).status_code) == (410, 410)
    with pytest.raises(InvitationIsUsed):
        invitations.accept(invitation, **facts)
    assert not User.objects.filter(email="n@example.org").exists()


def test_the_host_s_invitation_and_one_of_who_coordinates_serve():
    """Neither is of the organisation; another mandate of who coordinates may come first."""
    organisation, coordinator = make_member(), make_coordinator()
    join(coordinator, make_member(), "director")
    facts = {"organisation": organisation, "role": Role.objects.get(pk="director")}

    for actor in (SYSTEM, actor_for(coordinator, f"organisation:{make_federation().pk}")):
        _, link = invitations.invite("n@example.org", actor=actor, **facts)
        assert Client().get(link.split("8000", 1)[1]).status_code == 200


def test_who_accepts_while_signed_in_is_told_what_she_joined_and_not_to_sign_in():
    person, other = make_person(make_member(), "trainer"), make_person(make_member(), "advisor")

    def said(client, name):
        home = make_member(name)
        _, link = invitations.invite(person.email, organisation=home, role=Role.objects.get(pk="trainer"), actor=make_actor(home))
        answer = client.post(link.split("8000", 1)[1], {"password": PASSWORD}, follow=True)
        return [str(message) for message in answer.context["messages"]]

    assert said(sign_in(person), "Bâti Commun") == ["Vous avez rejoint Bâti Commun comme formatrice ou formateur."]
    (elsewhere,) = said(sign_in(other), "Zinc")
    assert elsewhere.startswith(f"Le compte de {person.email} est prêt. Vous êtes sur un autre compte")
    assert said(Client(), "Écluse") == ["Votre compte est prêt. Connectez-vous avec votre adresse."]


TOO_NEAR = "trop semblable"


def test_a_password_like_the_person_is_refused_at_each_door():
    coordinator = make_person(make_federation(), "coordinator", email="gwenaelle.kermadec@example.org", last_name="Kermadec")
    organisation, first = make_member(), {"first_name": "Gwenaëlle", "last_name": "Kermadec"}
    like_name, like_address, like_other = "gwenaelle.kermadec", "gwenaelle.kermadec1", "kermadec.g@autre"
    facts = {"organisation": organisation, "role": Role.objects.get(pk="advisor"), "actor": make_actor(organisation)}
    _, new = invitations.invite("gwenaelle.kermadec@autre.example", **facts)
    _, known = invitations.invite(make_person(organisation, email="kermadec.g@autre.example", last_name="Kermadecoz").email, **facts)
    rescue = rescue_link(coordinator.email)
    for link, typed in (
        (new, first | {"password": like_name}),
        (known, {"password": like_other}),
        (rescue, {"password": like_address, "code": "000000"}),
    ):
        page = Client().post("/" + link.split("/", 3)[3], typed).content.decode()
        assert TOO_NEAR in page, link


def test_the_first_password_is_not_the_address_of_who_opens_the_hub():
    facts = {"federation_name": "Fédération", "first_name": "Ada", "last_name": "Lovelace", "email": "ada.lovelace@example.org"}

    page = Client().post(first_link().split("8000", 1)[1], facts | {"password": "ada.lovelace@exemple"}).content.decode()

    assert TOO_NEAR in page
    assert not User.objects.exists()


def test_a_second_invitation_takes_the_place_of_the_first():
    organisation = make_member()
    facts = {"organisation": organisation, "role": Role.objects.get(pk="advisor"), "actor": make_actor(organisation)}
    _, first = invitations.invite("n@example.org", **facts)
    invitations.invite("n@example.org", **facts)

    with pytest.raises(InvitationIsUsed):
        invitations.find(first.rstrip("/").rsplit("/", 1)[1])


def test_the_first_link_opens_an_empty_hub_once():
    path = first_link().split("8000", 1)[1]
    facts = {"federation_name": "Fédération", "first_name": "Ada", "last_name": "L", "email": "ada@example.org", "password": PASSWORD}

    assert Client().post(path, facts).status_code == 302
    assert Client().post(path, facts | {"email": "b@example.org"}).status_code == 410
    assert first_link() is None
    assert Organisation.objects.get(is_federation=True).name == "Fédération"
    assert User.objects.get(email="ada@example.org").is_superuser


def test_an_earlier_first_link_stops_working():
    old = first_link().split("8000", 1)[1]
    first_link()

    assert Client().get(old).status_code == 410


def test_act_for_takes_only_a_mandate_that_holds():
    organisation, other = make_member(), make_member()
    client = Client()
    client.force_login(make_person(organisation), backend="allauth.account.auth_backends.AuthenticationBackend")

    assert client.post(reverse("accounts:act_for"), {"mandate": f"organisation:{other.pk}"}).status_code == 403
    assert client.post(reverse("accounts:act_for"), {"mandate": f"organisation:{organisation.pk}"}).status_code == 302
    assert client.get(reverse("accounts:act_for")).status_code == 405


def make_staff_with_factor():
    user = make_staff()
    secret = pyotp.random_base32()
    TOTP.activate(user, secret)
    return user, secret


def test_wrong_codes_of_the_second_factor_are_counted_audited_and_refused():
    user, secret = make_staff_with_factor()
    client = Client()
    sign_in_with(client, "staff@example.org", PASSWORD)

    answers = [client.post("/connexion/second-facteur/", {"code": "000000"}).status_code for _ in range(10)]
    refused = client.post("/connexion/second-facteur/", {"code": pyotp.TOTP(secret).now()})

    assert answers == [200] * 10
    assert (refused.status_code, refused["Retry-After"]) == (429, "900")
    lines = AuditEntry.objects.filter(action="accounts.sign_in.refuse", object_id=str(user.pk))
    assert lines.count() >= 10
    assert client.get("/moi/avis/").status_code == 302


STEP = 30  # seconds that a code of the application shows


def opened_with(code, *, at):
    """The status of another browser's answer to the code, shown at that moment after the password."""
    browser = Client()
    with mock.patch("time.time", return_value=at):
        sign_in_with(browser, "staff@example.org", PASSWORD)
        answer = browser.post("/connexion/second-facteur/", {"code": code})
    assert answer.status_code == 302 or "Ce code a déjà servi" in answer.content.decode()
    return answer.status_code


@pytest.mark.parametrize("seconds", [0, 4, 35, 59])
def test_a_code_of_the_application_opens_once_as_long_as_it_would_be_accepted(seconds):
    _, secret = make_staff_with_factor()
    begins = time.time() // STEP * STEP
    code = pyotp.TOTP(secret).at(begins)

    assert [opened_with(code, at=begins), opened_with(code, at=begins + seconds)] == [302, 200]
    assert opened_with(pyotp.TOTP(secret).at(begins + seconds + STEP), at=begins + seconds) == 302, "the next one opens"


def test_a_code_shown_before_its_time_opens_once_until_it_is_accepted_no_more():
    _, secret = make_staff_with_factor()
    begins = time.time() // STEP * STEP
    code = pyotp.TOTP(secret).at(begins + STEP)

    assert [opened_with(code, at=begins + seconds) for seconds in (0, 35, 65, 89)] == [302, 200, 200, 200]


@pytest.mark.django_db(transaction=True)  # the factor counts once it is committed
def test_the_code_that_set_the_application_up_opens_nothing_more():
    make_staff()
    client = Client()
    sign_in_with(client, "staff@example.org", PASSWORD)
    page = client.get("/compte/second-facteur/activer/").content.decode()
    secret = re.search(r'id="totp_secret" type="text" value="(\w+)"', page)[1]
    now = time.time()
    code = pyotp.TOTP(secret).at(now)
    with mock.patch("time.time", return_value=now):
        assert client.post("/compte/second-facteur/activer/", {"code": code}).status_code == 302

    assert opened_with(code, at=now) == 200
    assert opened_with(pyotp.TOTP(secret).at(now + STEP), at=now + STEP) == 302


@pytest.mark.parametrize("path", ["/_util/login/", "/admin/login/"])
def test_no_other_door_opens_with_a_password_alone(path):
    user, _ = make_staff_with_factor()
    client = Client()

    client.post(path, {"username": user.email, "login": user.email, "password": PASSWORD})

    assert "_auth_user_id" not in client.session


def test_the_reset_link_names_the_hub_and_not_the_host_that_was_asked(settings):
    make_staff()

    Client().post("/mot-de-passe/oublie/", {"email": "staff@example.org"}, HTTP_HOST="127.0.0.1:6666")

    link = re.search(r"http\S+", mail.outbox[-1].body)[0]
    assert link.startswith(settings.WAGTAILADMIN_BASE_URL + "/mot-de-passe/nouveau/")


@pytest.mark.django_db(transaction=True)  # the factor counts once it is committed
def test_codes_of_rescue_are_shown_right_after_the_first_factor():
    make_staff()
    client = Client()
    sign_in_with(client, "staff@example.org", PASSWORD)
    assert client.get("/annuaire/?q=paie")["Location"] == "/compte/second-facteur/activer/"
    client.get("/recherche/suggestions.json?q=paie", headers={"Sec-Fetch-Dest": "empty"})
    page = client.get("/compte/second-facteur/activer/").content.decode()
    secret = re.search(r'id="totp_secret" type="text" value="(\w+)"', page)[1]

    answer = client.post("/compte/second-facteur/activer/", {"code": pyotp.TOTP(secret).now()})
    shown = client.get(answer["Location"])

    assert (answer["Location"], shown.status_code) == ("/compte/codes-de-secours/", 200)
    assert shown.content.decode().count("<code>") == 10
    assert "Codes de secours créés" in shown.content.decode()
    assert "Créez aussi" not in shown.content.decode()
    assert '<a class="btn btn--main" href="/annuaire/?q=paie">Continuer</a>' in shown.content.decode()  # where she was going
    assert client.get("/annuaire/?q=paie").status_code == 200
    assert "Continuer</a>" not in client.get("/compte/codes-de-secours/").content.decode()


@pytest.mark.parametrize("role", ["advisor", "entrepreneur"])
def test_an_invitation_says_how_one_will_sign_in_to_who_does_not_know(role):
    path = invited_as(role)
    invited, member = Client(), sign_in(make_person(make_member(), "advisor"))

    pages = [client.get(path).content.decode() for client in (invited, member)]

    words = "une clé d’accès ou une application de codes" if role == "advisor" else "par un code reçu à cette adresse"
    assert [words in page for page in pages] == [True, False]


def test_who_is_of_a_team_elsewhere_is_not_told_that_a_code_will_open_her_account():
    user = make_person(make_member(), "advisor", email="e@example.org", password=PASSWORD)
    _, link = invitations.invite(user.email, organisation=make_member(), role=Role.objects.get(pk="entrepreneur"), actor=SYSTEM)

    page = Client().get(urlsplit(link).path).content.decode()

    assert "Rejoindre" in page
    assert "par un code reçu à cette adresse" not in page


def test_a_short_password_is_refused_in_our_words():
    page = Client().post(invited_as("advisor"), {"first_name": "Ana", "last_name": "Lopes", "password": "dix signes"}).content.decode()

    assert "12 signes au moins\u202f; il y en a 10." in page
    assert "Assurez-vous" not in page


@pytest.mark.parametrize("screen", ["mfa_activate_totp", "mfa_add_webauthn"])
def test_an_old_session_without_anything_to_show_signs_in_again_before_it_adds_a_key(screen):
    make_person(make_member(), email="e@example.org")
    client = Client()
    client.post("/connexion/code/", {"email": "e@example.org"})
    client.post("/connexion/code/confirmer/", {"code": re.search(r"^ {4}(\S+)$", mail.outbox[-1].body, re.MULTILINE)[1]})
    assert "totp_secret" in client.get(reverse("mfa_activate_totp")).content.decode()

    with mock.patch("time.time", return_value=time.time() + 24 * 3600):
        pages = [client.get(reverse(screen)), client.post(reverse(screen), {"code": "000000", "name": "Clé", "credential": "{}"})]

    for page in (page.content.decode() for page in pages):
        assert "Se connecter de nouveau" in page
        assert "totp_secret" not in page
        assert "passkey" not in page


def test_a_session_is_closed_by_its_owner_alone():
    mine, other = make_person(make_member(), "advisor"), make_person(make_member(), "advisor")
    rows = [
        UserSession.objects.create(user=user, ip="127.0.0.1", session_key=f"cle{user.pk.hex}", user_agent="Firefox")
        for user in (mine, other)
    ]
    client = sign_in(mine)

    for row in rows:
        client.post(reverse("accounts:end_session"), {"session": row.pk})
    client.post(reverse("accounts:end_session"), {"session": "x" * 40})

    assert set(UserSession.objects.values_list("pk", flat=True)) == {rows[1].pk}


def test_a_day_s_invitations_have_a_limit(monkeypatch):
    monkeypatch.setattr(invitations, "MOST_IN_A_DAY", 3)
    organisation = make_member()
    client = sign_in(make_person(organisation, "director"))
    path = reverse("accounts:team", args=[organisation.slug])

    for number in range(5):
        answer = client.post(path, {"email": f"n{number}@example.org", "role": "advisor"})

    assert Invitation.unscoped.filter(organisation=organisation).count() == 3
    assert "3 invitations sont parties" in answer.content.decode()
    assert "n4@example.org" in answer.content.decode()


@pytest.mark.parametrize("following", ["abc", "//evil.example", "https://evil.example/", ""])
def test_acting_for_leads_inside_the_site(following):
    organisation = make_member()
    client = sign_in(make_person(organisation, "advisor"))

    answer = client.post(reverse("accounts:act_for"), {"mandate": f"organisation:{organisation.pk}", "next": following})

    assert answer.status_code == 302
    assert "evil" not in answer["Location"]


def test_unreadable_requests_are_refused_in_a_sentence():
    client = Client(raise_request_exception=False)
    many = client.get("/annuaire/?" + "&".join(f"x{number}=1" for number in range(4100)))
    odd = client.post("/connexion/", b"login=a", content_type="application/x-www-form-urlencoded; charset=latin-1")

    assert (many.status_code, odd.status_code) == (400, 400)
    assert '<html lang="fr">' in many.content.decode()


# -- secrets in addresses ----------------------------------------------------------------------------------------------
def written(caplog):
    """The lines as the site writes them."""
    made = DictConfigurator(settings.LOGGING)
    formatter = made.configure_formatter(dict(settings.LOGGING["formatters"]["line"]))
    filters = [
        made.configure_filter(dict(settings.LOGGING["filters"][name])) for name in settings.LOGGING["handlers"]["console"]["filters"]
    ]
    return "\n".join(formatter.format(record) for record in caplog.records if all(one.filter(record) for one in filters))


@pytest.mark.parametrize(
    "path", ["/rouvrir/bgN4-secret/", "/rouvrir/bgN4-secret", "/flux/bgN4-secret.atom", "/mot-de-passe/nouveau/a-bgN4-secret/x"]
)
def test_no_log_holds_the_secret_of_an_address(caplog, path):
    Client(enforce_csrf_checks=True).post(path, {"password": PASSWORD})
    Client().get(path)
    try:
        raise RuntimeError(f"http://hub.example{path}")
    except RuntimeError:
        logging.getLogger("django.request").exception("Internal Server Error: %s", path)

    lines = written(caplog)

    assert "bgN4" in caplog.text
    assert "bgN4" not in lines
    assert path.rpartition("/bgN4")[0].split("/a-")[0] in lines


def test_a_refusal_is_one_line_of_the_log_and_a_failure_keeps_its_stack(caplog):
    """`bin/hub up` tells of an error whoever reads a stack there."""
    answer = sign_in(make_person(make_member(), "entrepreneur")).get("/federation/")
    assert (answer.status_code, written(caplog).count("Permission denied"), "Traceback" in written(caplog)) == (403, 1, False)

    try:
        raise RuntimeError
    except RuntimeError:
        logging.getLogger("django.request").exception("Internal Server Error: /", extra={"status_code": 500})
    assert "Traceback" in written(caplog)


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ({"login": "x" * 2_700_000}, "Son texte dépasse 2,5\u00a0Mo"),
        ({f"champ{number}": "" for number in range(4_100)}, "Il a plus de 4000 champs"),
    ],
)
def test_a_form_that_is_too_large_is_told_what_is_and_is_one_line_of_the_log(caplog, typed, words):
    answer = Client().post(reverse("account_login"), urlencode(typed), content_type="application/x-www-form-urlencoded")

    assert (answer.status_code, words in answer.content.decode()) == (413, True)
    assert len(written(caplog).splitlines()) == 1, "no stack"
    assert " WARNING " in written(caplog)


def test_another_name_than_the_hub_s_is_one_short_line_of_the_log(caplog):
    assert Client().get("/", headers={"host": "a" * 5000}).status_code == 400

    assert len(written(caplog).splitlines()) == 1, "no stack"
    assert "Invalid HTTP_HOST header" in written(caplog)
    assert " WARNING " in written(caplog)
    assert len(written(caplog)) < 500


def test_every_address_with_a_secret_is_known_to_the_log():
    def walk(patterns, before=""):
        for pattern in patterns:
            route = before + re.sub(r"^\^", "", str(pattern.pattern))
            if hasattr(pattern, "url_patterns"):
                yield from walk(pattern.url_patterns, route)
            else:
                yield "/" + route, set(pattern.pattern.regex.groupindex)

    held = [route for route, names in walk(get_resolver().url_patterns) if {"secret", "uidb36"} & names]

    assert len(held) == 6
    assert [route for route in held if not route.startswith(tuple(settings.SECRET_PATHS))] == []
