"""A lost telephone: asked after the first factor, given back by somebody who knows the person and by nobody else."""

import re
import time
from datetime import timedelta
from io import StringIO
from pathlib import Path
from unittest import mock

import pyotp
import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP
from django.core import mail
from django.core.cache import cache
from django.core.management import CommandError, call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from hub.core.accounts.errors import NotAllowed, RuleBroken
from hub.core.accounts.models import Membership, Recovery
from hub.core.accounts.selectors import actor_for
from hub.core.accounts.services import ask_recovery, dismiss_recovery, reopening_link, rescue_link
from hub.core.audit.models import AuditEntry
from hub.core.jobs.services import drain
from hub.core.kit.dates import today
from hub.core.notifications import letters
from hub.core.notifications.models import Mail, Notification
from hub.core.notifications.notifications import SecurityAlert
from hub.core.privacy import services as privacy
from hub.core.ui import panels
from tests.builders.accounts import join, make_coordinator, make_federation, make_member, make_person, sign_in

pytestmark = pytest.mark.django_db
PASSWORD = "une phrase bien longue"
OPEN = "/moi/avis/"
LOST = reverse("accounts:lost_factor")


@pytest.fixture(autouse=True)
def _no_memory_of_failures(settings, tmp_path):
    cache.clear()
    settings.DATA_DIR = tmp_path  # the host's link lies there


def with_factor(user):
    user.set_password(PASSWORD)
    user.save()
    TOTP.activate(user, "JBSWY3DPEHPK3PXP")
    RecoveryCodes.activate(user)
    return user


@pytest.fixture
def cae():
    return make_member("L’Étançon")


@pytest.fixture
def director(cae):
    return make_person(cae, "director", first_name="Nadège", last_name="Fontan")


@pytest.fixture
def lost(cae):
    """An advisor whose telephone is gone."""
    return with_factor(make_person(cae, "advisor", first_name="Bastien", last_name="Roy"))


def at_second_factor(user):
    client = Client()
    answer = client.post(reverse("account_login"), {"login": user.email, "password": PASSWORD})
    assert answer["Location"] == reverse("mfa_authenticate")
    return client


def reopen_url(cae, user):
    return reverse("accounts:reopen", args=[cae.slug, Recovery.unscoped.get(user=user).pk])


def a_code(user):
    return RecoveryCodes(Authenticator.objects.get(user=user, type="recovery_codes")).get_unused_codes()[0]


def factors(user):
    return Authenticator.objects.filter(user=user).count()


NEW = "une phrase neuve, assez longue"


def path_of(link):
    return "/" + link.split("/", 3)[3]


def handed_by(helper, cae, user, checked="call"):
    """The path of the link that the page shows to who answers."""
    page = sign_in(helper).post(reopen_url(cae, user), {"checked": checked}).content.decode()
    return path_of(re.search(r'id="lien"[^>]*>([^<]+)<', page)[1])


def replace_keys(path, browser=None, password=NEW):
    """What the page of the link asks, filled in; returns the answer and the secret of the new factor."""
    browser = browser or Client()
    secret = re.search(r'id="totp_secret" type="text" value="(\w+)"', browser.get(path).content.decode())[1]
    return browser.post(path, {"password": password, "code": pyotp.TOTP(secret).now()}), secret


def next_code(secret):
    """That of the next step of the clock: the one that set the application up opens nothing more."""
    return pyotp.TOTP(secret).at(time.time() + 30)


def comes_in(user, secret, password=NEW):
    client = Client()
    answer = client.post(reverse("account_login"), {"login": user.email, "password": password})
    assert answer["Location"] == reverse("mfa_authenticate")
    client.post(answer["Location"], {"code": next_code(secret)})
    return client.get(OPEN).status_code == 200


