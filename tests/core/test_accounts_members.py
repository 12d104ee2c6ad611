"""The team's page: roles withdrawn, invitations that no longer serve."""

from contextlib import suppress
from datetime import timedelta
from threading import Barrier, BrokenBarrierError
from types import SimpleNamespace
from urllib.parse import urlsplit

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from hub.core.accounts.errors import InvitationIsUsed, RuleBroken
from hub.core.accounts.models import Invitation, Membership, Organisation, Role, User
from hub.core.accounts.selectors import actor_for
from hub.core.accounts.services import end_agreement, give_role, invitations, invite, memberships, update_organisation, withdraw_role
from hub.core.audit.models import AuditEntry
from hub.core.kit.dates import today
from hub.core.privacy import services as privacy
from hub.core.ui import panels
from tests.builders.accounts import SYSTEM, make_actor, make_coordinator, make_member, make_person, sign_in
from tests.builders.people import PUBLIC, make_profile
from tests.builders.sharing import make_service
from tests.core.races import run_together

pytestmark = pytest.mark.django_db
WITHDRAWN = AuditEntry.objects.filter(action="accounts.role.withdraw")


# -- roles --------------------------------------------------------------------------------------------------------------
@pytest.fixture
def former():
    """A membership that ended 400 days ago."""
    organisation = make_member()
    row = Membership.unscoped.get(user=make_person(organisation, "advisor"))
    row.starts_on, row.ends_on = today() - timedelta(days=800), today() - timedelta(days=400)
    row.save()
    return row


def test_a_role_that_is_over_is_not_there_to_withdraw(former):
    client = sign_in(make_person(former.organisation, "director"))
    url = reverse("accounts:withdraw_role", args=[former.organisation.slug, former.pk])

    assert (client.get(url).status_code, client.post(url).status_code) == (404, 404)


def test_and_keeps_the_day_it_ended(former):
    ended = former.ends_on
    seen_before = Membership.unscoped.get(pk=former.pk)
    seen_before.ends_on = None  # as a page opened before showed it

    withdraw_role(seen_before, actor=SYSTEM)

    former.refresh_from_db()
    assert (former.ends_on, WITHDRAWN.count()) == (ended, 0)


def test_a_role_of_today_withdrawn_twice_is_withdrawn_once():
    row = Membership.unscoped.get(user=make_person(make_member(), "advisor"))
    twice = Membership.unscoped.get(pk=row.pk)

    withdraw_role(row, actor=SYSTEM)
    withdraw_role(twice, actor=SYSTEM)

    assert not Membership.unscoped.filter(user=row.user_id).exists()
    assert WITHDRAWN.count() == 1


@pytest.mark.django_db(transaction=True)
def test_two_who_withdraw_each_other_leave_one_to_coordinate(monkeypatch):
    """On PostgreSQL both would come past the question before either has written; SQLite has one writer at a time."""
    rows = [Membership.unscoped.get(user=make_coordinator()) for _ in range(2)]
    both_have_asked, record = Barrier(2), memberships.audit.record

    def record_together(*args, **facts):
        with suppress(BrokenBarrierError):  # the other one waits for us, as it should
            both_have_asked.wait(timeout=0.7)
        return record(*args, **facts)

    def withdraw(number):
        try:
            return bool(withdraw_role(Membership.unscoped.get(pk=rows[number].pk), actor=SYSTEM))
        except RuleBroken:
            return False

    monkeypatch.setattr(memberships, "audit", SimpleNamespace(record=record_together))
    assert sorted(run_together(withdraw, 2)) == [False, True]
    monkeypatch.undo()

    assert Membership.unscoped.filter(role="coordinator").exclude(ends_on__lt=today()).count() == 1


def test_nor_does_the_one_erased_while_the_other_leaves(monkeypatch):
    leaver, other = make_coordinator(), make_coordinator()
    collect = panels.collect

    def leave(place, actor, subject):
        if place == "leaving":
            withdraw_role(Membership.unscoped.get(user=other), actor=SYSTEM)
        return collect(place, actor, subject)

    monkeypatch.setattr(panels, "collect", leave)
    with pytest.raises(RuleBroken):
        privacy.erase(leaver, actor=SYSTEM)

    leaver.refresh_from_db()
    assert leaver.is_active


