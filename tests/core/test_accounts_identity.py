"""A name or an address is corrected on the hub's own page; Wagtail's screens of accounts write nothing."""

import re
from datetime import timedelta

import pytest
from allauth.account.models import EmailAddress
from allauth.usersessions.models import UserSession
from django.contrib.auth.models import Group
from django.core import mail
from django.test import Client
from django.urls import get_resolver, resolve, reverse
from django.utils import timezone
from wagtail.models import PageLogEntry

from directory.people.models import Profile
from hub.core.accounts import access
from hub.core.accounts.models import Invitation, Membership, Organisation, Role, User
from hub.core.accounts.selectors import actor_for
from hub.core.accounts.services import invitations, withdraw_role
from hub.core.accounts.services.identity import EDITORS, correct_identity, edits
from hub.core.accounts.signin_forms import ELSEWHERE
from hub.core.audit.models import AuditEntry
from hub.core.kit.dates import today
from hub.core.notifications.models import Mail, Notification
from hub.core.privacy import services as privacy
from tests.builders.accounts import SYSTEM, join, make_coordinator, make_member, make_person, make_user, sign_in
from tests.core.test_accounts_access import patterns

pytestmark = pytest.mark.django_db
READ_ONLY = {"index", "index_results", "history", "history_results", "usage"}


@pytest.fixture
def person():
    return make_person(make_member(), "advisor", email="ancienne@example.org", first_name="Anouk", last_name="Dialo")


def opened(client, person):
    """What the page shows, without the box of the editors."""
    facts = dict(client.get(reverse("accounts:correct_identity", args=[person.pk])).context["form"].initial)
    return {name: facts[name] for name in ("first_name", "last_name", "email", "version")}


def correct(client, person, **facts):
    return client.post(reverse("accounts:correct_identity", args=[person.pk]), opened(client, person) | facts, follow=True)


def test_every_screen_of_wagtail_that_writes_an_account_is_the_hub_s():
    names = [name for name, _ in patterns(get_resolver()) if name.startswith("wagtailusers_users:")]
    writing = [name for name in names if name.partition(":")[2] not in READ_ONLY]
    assert len(writing) >= 3
    for name in writing:
        args = [] if name.endswith(":add") else ["01890000-0000-7000-8000-000000000000"]
        assert access.name_of(resolve(reverse(name, args=args))).startswith("accounts:admin_"), name


@pytest.mark.parametrize("verb", ["edit", "copy", "delete"])
def test_the_admin_neither_changes_nor_deletes_an_account(person, verb):
    client = sign_in(make_coordinator())
    before = User.objects.filter(pk=person.pk).values().get()
    typed = "Une-longue-phrase-9"
    forged = {"email": "volee@example.org", "first_name": "A", "last_name": "B", "is_superuser": "on", "password1": typed}

    answer = client.post(reverse(f"wagtailusers_users:{verb}", args=[person.pk]), forged | {"password2": forged["password1"]})

    assert answer.status_code == 302
    assert User.objects.filter(pk=person.pk).values().get() == before
    assert not User.objects.filter(email="volee@example.org").exists()


@pytest.mark.parametrize("action", ["delete", "set_active_state", "assign_role"])
def test_nor_many_at_once(person, action):
    client = sign_in(make_coordinator())

    answer = client.post(
        reverse("wagtail_bulk_action", args=["accounts", "user", action]) + f"?next=/admin/users/&id={person.pk}",
        {"mark_as_active": "", "role": "1"}, follow=True,
    )  # fmt: skip

    person.refresh_from_db()
    assert (person.is_active, person.groups.exists()) == (True, False)
    assert "on entre sur invitation" in answer.content.decode()


def test_the_list_of_accounts_leads_to_the_page(person):
    client = sign_in(make_coordinator())
    assert reverse("wagtailusers_users:edit", args=[person.pk]) in client.get("/admin/users/").content.decode()

    answer = client.get(reverse("wagtailusers_users:edit", args=[person.pk]))

    assert answer["Location"] == reverse("accounts:correct_identity", args=[person.pk])