def test_who_lost_everything_is_let_in_again_by_a_link_with_new_keys(cae, director, lost):
    elsewhere = at_second_factor(lost)
    elsewhere.post(reverse("mfa_authenticate"), {"code": a_code(lost)})
    assert elsewhere.get(OPEN).status_code == 200
    locked_out = at_second_factor(lost)
    assert LOST in locked_out.get(reverse("mfa_authenticate")).content.decode()
    locked_out.post(LOST)
    assert "Votre demande est partie" in locked_out.get(LOST).content.decode()
    assert locked_out.get(OPEN).status_code == 302, "asking opens nothing"

    helper = sign_in(director)
    team = helper.get(reverse("accounts:team", args=[cae.slug])).content.decode()
    assert reopen_url(cae, lost) in team
    assert "Rouvrir le compte de Bastien Roy" in helper.get(reopen_url(cae, lost)).content.decode()
    path = handed_by(director, cae, lost)
    assert (factors(lost), Client().get(path).status_code) == (2, 200), "opening the link does nothing"
    answer, secret = replace_keys(path)

    assert answer["Location"] == reverse("account_login")
    assert list(Authenticator.objects.filter(user=lost).values_list("type", flat=True)) == ["totp"]
    assert elsewhere.get(OPEN).status_code == 302
    assert comes_in(lost, secret)
    assert not Recovery.unscoped.exists()
    assert Client().get(path).status_code == 410, "once"


def test_it_is_said_to_her_to_the_other_managers_and_to_the_audit_trail(cae, director, lost):
    other = make_person(cae, "director")
    ask_recovery(lost)
    assert set(Notification.unscoped.filter(kind="accounts.recovery_asked").values_list("user", flat=True)) == {director.pk, other.pk}

    replace_keys(path_of(reopening_link(lost, organisation=cae, checked="video", actor=actor_for(director))))
    drain()

    told = {row.user_id: row.text for row in Notification.unscoped.filter(kind="accounts.second_factor_reset")}
    assert list(told) == [other.pk]
    assert "Nadège Fontan a donné un lien pour rouvrir le compte de Bastien Roy" in told[other.pk]
    assert any("second facteur remplacé" in letter.subject.lower() and letter.to == [lost.email] for letter in mail.outbox)
    assert any("réouverture" in letter.subject.lower() and letter.to == [lost.email] for letter in mail.outbox)
    assert AuditEntry.objects.get(action="accounts.second_factor.reset").actor_id == lost.pk
    line = AuditEntry.objects.get(action="accounts.recovery.grant")
    assert (line.actor_id, line.object_id, '"checked":"video"' in line.data) == (director.pk, str(lost.pk), True)
    assert AuditEntry.objects.filter(action="accounts.recovery.ask", object_id=str(lost.pk)).exists()


def test_how_one_made_sure_must_be_said(cae, director, lost):
    ask_recovery(lost)

    answer = sign_in(director).post(reopen_url(cae, lost), {"checked": ""})

    assert "<title>Erreur" in answer.content.decode()
    assert factors(lost)


def test_asking_needs_the_first_factor(lost):
    for client in (Client(), sign_in(lost)):
        assert client.get(LOST).status_code == 302
        assert client.post(LOST).status_code == 302
    assert not Recovery.unscoped.exists()


def test_what_was_not_asked_or_no_more_is_not_given(cae, director, lost):
    with pytest.raises(RuleBroken):
        reopening_link(lost, organisation=cae, checked="call", actor=actor_for(director))
    row = ask_recovery(lost)
    assert ask_recovery(lost) == row, "asked twice it stands once"
    url = reopen_url(cae, lost)
    Recovery.unscoped.update(created_at=timezone.now() - timedelta(days=8))

    assert sign_in(director).post(url, {"checked": "call"}).status_code == 404
    with pytest.raises(RuleBroken):
        reopening_link(lost, organisation=cae, checked="call", actor=actor_for(director))
    assert factors(lost)