# -- invitations --------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("dead", ["", "too old", "right lost"])
def test_an_invitation_that_no_longer_serves_says_so_and_is_sent_anew(dead):
    organisation = make_member()
    director, client = make_person(organisation, "director"), sign_in(make_person(organisation, "director"))
    url = reverse("accounts:team", args=[organisation.slug])
    invite("n@example.org", organisation=organisation, role=Role.objects.get(pk="advisor"), actor=make_actor(organisation))
    if dead == "too old":
        Invitation.unscoped.update(expires_at=timezone.now() - timedelta(days=1))
    elif dead:
        Invitation.unscoped.update(invited_by=director)
        Membership.unscoped.filter(user=director).update(role="advisor")

    page = client.get(url)
    ((row, serves, can_redo),) = page.context["pending"]
    html = page.content.decode().replace("\xa0", " ").replace("&nbsp;", " ")
    assert ("Ne vaut plus : à refaire" in html, "Envoyer de nouveau" in html) == (bool(dead), bool(dead))
    assert (serves, can_redo) == (not dead, True)

    client.post(url, {"email": row.email, "role": row.role_id})
    ((again, serves, _),) = client.get(url).context["pending"]
    assert again.pk != row.pk
    assert serves


@pytest.mark.parametrize("meanwhile", ["accepted", "withdrawn"])
def test_an_invitation_accepted_or_withdrawn_meanwhile_is_not_said_to_be_withdrawn(meanwhile):
    organisation = make_member()
    client = sign_in(make_person(organisation, "director"))
    row, _ = invite("n@example.org", organisation=organisation, role=Role.objects.get(pk="advisor"), actor=make_actor(organisation))
    if meanwhile == "accepted":
        invitations.accept(row, first_name="Ada", last_name="Marais", password="correct cheval pile agrafe")
    else:
        invitations.withdraw(row, actor=SYSTEM)
    lines = AuditEntry.objects.filter(action="accounts.invitation.withdraw").count()

    page = client.post(reverse("accounts:withdraw_invitation", args=[organisation.slug, row.pk]), follow=True).content.decode()

    row.refresh_from_db()
    assert "son lien ne marche plus" not in page
    assert ("déjà acceptée" in page, "déjà retirée" in page) == (meanwhile == "accepted", meanwhile == "withdrawn")
    assert bool(row.withdrawn_at) == (meanwhile == "withdrawn")
    assert AuditEntry.objects.filter(action="accounts.invitation.withdraw").count() == lines


@pytest.mark.django_db(transaction=True)
def test_of_who_accepts_and_who_withdraws_at_the_same_moment_one_is_told_no():
    organisation = make_member()
    actor = make_actor(organisation)
    row, _ = invite("n@example.org", organisation=organisation, role=Role.objects.get(pk="advisor"), actor=actor)

    def act(number):
        try:
            if number:
                invitations.withdraw(row, actor=actor)
            else:
                invitations.accept(row, first_name="Ada", last_name="Marais", password="correct cheval pile agrafe")
        except InvitationIsUsed:
            return False
        return True

    done = run_together(act, 2)

    row.refresh_from_db()
    assert sorted(done) == [False, True]
    assert [bool(row.accepted_at), bool(row.withdrawn_at)] == done


ADA = {"first_name": "Ada", "last_name": "Marais", "password": "correct cheval pile agrafe"}


def pressed_together(monkeypatch, *links):
    """The answers. On PostgreSQL neither sees the account that the other is making; SQLite has one writer at a time."""
    both_have_looked, create = Barrier(2), User.objects.create_user

    def create_together(*args, **facts):
        with suppress(BrokenBarrierError):
            both_have_looked.wait(timeout=0.7)
        return create(*args, **facts)

    monkeypatch.setattr(User.objects, "create_user", create_together)
    return run_together(lambda number: Client().post(urlsplit(links[number]).path, ADA), 2)


@pytest.mark.django_db(transaction=True)
def test_invitations_of_two_organisations_to_a_new_address_accepted_at_the_same_moment_both_serve(monkeypatch):
    homes = [make_member(), make_member()]
    links = [invite("n@example.org", organisation=home, role=Role.objects.get(pk="advisor"), actor=make_actor(home))[1] for home in homes]

    answers = pressed_together(monkeypatch, *links)

    assert [answer.status_code for answer in answers] == [302, 302]
    roles = Membership.unscoped.filter(user__email="n@example.org", role="advisor").values_list("organisation", flat=True)
    assert set(roles) == {home.pk for home in homes}
    assert User.objects.get(email="n@example.org").check_password(ADA["password"])