def test_a_new_address_takes_the_place_of_the_old_one_everywhere(person, django_capture_on_commit_callbacks):
    hers = sign_in(person)
    UserSession.objects.create(user=person, session_key=hers.session.session_key, ip="127.0.0.1")
    with django_capture_on_commit_callbacks(execute=True):
        correct(sign_in(make_coordinator()), person, email="Nouvelle@Example.org")

    person.refresh_from_db()
    assert person.email == "nouvelle@example.org"
    assert list(EmailAddress.objects.filter(user=person).values_list("email", "verified", "primary")) == [(person.email, True, True)]
    assert set(Mail.objects.values_list("address", flat=True)) >= {"ancienne@example.org", "nouvelle@example.org"}
    assert hers.get("/moi/").status_code == 302, "what the wrong mailbox may have opened is closed"


def test_the_old_mailbox_receives_no_link_any_more(client, person):
    correct(sign_in(make_coordinator()), person, email="nouvelle@example.org")
    mail.outbox.clear()

    client.post(reverse("account_reset_password"), {"email": "ancienne@example.org"})
    client.post(reverse("account_reset_password"), {"email": "nouvelle@example.org"})

    links = {letter.to[0]: "/mot-de-passe/nouveau/" in letter.body for letter in mail.outbox}
    assert links.get("nouvelle@example.org"), links
    assert not links.get("ancienne@example.org"), links


def test_the_line_says_what_changed_and_never_the_words(person):
    correct(sign_in(make_coordinator()), person, last_name="Diallo", email="nouvelle@example.org")

    line = AuditEntry.objects.get(action="accounts.identity.correct")
    assert (line.object_id, line.data) == (str(person.pk), '{"columns":["last_name","email"]}')


def test_the_coordination_puts_somebody_among_the_editors_and_takes_her_out(person):
    client, hers = sign_in(make_coordinator()), sign_in(person)
    assert hers.get("/admin/pages/").status_code == 403

    correct(client, person, edits_site="on")
    assert hers.get("/admin/pages/", follow=True).status_code == 200
    correct(client, person)

    assert hers.get("/admin/pages/").status_code == 403
    lines = AuditEntry.objects.filter(action="accounts.identity.correct").order_by("pk")
    assert [line.data for line in lines] == [f'{{"columns":["edits_site"],"edits_site":{given}}}' for given in ("true", "false")]
    letters = Mail.objects.filter(user=person, kind="accounts.security").order_by("created_at", "pk")
    assert [letter.subject.partition(" par ")[0] for letter in letters] == [
        f"Place à la rédaction du site {done}" for done in ("donnée", "retirée")
    ]


def test_without_their_group_nobody_is_put_among_the_editors_and_what_was_typed_stays(person):
    Group.objects.filter(name=EDITORS).update(name="Rédaction")

    answer = correct(sign_in(make_coordinator()), person, last_name="Diallo", edits_site="on")

    person.refresh_from_db()
    assert (answer.status_code, person.last_name == "Diallo") == (200, False)
    assert list(answer.context["form"].errors) == ["edits_site"]
    assert 'value="Diallo"' in answer.content.decode()


def test_who_has_left_everywhere_writes_no_page_nor_does_a_return_give_it_back(person):
    correct(sign_in(make_coordinator()), person, edits_site="on")
    row, hers = Membership.unscoped.get(user=person), sign_in(person)
    before = hers.get("/admin/pages/", follow=True).status_code

    withdraw_role(row, actor=SYSTEM)
    gone = hers.get("/admin/pages/").status_code
    line = AuditEntry.objects.filter(action="accounts.identity.correct").last()
    join(person, row.organisation, "entrepreneur")

    assert (before, gone, hers.get("/admin/pages/").status_code) == (200, 403, 403)
    assert (line.object_id, line.data) == (str(person.pk), '{"columns":["edits_site"],"edits_site":false}')