def test_who_finds_her_telephone_again_asks_no_more(lost):
    ask_recovery(lost)
    client = at_second_factor(lost)

    client.post(reverse("mfa_authenticate"), {"code": a_code(lost)})

    assert not Recovery.unscoped.exists()


# -- refusals ----------------------------------------------------------------------------------------------------------
def refused(helper, cae, user, status):
    ask_recovery(user)
    before = factors(user)
    assert sign_in(helper).post(reopen_url(cae, user), {"checked": "call"}).status_code == status
    with pytest.raises(NotAllowed):
        reopening_link(user, organisation=cae, checked="call", actor=actor_for(helper))
    assert factors(user) == before


def test_nobody_gives_it_to_herself(cae, director):
    refused(with_factor(director), cae, director, 403)


@pytest.mark.parametrize("role", ["advisor", "training_manager", "trainer", "facilitator", "shared_staff"])
def test_no_colleague_who_does_not_manage_members(cae, lost, role):
    refused(make_person(cae, role), cae, lost, 404)


def test_no_entrepreneur(cae, lost):
    refused(make_person(cae), cae, lost, 403)


def test_no_director_of_another_organisation(cae, lost):
    refused(make_person(make_member(), "director"), cae, lost, 404)


def test_no_director_when_the_person_belongs_elsewhere_too(cae, director, lost):
    join(lost, make_member(), "advisor")
    coordinator = make_coordinator()

    refused(director, cae, lost, 403)
    assert "La coordination le fera." in sign_in(director).get(reverse("accounts:team", args=[cae.slug])).content.decode()
    assert reopening_link(lost, organisation=cae, checked="call", actor=actor_for(coordinator))


def test_never_a_coordinator_by_a_director_and_by_another_coordinator_only():
    federation = make_federation()
    coordinator, other = with_factor(make_coordinator()), make_coordinator()

    refused(make_person(federation, "director"), federation, coordinator, 403)
    assert reopening_link(coordinator, organisation=federation, checked="in_person", actor=actor_for(other))


def test_a_director_is_helped_by_the_coordination(cae, director):
    with_factor(director)
    coordinator = make_coordinator()
    ask_recovery(director)

    assert Notification.unscoped.get(kind="accounts.recovery_asked").user == coordinator
    page = at_second_factor(director).get(LOST).content.decode()
    assert "Appelez la coordination de la fédération" in page
    assert "la personne qui gère les membres" not in page
    answer, secret = replace_keys(handed_by(coordinator, cae, director, "video"))
    assert answer.status_code == 302
    assert comes_in(director, secret)


def test_who_belongs_nowhere_any_more_is_helped_by_the_coordination(cae, director, lost):
    coordinator, other = make_coordinator(), make_member()
    Membership.unscoped.filter(user=lost).update(starts_on=today() - timedelta(days=30), ends_on=today() - timedelta(days=3))
    join(make_person(make_member()), other, "advisor")

    browser = at_second_factor(lost)
    assert "La coordination de la fédération" in browser.get(LOST).content.decode()
    browser.post(LOST)

    assert "Appelez la coordination de la fédération" in browser.get(LOST).content.decode()
    assert [item["url"] for item in due(coordinator)] == [reopen_url(cae, lost)]
    assert reopen_url(cae, lost) in sign_in(coordinator).get(reverse("accounts:team", args=[cae.slug])).content.decode()
    assert "Bastien Roy" not in sign_in(coordinator).get(reverse("accounts:team", args=[other.slug])).content.decode()
    refused(director, cae, lost, 404)
    _, secret = replace_keys(handed_by(coordinator, cae, lost))
    client = Client()
    client.post(reverse("account_login"), {"login": lost.email, "password": NEW})
    client.post(reverse("mfa_authenticate"), {"code": next_code(secret)})
    assert client.get("/moi/donnees/").status_code == 200


def test_who_has_a_director_is_sent_to_her(cae, director, lost):
    make_coordinator()
    ask_recovery(lost)

    page = at_second_factor(lost).get(LOST).content.decode()

    assert "Appelez la personne qui gère les membres de votre organisation" in page
    assert "coordination" not in page