@pytest.mark.django_db(transaction=True)
def test_and_one_link_pressed_twice_at_the_same_moment_says_to_one_that_all_is_done(monkeypatch):
    home = make_member()
    _, link = invite("n@example.org", organisation=home, role=Role.objects.get(pk="advisor"), actor=make_actor(home))

    first, second = sorted(pressed_together(monkeypatch, link, link), key=lambda answer: answer.status_code)

    assert (first.status_code, second.status_code) == (302, 410)
    assert "invitation est acceptée" in second.content.decode()
    assert Membership.unscoped.filter(user__email="n@example.org").count() == 1


def test_a_letter_opened_again_once_accepted_says_that_all_is_done():
    organisation = make_member()
    sent = {"first_name": "Ada", "last_name": "Marais", "password": "correct cheval pile agrafe"}
    links = [
        invite(f"n{number}@example.org", organisation=organisation, role=Role.objects.get(pk="advisor"), actor=make_actor(organisation))[1]
        for number in range(2)
    ]
    accepted, withdrawn = (urlsplit(link).path for link in links)
    invitations.withdraw(Invitation.unscoped.get(email="n1@example.org"), actor=SYSTEM)

    first, twice, again = Client().post(accepted, sent), Client().post(accepted, sent), Client().get(accepted)
    other = Client().get(withdrawn)

    assert [answer.status_code for answer in (first, twice, again, other)] == [302, 410, 410, 410]
    assert ["invitation est acceptée" in answer.content.decode() for answer in (twice, again, other)] == [True, True, False]
    assert ["Demandez-en un nouveau" in answer.content.decode() for answer in (twice, again, other)] == [False, False, True]


def test_the_list_of_invitations_asks_once_for_each_inviter(django_assert_max_num_queries):
    organisation = make_member()
    client, actor = sign_in(make_person(organisation, "director")), make_actor(organisation)
    for number in range(6):
        invite(f"n{number}@example.org", organisation=organisation, role=Role.objects.get(pk="advisor"), actor=actor)

    with django_assert_max_num_queries(40) as seen:
        client.get(reverse("accounts:team", args=[organisation.slug]))

    assert sum("accounts_agreement" in query["sql"] for query in seen.captured_queries) <= 4


def test_who_has_no_invitation_is_told_who_corrects_an_address():
    page = Client().get("/inscription/").content.decode()

    assert "demandez à la coordination de la fédération" in page
    assert "tient votre adresse à jour" not in page


def test_one_address_gets_three_letters_a_day_from_one_organisation_and_six_from_all():
    homes = [make_member() for _ in range(3)]
    clients = [sign_in(make_person(home, "director")) for home in homes]
    sent = Invitation.unscoped.filter(email="n@example.org")

    def press(number, role):
        url = reverse("accounts:team", args=[homes[number].slug])
        return clients[number].post(url, {"email": "N@example.org", "role": role}, follow=True).content.decode()

    for role in ("advisor", "trainer", "director"):
        assert "Invitation envoyée" in press(0, role)
        assert "Invitation envoyée" in press(1, role)
    first = sent.filter(organisation=homes[0]).first()
    clients[0].post(reverse("accounts:withdraw_invitation", args=[homes[0].slug, first.pk]))
    assert ["assez d’invitations" in press(number, "advisor") for number in range(3)] == [True] * 3
    assert sent.count() == 6

    sent.filter(organisation=homes[1]).update(created_at=timezone.now() - timedelta(days=2))
    assert ["assez d’invitations" in press(number, "advisor") for number in range(3)] == [True, False, False], "three a day from one"
    refused = clients[0].post(reverse("accounts:enter_people", args=[homes[0].slug]), {"people": "Ada, Exemple, n@example.org"})
    assert "n@example.org a déjà reçu assez" in refused.content.decode()
    assert not User.objects.filter(email="n@example.org").exists()


def test_nor_does_the_coordination_write_more_to_who_directs_a_new_organisation():
    client = sign_in(make_coordinator())
    url = reverse("accounts:new_organisation")
    facts = {"kind": "cae", "director_email": "n@example.org"}

    answers = [client.post(url, facts | {"name": f"CAE {number} de plus"}) for number in range(7)]

    assert [answer.status_code for answer in answers] == [302] * 6 + [200]
    assert "assez d’invitations" in answers[-1].content.decode()
    assert not Organisation.objects.filter(name="CAE 6 de plus").exists()