def test_a_role_among_others_that_ends_leaves_her_the_pages(person):
    correct(sign_in(make_coordinator()), person, edits_site="on")
    other = join(person, make_member(), "advisor")

    withdraw_role(other, actor=SYSTEM)

    assert sign_in(person).get("/admin/pages/", follow=True).status_code == 200


def test_a_role_that_ended_by_its_date_opens_no_page(person):
    correct(sign_in(make_coordinator()), person, edits_site="on")
    row = Membership.unscoped.get(user=person)
    Membership.unscoped.filter(pk=row.pk).update(starts_on="2020-01-01", ends_on="2020-12-31")

    answer = sign_in(person).get("/admin/pages/")
    join(person, row.organisation, "advisor")

    assert (answer.status_code, edits(User.objects.get(pk=person.pk))) == (403, False)


def test_the_directory_follows_a_name(person):
    correct(sign_in(make_coordinator()), person, last_name="Diallo")

    assert Profile.unscoped.get(user=person).sort_name == "diallo anouk"


def test_an_address_that_another_account_has_is_refused(person):
    make_user("prise@example.org")

    answer = correct(sign_in(make_coordinator()), person, email="PRISE@example.org")

    person.refresh_from_db()
    assert person.email == "ancienne@example.org"
    assert "celle d’un autre compte" in answer.content.decode()


@pytest.mark.parametrize("role", ["director", "advisor", "entrepreneur"])
def test_nobody_else_corrects(person, role):
    other = sign_in(make_person(make_member(), role))

    assert other.get(reverse("accounts:correct_identity", args=[person.pk])).status_code == 403
    assert other.get(reverse("wagtailusers_users:edit", args=[person.pk])).status_code == 403


# -- what an address opened ---------------------------------------------------------------------------------------------
def invited(person, role="director", *, by=None):
    """The path of an open invitation to her present address."""
    organisation = make_member()
    by = by or make_person(organisation, "director")
    actor = actor_for(by) if by != SYSTEM else SYSTEM
    row, link = invitations.invite(person.email, organisation=organisation, role=Role.objects.get(pk=role), actor=actor)
    return row, link.split("8000", 1)[1]


def path_in(letter):
    return re.search(r"8000(/\S+)", letter.body)[1]


def test_an_open_invitation_leaves_the_former_mailbox_for_the_new_one(person):
    row, path = invited(person)
    assert Client().get(path).status_code == 200
    assert Mail.objects.filter(address="ancienne@example.org", kind="accounts.invitation").exists()

    correct(sign_in(make_coordinator()), person, email="nouvelle@example.org")

    facts = {"first_name": "A", "last_name": "B", "password": "correct cheval pile agrafe"}
    assert (Client().get(path).status_code, Client().post(path, facts).status_code) == (410, 410)
    letter = Mail.objects.get(kind="accounts.invitation")
    assert letter.address == "nouvelle@example.org", "and the one that waited for the former mailbox is gone"
    again = Invitation.unscoped.get(withdrawn_at=None)
    assert (again.invited_by_id, again.expires_at) == (row.invited_by_id, row.expires_at)
    count = User.objects.count()
    assert Client().post(path_in(letter), {"password": facts["password"]}).status_code == 302
    assert User.objects.count() == count
    assert Membership.unscoped.filter(user=person, organisation=row.organisation, role="director").exists()
    actions = AuditEntry.objects.filter(object_kind="accounts.invitation").order_by("seq").values_list("action", flat=True)
    assert [action.rpartition(".")[2] for action in actions] == ["send", "withdraw", "send", "accept"]