def test_the_letters_say_what_is_left_to_do(cae, director, lost):
    ask_recovery(lost)
    helper = Mail.objects.get(user=director, kind="accounts.recovery_asked").body
    assert "équipe : L’Étançon" in helper.replace("\u202f", " ").replace("\xa0", " ")
    assert "écartez-la" in helper
    Mail.objects.all().delete()
    dismiss_recovery(lost, organisation=cae, actor=actor_for(director))

    letter = Mail.objects.get(user=lost)

    assert "par votre organisation" not in letter.subject + letter.body
    assert "demander de nouveau" in letter.body
    assert "rien à faire" not in letter.body
    for event, words in (
        ("rescued", "il n’y a rien à faire"),
        ("password_changed", "il n’y a rien à faire"),
    ):
        assert words in letters.body(SecurityAlert(event, "Événement"))


def test_requests_are_read_by_who_manages_members_alone(cae, director, lost):
    ask_recovery(lost)

    for reader, seen in (
        (director, 1),
        (make_coordinator(), 1),
        (make_person(cae, "advisor"), 0),
        (make_person(make_member(), "director"), 0),
    ):
        assert Recovery.objects.visible_to(actor_for(reader)).count() == seen


def test_the_team_s_page_costs_the_same_for_one_request_and_for_three(cae, director, lost, django_assert_num_queries):
    client, url = sign_in(director), reverse("accounts:team", args=[cae.slug])
    ask_recovery(lost)
    client.get(url)
    with CaptureQueriesContext(connection) as one:
        client.get(url)
    for _ in range(2):
        ask_recovery(make_person(cae))

    with django_assert_num_queries(len(one)):
        client.get(url)


def test_the_browser_that_asked_begins_again_once_the_account_is_reopened(cae, director, lost):
    browser = at_second_factor(lost)
    browser.post(LOST)
    replace_keys(path_of(reopening_link(lost, organisation=cae, checked="call", actor=actor_for(director))))

    browser.post(LOST)
    sent_back = browser.get(reverse("mfa_authenticate"))

    assert not Recovery.unscoped.filter(user=lost).exists(), "nothing is left to ask for"
    assert sent_back["Location"] == reverse("account_login")
    assert browser.get(reverse("account_login")).status_code == 200


def test_a_new_password_ends_what_the_old_one_asked(lost):
    ask_recovery(lost)
    client = sign_in(lost)

    client.post(
        reverse("account_change_password"),
        {"oldpassword": PASSWORD, "password1": "une autre phrase, longue", "password2": "une autre phrase, longue"},
    )

    assert not Recovery.unscoped.filter(user=lost).exists()


def test_who_is_alone_to_help_herself_is_told_so(lost):
    browser = at_second_factor(lost)

    said = browser.post(LOST).content.decode()

    assert "Adressez-vous à qui héberge le hub" in said
    assert not Recovery.unscoped.filter(user=lost).exists()


@pytest.mark.parametrize("way", ["code", "lost"])
def test_a_sign_in_begun_with_the_password_of_before_does_not_go_on(lost, way):
    browser, untouched = at_second_factor(lost), at_second_factor(lost)
    assert browser.get(reverse("mfa_authenticate")).status_code == 200
    assert untouched.get(LOST).status_code == 200
    lost.set_password("une autre phrase, longue")
    lost.save()

    answer = browser.post(*((reverse("mfa_authenticate"), {"code": a_code(lost)}) if way == "code" else (LOST,)), follow=True)

    assert answer.redirect_chain[-1][0] == reverse("account_login")
    assert "Le mot de passe de ce compte a été changé entre-temps" in answer.content.decode()
    assert browser.get(OPEN).status_code == 302
    assert not Recovery.unscoped.exists()


