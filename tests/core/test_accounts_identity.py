"""A name or an address is corrected on the hub's own page; Wagtail's screens of accounts write nothing."""

import pytest
from allauth.account.models import EmailAddress
from allauth.usersessions.models import UserSession
from django.core import mail
from django.urls import get_resolver, resolve, reverse

from directory.people.models import Profile
from hub.core.accounts import access
from hub.core.accounts.models import Membership, User
from hub.core.accounts.services import withdraw_role
from hub.core.accounts.services.identity import edits
from hub.core.audit.models import AuditEntry
from hub.core.notifications.models import Mail
from tests.builders.accounts import SYSTEM, join, make_coordinator, make_member, make_person, make_user, sign_in
from tests.core.test_accounts_access import patterns

pytestmark = pytest.mark.django_db
READ_ONLY = {"index", "index_results", "history", "history_results", "usage"}


@pytest.fixture
def person():
    return make_person(make_member(), "advisor", email="ancienne@example.org", first_name="Anouk", last_name="Dialo")


def correct(client, person, **facts):
    held = {"first_name": person.first_name, "last_name": person.last_name, "email": person.email}
    return client.post(reverse("accounts:correct_identity", args=[person.pk]), held | facts, follow=True)


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
    assert [line.data for line in lines] == ['{"columns":["edits_site"]}'] * 2


def test_who_has_left_everywhere_writes_no_page_nor_does_a_return_give_it_back(person):
    correct(sign_in(make_coordinator()), person, edits_site="on")
    row, hers = Membership.unscoped.get(user=person), sign_in(person)
    before = hers.get("/admin/pages/", follow=True).status_code

    withdraw_role(row, actor=SYSTEM)
    gone = hers.get("/admin/pages/").status_code
    line = AuditEntry.objects.filter(action="accounts.identity.correct").last()
    join(person, row.organisation, "entrepreneur")

    assert (before, gone, hers.get("/admin/pages/").status_code) == (200, 403, 403)
    assert (line.object_id, line.data) == (str(person.pk), '{"columns":["edits_site"]}')


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