@pytest.mark.parametrize("dead", ["right lost", "too old", "sent to both"])
def test_an_invitation_that_no_longer_serves_is_withdrawn_alone(person, dead):
    row, path = invited(person)
    if dead == "right lost":
        Membership.unscoped.filter(user=row.invited_by).update(role="advisor")
    elif dead == "too old":
        Invitation.unscoped.update(expires_at=timezone.now() - timedelta(days=1))
    else:
        invitations.invite("nouvelle@example.org", organisation=row.organisation, role=row.role, actor=SYSTEM)
    Mail.objects.all().delete()

    correct(sign_in(make_coordinator()), person, email="nouvelle@example.org")

    row.refresh_from_db()
    assert row.withdrawn_at
    assert Client().get(path).status_code == 410
    assert not Mail.objects.filter(kind="accounts.invitation").exists()


def test_an_invitation_to_who_holds_the_mistyped_address_opens_nothing_to_the_corrected_account(person):
    hers, _ = invited(person)
    coordinator = sign_in(make_coordinator())
    correct(coordinator, person, email="dautrui@example.org")
    person.refresh_from_db()
    _, path = invited(person)

    correct(coordinator, person, email="nouvelle@example.org")

    assert Client().get(path).status_code == 410, "nor does it wait in a mailbox of nobody knows whom"
    (standing,) = Invitation.unscoped.filter(withdrawn_at=None)
    assert (standing.email, standing.organisation_id) == ("nouvelle@example.org", hers.organisation_id), "hers follows her twice"


def test_an_erasure_finds_the_invitations_to_the_former_address(person):
    invited(person, by=SYSTEM)
    correct_identity(person, first_name="Anouk", last_name="Dialo", email="nouvelle@example.org", actor=SYSTEM)

    privacy.erase(User.objects.get(pk=person.pk), actor=SYSTEM)

    assert not Invitation.unscoped.exists()


def test_a_code_that_left_to_the_former_address_opens_nothing():
    person, client = make_person(make_member(), email="ancienne@example.org"), Client()
    client.post("/connexion/code/", {"email": "Ancienne@example.org"})
    code = re.search(r"^ {4}(\S+)$", mail.outbox[-1].body, re.MULTILINE)[1]
    correct(sign_in(make_coordinator()), person, email="nouvelle@example.org")

    answer = client.post("/connexion/code/confirmer/", {"code": code})

    assert ELSEWHERE.partition(" : ")[0] in answer.content.decode()
    assert client.get("/compte/").status_code == 302


@pytest.mark.parametrize("held", [True, False])
def test_a_letter_that_waits_leaves_to_the_new_address(person, held):
    waiting = Mail.objects.create(user=person, kind="tests.told", address=person.email, subject="Une nouvelle", body="…", held=held)

    correct(sign_in(make_coordinator()), person, email="nouvelle@example.org")

    waiting.refresh_from_db()
    assert (waiting.address, waiting.held) == ("nouvelle@example.org", held)
    assert Mail.objects.get(address="ancienne@example.org").kind == "accounts.security"


# -- where a name was written -------------------------------------------------------------------------------------------
def told(text, **data):
    return Notification.unscoped.create(user=make_user(), kind="tests.told", text=text, data=data)


def test_a_corrected_name_is_corrected_where_others_read_it_and_erased_there(person):
    home = person.memberships(manager="unscoped").get().organisation
    Organisation.objects.filter(pk=home.pk).update(representative_name="Anouk Dialo")
    line, longer = told("ANOUK DIALO a répondu d’Anouk Dialo"), told("Anouk Dialo-Petit a répondu")
    letter = Mail.objects.create(
        user=make_user(), kind="tests.told", address="x@example.org", subject="Anouk Dialo", body="Voyez Anouk Dialo."
    )
    PageLogEntry.objects.all().delete()
    PageLogEntry.objects.bulk_create(
        [PageLogEntry(page_id=1, label="Portrait d’Anouk Dialo", timestamp=timezone.now(), action="wagtail.edit")]
    )

    correct(sign_in(make_coordinator()), person, last_name="Diallo")

    for row in (line, longer, letter, home):
        row.refresh_from_db()
    assert (line.text, longer.text) == ("Anouk Diallo a répondu d’Anouk Diallo", "Anouk Dialo-Petit a répondu")
    assert (letter.subject, letter.body) == ("Anouk Diallo", "Voyez Anouk Diallo.")
    assert (home.representative_name, PageLogEntry.objects.get().label) == ("Anouk Diallo", "Portrait d’Anouk Diallo")
    privacy.erase(User.objects.get(pk=person.pk), actor=SYSTEM)
    home.refresh_from_db()
    assert not Notification.unscoped.filter(pk=line.pk).exists()
    assert not Mail.objects.filter(pk=letter.pk).exists()
    assert (home.representative_name, PageLogEntry.objects.get().label) == ("", "Personne effacée")