@pytest.mark.parametrize("way", ["code", "lost"])
def test_a_sign_in_ends_when_the_account_closes_between_its_two_factors(lost, way):
    browser = at_second_factor(lost)
    lost.is_active = False
    lost.save()

    answer = browser.post(*((reverse("mfa_authenticate"), {"code": a_code(lost)}) if way == "code" else (LOST,)), follow=True)

    assert answer.redirect_chain[-1][0] == reverse("account_inactive")
    assert "Ce compte est fermé" in answer.content.decode()
    assert "_auth_user_id" not in browser.session
    lines = AuditEntry.objects.filter(action__startswith="accounts.sign_in", object_id=str(lost.pk)).values_list("action", flat=True)
    assert list(lines) == ["accounts.sign_in.refuse"]
    assert not Recovery.unscoped.exists()
    assert browser.get(reverse("mfa_authenticate"))["Location"] == reverse("account_login")


def dismiss_url(cae, user):
    return reverse("accounts:dismiss_recovery", args=[cae.slug, Recovery.unscoped.get(user=user).pk])


def test_a_request_that_its_owner_did_not_make_is_put_aside(cae, director, lost):
    ask_recovery(lost)
    helper, url = sign_in(director), dismiss_url(cae, lost)
    assert url in helper.get(reverse("accounts:team", args=[cae.slug])).content.decode()
    assert "Écarter la demande de Bastien Roy" in helper.get(url).content.decode()
    assert Recovery.unscoped.exists(), "reading is not answering"

    helper.post(url)
    drain()

    assert not Recovery.unscoped.exists()
    assert factors(lost) == 2
    assert any("réouverture de votre compte écartée" in letter.subject and letter.to == [lost.email] for letter in mail.outbox)
    line = AuditEntry.objects.get(action="accounts.recovery.dismiss")
    assert (line.actor_id, line.object_id, line.organisation_id) == (director.pk, str(lost.pk), cae.pk)


def test_who_may_not_reopen_puts_nothing_aside(cae, director, lost):
    with pytest.raises(RuleBroken):
        dismiss_recovery(lost, organisation=cae, actor=actor_for(director))
    ask_recovery(lost)
    url = dismiss_url(cae, lost)

    for helper, status in ((make_person(cae, "advisor"), 404), (lost, 404), (make_person(make_member(), "director"), 404)):
        assert sign_in(helper).post(url).status_code == status
        with pytest.raises(NotAllowed):
            dismiss_recovery(lost, organisation=cae, actor=actor_for(helper))
    join(lost, make_member(), "advisor")
    assert sign_in(director).post(url).status_code == 403
    assert Recovery.unscoped.exists()


def due(user):
    return [
        item for found in panels.collect("home.due", actor_for(user), None) for item in found["items"] if item["area_label"] == "Équipe"
    ]


def test_it_awaits_who_is_told_of_it_and_nobody_else(cae, director, lost):
    coordinator = make_coordinator()
    ask_recovery(lost)

    assert [(item["title"], item["url"]) for item in due(director)] == [("Rouvrir le compte de Bastien Roy", reopen_url(cae, lost))]
    assert "Rouvrir le compte de Bastien Roy" in sign_in(director).get("/moi/").content.decode()
    assert not due(coordinator), "her director helps her"
    assert not due(make_person(cae, "advisor"))
    assert not due(make_person(make_member(), "director"))
    dismiss_recovery(lost, organisation=cae, actor=actor_for(director))
    assert not due(director)

    ask_recovery(with_factor(director))
    assert [item["title"] for item in due(coordinator)] == ["Rouvrir le compte de Nadège Fontan"]
    assert not due(director), "nobody gives it to herself"


# -- the host's link ---------------------------------------------------------------------------------------------------
def rescue_path(email):
    return path_of(rescue_link(email))