@pytest.mark.parametrize("way", ["withdrawn", "departed"])
def test_an_invitation_sent_before_does_not_give_back_what_was_withdrawn_since(way):
    home, other = make_member(), make_member()
    person, client = make_person(home, "trainer"), sign_in(make_person(home, "director"))
    row = Membership.unscoped.get(user=person)
    Membership.unscoped.filter(pk=row.pk).update(starts_on=today() - timedelta(days=9))
    rows = {}
    for organisation, role in ((home, "trainer"), (home, "advisor"), (other, "trainer")):
        actor, code = make_actor(organisation), Role.objects.get(pk=role)
        rows[organisation, role], _ = invite(person.email, organisation=organisation, role=code, actor=actor)

    if way == "withdrawn":
        url = reverse("accounts:withdraw_role", args=[home.slug, row.pk])
        assert "son lien ne marchera plus" in client.get(url).content.decode()
        client.post(url)
    else:
        memberships.note_last_day(row, on=today() + timedelta(days=3), actor=SYSTEM)

    open_still = {key for key, one in rows.items() if Invitation.unscoped.get(pk=one.pk).withdrawn_at is None}
    assert open_still == ({(home, "advisor"), (other, "trainer")} if way == "withdrawn" else {(other, "trainer")})
    assert AuditEntry.objects.filter(action="accounts.invitation.withdraw").count() == 3 - len(open_still)
    with pytest.raises(InvitationIsUsed):
        invitations.accept(rows[home, "trainer"])
    assert not Membership.unscoped.filter(user=person, role="trainer", ends_on=None).exists()


def test_nor_does_the_letter_of_who_was_entered_and_withdrawn_the_same_day():
    home = make_member()
    actor = make_actor(home)
    invitations.enter([invitations.Newcomer("Ada", "Marais", "n@example.org")], organisation=home, actor=actor)

    withdraw_role(Membership.unscoped.get(user__email="n@example.org"), actor=actor)

    with pytest.raises(InvitationIsUsed):
        invitations.accept(Invitation.unscoped.get())


def test_an_invitation_that_ends_before_her_last_day_goes_on():
    home = make_member()
    person = make_person(home, "entrepreneur")
    row, _ = invite(person.email, organisation=home, role=Role.objects.get(pk="advisor"), actor=make_actor(home))

    memberships.note_last_day(Membership.unscoped.get(user=person), on=today() + timedelta(days=15), actor=SYSTEM)

    assert Invitation.unscoped.get(pk=row.pk).withdrawn_at is None


# -- the audit trail ----------------------------------------------------------------------------------------------------
def after_the_first_line(queries):
    """What is still locked or changed once the audit trail is held, which all others wait for."""
    statements = [query["sql"] for query in queries]
    first = next(number for number, sql in enumerate(statements) if sql.startswith('INSERT INTO "audit_auditentry"'))
    changes = [sql for sql in statements[first:] if sql.startswith(("UPDATE", "DELETE")) or " UPDATE OF " in sql or sql.endswith(" UPDATE")]
    return [sql for sql in changes if "audit_" not in sql]


@pytest.mark.parametrize("is_new", [True, False])
def test_a_role_takes_its_locks_before_the_line_that_all_wait_for(is_new, django_assert_max_num_queries):
    user, organisation = make_person(make_member(), "entrepreneur"), make_member()
    role = Role.objects.get(pk="advisor")

    with django_assert_max_num_queries(500) as given:
        row = give_role(user, organisation=organisation, role=role, actor=SYSTEM)
    if not is_new:
        Membership.unscoped.filter(pk=row.pk).update(starts_on=today() - timedelta(days=9))
    pk = str(row.pk)
    with django_assert_max_num_queries(500) as withdrawn:
        withdraw_role(Membership.unscoped.get(pk=pk), actor=SYSTEM)

    assert after_the_first_line(given.captured_queries) == []
    assert after_the_first_line(withdrawn.captured_queries) == []
    assert [line.object_id for line in WITHDRAWN.all()] == [pk]


def test_so_does_an_organisation_that_changes_its_name(django_assert_max_num_queries):
    organisation = make_member()
    make_profile(organisation, shown=PUBLIC)
    organisation.name = "Un autre nom"

    with django_assert_max_num_queries(500) as renamed:
        update_organisation(organisation, actor=SYSTEM)

    assert after_the_first_line(renamed.captured_queries) == []


def test_and_an_agreement_that_is_broken_off_with_the_service_that_stands_on_it(django_assert_max_num_queries):
    service, actor = make_service(), actor_for(make_coordinator())

    with django_assert_max_num_queries(500) as broken:
        end_agreement(service.agreement, actor=actor)

    assert after_the_first_line(broken.captured_queries) == []
    lines = AuditEntry.objects.filter(action__in=["accounts.agreement.end", "sharing.service.end"])
    assert sorted(lines.values_list("action", flat=True)) == ["accounts.agreement.end", *["sharing.service.end"] * 2]