def test_an_apostrophe_hides_no_name(person):
    User.objects.filter(pk=person.pk).update(last_name="D'Alo")
    letters = [
        Mail.objects.create(user=make_user(), kind="tests.told", address="x@example.org", subject="Une nouvelle", body=f"Voyez {words}.")
        for words in ("Anouk D’Alo", "Anouk D'Alo")
    ]

    correct(sign_in(make_coordinator()), User.objects.get(pk=person.pk), last_name="D'Allo")
    for letter in letters:
        letter.refresh_from_db()
    assert [letter.body for letter in letters] == ["Voyez Anouk D'Allo."] * 2

    Mail.objects.filter(pk=letters[0].pk).update(body="Voyez Anouk D’Allo.")
    privacy.erase(User.objects.get(pk=person.pk), actor=SYSTEM)
    assert not Mail.objects.filter(pk__in=[letter.pk for letter in letters]).exists()


def test_a_namesake_keeps_her_name(person):
    make_user(first_name="Anouk", last_name="Dialo")
    line, hers = told("Anouk Dialo a répondu"), told("Anouk Dialo a écrit", person=str(person.pk))

    correct(sign_in(make_coordinator()), person, last_name="Diallo")

    for row in (line, hers):
        row.refresh_from_db()
    assert (line.text, hers.text) == ("Anouk Dialo a répondu", "Anouk Diallo a écrit")


# -- two who correct ----------------------------------------------------------------------------------------------------
def test_the_second_of_two_corrections_is_shown_both_texts(person):
    client, url = sign_in(make_coordinator()), reverse("accounts:correct_identity", args=[person.pk])
    hers = opened(client, person)
    correct(sign_in(make_coordinator()), person, last_name="Diallo", edits_site="on")

    answer = client.post(url, hers | {"email": "nouvelle@example.org"})

    person.refresh_from_db()
    assert (answer.status_code, person.last_name, person.email) == (409, "Diallo", "ancienne@example.org")
    labels = [label for label, _ in answer.context["conflict"]]
    assert labels == ["Nom", "Adresse électronique", "Écrit les pages du site dans la rédaction"]
    seen = answer.context["form"]["version"].value()
    client.post(url, hers | {"last_name": "Diallo", "email": "nouvelle@example.org", "edits_site": "on", "version": seen})
    person.refresh_from_db()
    assert (person.last_name, person.email, person.groups.exists()) == ("Diallo", "nouvelle@example.org", True)


def test_a_page_without_a_version_writes_nothing(person):
    client, url = sign_in(make_coordinator()), reverse("accounts:correct_identity", args=[person.pk])

    answer = client.post(url, {"first_name": "X", "last_name": "Y", "email": person.email})

    person.refresh_from_db()
    assert (answer.status_code, person.name) == (409, "Anouk Dialo")


def test_the_page_leads_back_to_the_teams_of_the_person():
    home, former = make_member("Bâti Commun"), make_member("Autre Rive")
    person = make_person(home, "advisor")
    gone = join(person, former, "advisor", starts_on=today() - timedelta(days=9))
    Membership.unscoped.filter(pk=gone.pk).update(ends_on=today() - timedelta(days=2))

    html = sign_in(make_coordinator()).get(reverse("accounts:correct_identity", args=[person.pk])).content.decode()

    assert f'<a href="{reverse("accounts:team", args=[home.slug])}">Bâti Commun</a>' in html
    assert "Autre Rive" not in html