def test_the_only_coordinator_who_lost_everything_comes_back_by_the_host_s_link_once():
    coordinator = with_factor(make_coordinator())
    elsewhere = sign_in(coordinator)
    out = StringIO()
    call_command("rescue", coordinator.email, stdout=out)
    path, browser = path_of(out.getvalue().strip()), Client()
    assert coordinator.name in browser.get(path).content.decode()
    assert factors(coordinator) == 2, "opening the link does nothing"

    answer, secret = replace_keys(path, browser)
    drain()

    assert answer["Location"] == reverse("account_login")
    assert elsewhere.get(OPEN).status_code == 302
    assert comes_in(coordinator, secret)
    assert Client().get(path).status_code == 410
    assert Client().post(path, {"password": NEW}).status_code == 410
    assert list(AuditEntry.objects.filter(action__startswith="accounts.rescue").values_list("action", "object_id", "actor_id")) == [
        ("accounts.rescue.offer", str(coordinator.pk), None), ("accounts.rescue.use", str(coordinator.pk), coordinator.pk),
    ]  # fmt: skip
    assert any("lien de l’hébergeur" in letter.subject and letter.to == [coordinator.email] for letter in mail.outbox)


def test_the_host_s_link_serves_a_coordinator_alone_and_only_while_it_holds(cae, director, lost):
    coordinator = with_factor(make_coordinator())
    for email in (director.email, lost.email, "personne@example.org"):
        with pytest.raises(CommandError):
            call_command("rescue", email)
    old = rescue_path(coordinator.email)
    path = rescue_path(coordinator.email)
    assert Client().post(old, {"password": NEW}).status_code == 410, "an earlier link stops working"
    assert Client().get(reverse("accounts:rescue", args=["x"])).status_code == 410

    with mock.patch.object(timezone, "now", return_value=timezone.now() + timedelta(days=2, seconds=1)):
        assert Client().post(path, {"password": NEW}).status_code == 410
    Membership.unscoped.filter(user=coordinator).update(role="director")
    assert Client().post(path, {"password": NEW}).status_code == 410
    assert factors(coordinator) == 2


def test_a_damaged_link_file_is_no_link(settings):
    path = rescue_path(with_factor(make_coordinator()).email)
    kept = Path(settings.DATA_DIR) / "rescue_link.json"
    assert kept.stat().st_mode & 0o777 == 0o600

    kept.write_text("{")

    assert Client().get(path).status_code == 410


# -- a mailbox in other hands ------------------------------------------------------------------------------------------
def in_the_letter(words, user):
    """What the last letter to this address holds that the words look for."""
    body = next(letter.body for letter in reversed(mail.outbox) if letter.to == [user.email])
    found = re.search(words, body, re.MULTILINE)
    return found and found[found.lastindex or 0]


def by_mailed_code(user):
    """A browser that asked a code and typed what the letter says, if it says one."""
    browser = Client()
    browser.post(reverse("account_request_login_code"), {"email": user.email})
    browser.post(reverse("account_confirm_login_code"), {"code": in_the_letter(r"^ {4}(\S+)$", user) or "XXXX-XXXX"})
    return browser


def by_mailed_reset(user, password="ce que veut la boîte volée"):
    browser = Client()
    browser.post(reverse("account_reset_password"), {"email": user.email})
    if link := in_the_letter(r"http\S+/mot-de-passe/nouveau/\S+", user):
        form = browser.get(link, follow=True).redirect_chain[-1][0]
        browser.post(form, {"password1": password, "password2": password})
    browser.post(reverse("account_login"), {"login": user.email, "password": password})
    return browser


def lets_in(browser):
    """Signed in, or on the way to choose a second factor of one’s own."""
    return "_auth_user_id" in browser.session


def test_the_mailbox_alone_opens_no_account_that_the_host_s_link_reopened():
    coordinator = with_factor(make_coordinator())
    path = rescue_path(coordinator.email)
    assert not lets_in(by_mailed_code(coordinator))
    _, secret = replace_keys(path)

    for browser in (by_mailed_code(coordinator), by_mailed_reset(coordinator)):
        assert not lets_in(browser)
        assert browser.get(reverse("mfa_activate_totp")).status_code == 302
    assert comes_in(coordinator, secret, "ce que veut la boîte volée"), "a password by mail still asks her factor"


def test_the_mailbox_alone_opens_no_account_that_a_manager_reopened(cae, director, lost):
    lost.last_login = timezone.now()
    lost.save()
    ask_recovery(lost)
    link = handed_by(director, cae, lost)

    for browser in (by_mailed_code(lost), by_mailed_reset(lost)):
        assert not lets_in(browser)
        assert browser.get(reverse("mfa_activate_totp")).status_code == 302

    assert Client().get(link).status_code == 410, "another password ends what the one of before asked"


def test_a_link_handed_serves_as_long_as_it_and_the_request_hold(cae, director, lost):
    ask_recovery(lost)
    path = path_of(reopening_link(lost, organisation=cae, checked="call", actor=actor_for(director)))

    with mock.patch("time.time", return_value=timezone.now().timestamp() + 2 * 24 * 3600 + 1):
        assert Client().get(path).status_code == 410
    assert Client().get(path[:-3] + "xx/").status_code == 410
    assert Client().get(path).status_code == 200
    dismiss_recovery(lost, organisation=cae, actor=actor_for(director))
    assert Client().get(path).status_code == 410
    assert factors(lost) == 2


@pytest.mark.parametrize("change", ["she coordinates", "she is of another CAE too", "the helper lost her role", "the helper is gone"])
def test_a_link_handed_serves_while_who_handed_it_might_hand_it(cae, director, lost, change):
    ask_recovery(lost)
    path = path_of(reopening_link(lost, organisation=cae, checked="call", actor=actor_for(director)))
    assert Client().get(path).status_code == 200

    if change == "she coordinates":
        join(lost, make_federation(), "coordinator")
    elif change == "she is of another CAE too":
        join(lost, make_member(), "advisor")
    elif change == "the helper lost her role":
        Membership.unscoped.filter(user=director).update(role="advisor")
    else:
        type(director).objects.filter(pk=director.pk).update(is_active=False)

    assert (Client().get(path).status_code, Client().post(path, {"password": NEW}).status_code) == (410, 410)
    assert factors(lost) == 2


def test_a_link_handed_by_who_acts_elsewhere_first_serves(cae, director, lost):
    """Another of her mandates comes first now: the right is looked for under each."""
    join(director, make_federation(), "coordinator")
    ask_recovery(lost)
    path = path_of(reopening_link(lost, organisation=cae, checked="call", actor=actor_for(director, f"organisation:{cae.pk}")))

    assert Client().get(path).status_code == 200


def test_a_code_by_mail_is_for_entrepreneurs_alone(cae):
    member, advisor = make_person(cae), make_person(cae, "advisor", password=PASSWORD)

    assert lets_in(by_mailed_code(member))
    assert not lets_in(by_mailed_code(advisor))
    assert "Les équipes d’appui n’entrent pas par un code" in mail.outbox[-1].body


def test_a_code_that_left_before_she_was_of_a_team_opens_nothing(cae):
    person, browser = make_person(cae), Client()
    browser.post(reverse("account_request_login_code"), {"email": person.email})
    join(person, cae, "director")

    page = browser.post(reverse("account_confirm_login_code"), {"code": in_the_letter(r"^ {4}(\S+)$", person)}).content.decode()

    assert not lets_in(browser)
    assert "s’ouvre par son mot de passe" in page


@pytest.mark.parametrize("screen", ["mfa_activate_totp", "mfa_add_webauthn"])
def test_who_came_in_by_a_code_before_she_was_of_a_team_shows_her_password_to_enrol(cae, screen):
    person = make_person(cae, password=PASSWORD)
    browser = by_mailed_code(person)
    assert browser.get(reverse(screen)).status_code == 200, "an entrepreneur, just in"

    join(person, cae, "director")

    assert browser.get(reverse(screen))["Location"].startswith(reverse("account_reauthenticate"))
    browser.post(reverse("account_reauthenticate"), {"password": PASSWORD})
    assert browser.get(reverse(screen)).status_code == 200


def test_who_lacks_her_factor_is_helped_by_voice_and_not_by_mail(cae, director):
    person = make_person(cae, "advisor", first_name="Lise", password=PASSWORD)
    person.last_login = timezone.now()
    person.save()
    browser = Client()

    for browser in (by_mailed_code(person), by_mailed_reset(person)):
        assert not lets_in(browser)
    assert "Votre compte n’a pas de second facteur" in mail.outbox[-1].body
    assert Notification.unscoped.get(kind="accounts.recovery_asked").user == director
    assert AuditEntry.objects.get(action="accounts.recovery.ask").actor_id is None, "whoever typed an address is nobody"
    _, secret = replace_keys(handed_by(director, cae, person))
    assert comes_in(person, secret)


def test_a_link_by_mail_of_before_does_not_open_an_account_whose_factor_is_gone(lost):
    lost.last_login = timezone.now()
    lost.save()
    browser = Client()
    browser.post(reverse("account_reset_password"), {"email": lost.email})
    form = browser.get(in_the_letter(r"http\S+", lost), follow=True).redirect_chain[-1][0]
    Authenticator.objects.filter(user=lost).delete()

    browser.post(form, {"password1": NEW, "password2": NEW})

    lost.refresh_from_db()
    assert lost.check_password(PASSWORD)


def test_who_came_in_so_long_ago_that_the_day_is_forgotten_did_come_in(cae):
    person = make_person(cae, "director", password=PASSWORD)
    Client().force_login(person)
    type(person).objects.update(last_login=timezone.now() - timedelta(days=3 * 365))
    privacy.purge(today())
    person.refresh_from_db()
    assert person.last_login is None

    assert not lets_in(by_mailed_reset(person))


def test_who_was_invited_and_never_came_in_may_still_forget_her_password(cae):
    person = make_person(cae, "advisor", password=PASSWORD)

    assert lets_in(by_mailed_reset(person))


def test_an_entrepreneur_who_added_a_factor_gets_another_by_the_link_without_a_password(cae, director):
    person = make_person(cae)
    TOTP.activate(person, "JBSWY3DPEHPK3PXP")
    ask_recovery(person)
    path = handed_by(director, cae, person)
    assert "password" not in Client().get(path).content.decode()

    replace_keys(path)

    person.refresh_from_db()
    assert (factors(person), person.has_usable_password()) == (1, False)
    assert by_mailed_code(person).get(reverse("mfa_authenticate")).status_code == 200


@pytest.mark.parametrize("door", ["account_request_login_code", "account_reset_password"])
def test_who_holds_a_closed_account_learns_it_by_mail_and_nobody_on_the_screen(cae, door):
    coordinator, gone = make_coordinator(), with_factor(make_person(cae, "advisor"))
    gone.is_active = False
    gone.save()

    answers = [Client().post(reverse(door), {"email": email}) for email in (gone.email, "personne@example.org")]

    assert (answers[0].status_code, answers[0]["Location"]) == (answers[1].status_code, answers[1]["Location"])
    told, stranger = mail.outbox[-2:]
    assert "Votre compte est fermé" in told.subject
    assert f"écrivez à la coordination de la fédération : {coordinator.email}" in told.body.replace("\xa0", " ")
    assert "n’y a pas de compte" not in told.body
    assert "n’y a pas de compte" in stranger.body
    assert coordinator.email not in stranger.body


def test_the_page_of_a_closed_account_names_the_coordination():
    page = Client().get(reverse("account_inactive")).content.decode()

    assert "la coordination de la fédération" in page
    assert "dirige" not in page
