"""The entrepreneurs whom a cooperative hosts: their page, and the day they leave, noted, corrected, or taken back."""

from datetime import timedelta

import pytest
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.test import Client
from django.urls import reverse

from directory.people import services as people
from directory.people.models import Profile
from hub.core.accounts.errors import RuleBroken
from hub.core.accounts.models import Invitation, Membership, Role, User
from hub.core.accounts.selectors import actor_for
from hub.core.accounts.services import disown, invitations, note_last_day, withdraw_role
from hub.core.audit.models import AuditEntry
from hub.core.kit.dates import today
from hub.core.notifications.models import Mail
from tests.builders.accounts import SYSTEM, join, make_actor, make_coordinator, make_member, make_person, sign_in
from tests.builders.people import make_profile
from tests.builders.trainings import make_session
from tests.core.test_accounts_members import after_the_first_line
from trainings.sessions.selectors import registrable_people

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


@pytest.fixture
def home():
    return make_member("Bâti Commun")


@pytest.fixture
def row(home):
    """Somebody there for ten days."""
    row = Membership.unscoped.get(user=make_profile(organisation=home).user)
    row.starts_on = today() - 10 * DAY
    row.save()
    return row


@pytest.fixture
def client(home):
    return sign_in(make_person(home, "director"))


def door(row):
    return reverse("accounts:departure", args=[row.organisation.slug, row.pk])


def profile_of(row):
    return Profile.unscoped.get(user=row.user)


def test_a_departure_is_noted_from_the_page_and_closes_the_directory(client, home, row):
    page = reverse("accounts:entrepreneurs", args=[home.slug])
    shown = client.get(page).content.decode()
    assert row.user.name in shown
    assert door(row) in shown
    assert "dernier rattachement" in client.get(door(row)).content.decode()

    client.post(door(row), {"ends_on": f"{today() - 3 * DAY}"})

    row.refresh_from_db()
    assert row.ends_on == today() - 3 * DAY
    assert profile_of(row).left_on == today()
    assert actor_for(row.user).organisation_id is None
    assert AuditEntry.objects.filter(action="accounts.role.last_day").count() == 1
    assert "Partie ou parti" in client.get(page).content.decode()


def test_a_departure_to_come_lets_her_work_until_then(client, row):
    client.post(door(row), {"ends_on": f"{today() + 9 * DAY}"})

    row.refresh_from_db()
    assert row.ends_on == today() + 9 * DAY
    assert profile_of(row).left_on is None
    assert actor_for(row.user).organisation_id == row.organisation_id


def test_the_page_of_a_departure_says_that_an_invitation_ends_with_it(client, row):
    assert "son lien ne marchera plus" not in client.get(door(row)).content.decode()
    invitations.invite(row.user.email, organisation=row.organisation, role=Role.objects.get(pk="advisor"), actor=SYSTEM)
    assert "son lien ne marchera plus" in client.get(door(row)).content.decode()


def test_a_departure_noted_by_mistake_is_taken_back(client, row):
    client.post(door(row), {"ends_on": f"{today() - DAY}"})
    client.post(door(row), {"ends_on": ""})

    row.refresh_from_db()
    assert row.ends_on is None
    assert profile_of(row).left_on is None


@pytest.mark.parametrize(("day", "said"), [(-11, "est là depuis le"), (400, "un an au plus")])
def test_a_day_that_cannot_be_is_said(client, row, day, said):
    answer = client.post(door(row), {"ends_on": f"{today() + day * DAY}"}).content.decode()

    assert said in answer
    row.refresh_from_db()
    assert row.ends_on is None


def test_who_came_back_since_keeps_both_stays(row):
    note_last_day(row, on=today() - 2 * DAY, actor=SYSTEM)
    join(row.user, row.organisation, "entrepreneur")

    for day in (None, today()):
        with pytest.raises(RuleBroken, match="revenu"):
            note_last_day(row, on=day, actor=SYSTEM)


def test_who_leaves_on_a_day_that_passes_moves_to_the_cooperative_where_she_is(row):
    other = make_member("L’Étançon")
    join(row.user, other, "entrepreneur")
    note_last_day(row, on=today(), actor=SYSTEM)
    assert profile_of(row).organisation == row.organisation, "today she is still there"
    Membership.unscoped.filter(pk=row.pk).update(ends_on=today() - DAY)  # the day passes

    people.follow_everyone()

    assert profile_of(row).organisation == other


def test_what_the_coordination_ended_is_the_coordinations_to_reopen(client, row):
    coordinates = sign_in(make_coordinator())
    coordinates.post(reverse("accounts:withdraw_role", args=[row.organisation.slug, row.pk]))
    page = client.get(reverse("accounts:entrepreneurs", args=[row.organisation.slug])).content.decode()
    assert ("Noté par la coordination" in page, door(row) in page) == (True, False)

    assert [client.get(door(row)).status_code, client.post(door(row), {"ends_on": ""}).status_code] == [403, 403]
    for day in (None, today() + DAY):
        with pytest.raises(RuleBroken, match="noté par la coordination"):
            note_last_day(row, on=day, actor=make_actor(row.organisation))
    assert profile_of(row).left_on == today()

    assert coordinates.post(door(row), {"ends_on": ""}).status_code == 302
    row.refresh_from_db()
    assert (row.ends_on, row.ended_by, profile_of(row).left_on) == (None, "", None)
    client.post(door(row), {"ends_on": f"{today()}"})
    assert client.post(door(row), {"ends_on": ""}).status_code == 302, "what its own people noted is theirs again"


def test_an_end_of_the_coordination_stays_its_own_when_the_cooperative_ends_it_earlier(row):
    coordinator, actor = actor_for(make_coordinator()), make_actor(row.organisation)
    note_last_day(row, on=today() + 9 * DAY, actor=coordinator)

    withdraw_role(row, actor=actor)

    with pytest.raises(RuleBroken, match="noté par la coordination"):
        note_last_day(row, on=None, actor=actor)


@pytest.mark.parametrize("by", ["director", "coordination"])
def test_who_is_put_back_is_told_by_letter(client, row, by):
    letters = Mail.objects.filter(user=row.user, kind="accounts.membership_reopened")
    who = client if by == "director" else sign_in(make_coordinator())
    who.post(door(row), {"ends_on": f"{today() + DAY}"})
    who.post(door(row), {"ends_on": ""})
    assert not letters.exists(), "she had not left"
    who.post(door(row), {"ends_on": f"{today() - 2 * DAY}"})
    who.post(door(row), {"ends_on": f"{today() - DAY}"})
    assert not letters.exists(), "she has left still"

    who.post(door(row), {"ends_on": f"{today() + DAY}" if by == "director" else ""})

    assert row.organisation.name in letters.get().body


def test_nor_does_the_cooperative_put_back_whom_it_entered_and_who_refused(client, home):
    client.post(entering(home), {"people": "Ada, Exemple, ada@example.org"})
    row = Membership.unscoped.get(user__email="ada@example.org")
    Membership.unscoped.filter(pk=row.pk).update(starts_on=today() - 9 * DAY)

    disown(row, actor=actor_for(row.user))

    assert "Noté par la personne" in client.get(reverse("accounts:entrepreneurs", args=[home.slug])).content.decode()
    for seen in (client, sign_in(make_coordinator())):
        assert seen.post(door(row), {"ends_on": ""}).status_code == 403


@pytest.mark.parametrize(("noted", "is_there"), [(89, True), (91, False)])
def test_a_departure_of_long_ago_is_corrected_for_90_days_after_it_was_noted(client, home, row, noted, is_there):
    Membership.unscoped.filter(pk=row.pk).update(starts_on=today() - 400 * DAY)
    client.post(door(row), {"ends_on": f"{today() - 300 * DAY}"})
    row.refresh_from_db()
    assert row.end_noted_on == today()
    Membership.unscoped.filter(pk=row.pk).update(end_noted_on=today() - noted * DAY)

    assert (door(row) in client.get(reverse("accounts:entrepreneurs", args=[home.slug])).content.decode()) == is_there
    assert client.post(door(row), {"ends_on": ""}).status_code == (302 if is_there else 404)
    row.refresh_from_db()
    assert (row.ends_on, row.end_noted_on) == ((None, None) if is_there else (today() - 300 * DAY, today() - noted * DAY))


@pytest.mark.django_db(transaction=True)
def test_who_ended_what_before_is_known_by_the_audit_trail(home):
    by = [SYSTEM, actor_for(make_coordinator()), actor_for(make_person(home, "director"))]
    rows = [Membership.unscoped.get(user=make_person(home, "entrepreneur")) for _ in by]
    Membership.unscoped.filter(pk__in=[one.pk for one in rows]).update(starts_on=today() - 9 * DAY)
    for one, actor in zip(rows, by, strict=True):
        note_last_day(one, on=today() - 2 * DAY, actor=SYSTEM)
        note_last_day(one, on=today() - DAY, actor=actor)
    newest = MigrationExecutor(connection).loader.graph.leaf_nodes()

    MigrationExecutor(connection).migrate([("accounts", "0013_entered_before")])
    MigrationExecutor(connection).migrate(newest)

    ends = dict(Membership.unscoped.values_list("pk", "ended_by"))
    assert [ends[one.pk] for one in rows] == ["", "coordination", "organisation"]
    assert {one.end_noted_on for one in Membership.unscoped.exclude(ends_on=None)} == {today()}
    assert not Membership.unscoped.filter(ends_on=None).exclude(ended_by="", end_noted_on=None).exists()


def test_one_who_left_long_ago_is_on_no_page(client, home, row):
    Membership.unscoped.filter(pk=row.pk).update(starts_on=today() - 200 * DAY, ends_on=today() - 91 * DAY)

    assert row.user.name not in client.get(reverse("accounts:entrepreneurs", args=[home.slug])).content.decode()
    assert client.get(door(row)).status_code == 404


def test_a_name_is_looked_for_without_its_accents(client, home):
    make_person(home, "entrepreneur", first_name="Éloïse", last_name="Exemple")
    make_person(home, "entrepreneur", first_name="Bastien", last_name="Autre")

    found = client.get(reverse("accounts:entrepreneurs", args=[home.slug]), {"q": "eloise"}).content.decode()
    assert "Éloïse Exemple" in found
    assert "Bastien Autre" not in found


def test_only_who_manages_the_people_of_this_organisation_comes_in(home, row):
    doors = [reverse("accounts:entrepreneurs", args=[home.slug]), door(row), entering(home)]

    for role, status in (("advisor", 404), ("entrepreneur", 404), ("director", 200)):
        seen = sign_in(make_person(home, role))
        assert [seen.get(one).status_code for one in doors] == [status] * 3 or role == "entrepreneur"
    stranger = make_member("L’Étançon")
    seen = sign_in(make_person(stranger, "director"))
    assert [seen.get(one).status_code for one in doors] == [404] * 3
    assert seen.post(reverse("accounts:departure", args=[stranger.slug, row.pk]), {"ends_on": f"{today()}"}).status_code == 404
    assert [sign_in(make_coordinator()).get(one).status_code for one in doors] == [200] * 3
    staff = Membership.unscoped.get(user=make_person(home, "advisor"))
    assert sign_in(make_person(home, "director")).get(door(staff)).status_code == 404, "a role of the team is withdrawn on its page"


@pytest.mark.parametrize("number", [1, 3])
def test_the_page_asks_the_same_number_of_questions_whatever_it_shows(client, home, number, django_assert_max_num_queries):
    for _ in range(number):
        make_person(home, "entrepreneur")

    with django_assert_max_num_queries(15):
        client.get(reverse("accounts:entrepreneurs", args=[home.slug]))


# -- entered by the cooperative ---------------------------------------------------------------------------------------
def entering(home):
    return reverse("accounts:enter_people", args=[home.slug])


def test_people_are_entered_from_three_columns_and_belong_at_once(client, home):
    lines = "Ada;Exemple;Ada@example.org\n\nIdris\tDe la Tour\tidris@example.org\nada@example.org, Ada, Exemple"

    answer = client.post(entering(home), {"people": lines}, follow=True).content.decode()

    assert "2\xa0personnes entrées" in answer
    people_here = User.objects.filter(memberships__organisation=home, memberships__role="entrepreneur")
    assert {(one.first_name, one.last_name, one.email) for one in people_here} == {
        ("Ada", "Exemple", "ada@example.org"),
        ("Idris", "De la Tour", "idris@example.org"),
    }
    assert not any(one.has_usable_password() for one in people_here)
    assert {row.email for row in Invitation.unscoped.all()} == {"ada@example.org", "idris@example.org"}
    assert set(registrable_people(home.pk)) >= set(people_here)
    assert all(Profile.unscoped.get(user=one).audiences == {} for one in people_here)


def test_the_headings_of_a_spreadsheet_are_no_person_and_the_letter_says_that_she_was_entered(client, home):
    client.post(entering(home), {"people": "Prénom\tNom\tCourriel\nAda\tExemple\tada@example.org"})

    assert User.objects.filter(memberships__organisation=home, memberships__role="entrepreneur").count() == 1
    assert "a déjà noté votre nom" in Mail.objects.get(address="ada@example.org").body


def test_who_is_hosted_already_is_left_as_she_is_and_nobody_is_said_to_be_entered(client, home):
    lines = {"people": "Ada, Exemple, ada@example.org"}
    client.post(entering(home), lines, follow=True)

    answer = client.post(entering(home), lines, follow=True).content.decode()

    assert "1\xa0adresse est déjà de vos entrepreneurs" in answer
    assert "personne entrée" not in answer
    assert Invitation.unscoped.count() == 1


def test_namesakes_are_told_apart_by_their_address(client, home, row):
    alone = client.get(reverse("accounts:entrepreneurs", args=[home.slug])).content.decode()
    other = make_person(home, "entrepreneur")
    User.objects.filter(pk=other.pk).update(first_name=row.user.first_name, last_name=row.user.last_name, sort_name=row.user.sort_name)

    both = client.get(reverse("accounts:entrepreneurs", args=[home.slug])).content.decode()

    assert row.user.email not in alone
    assert row.user.email in both
    assert other.email in both
    assert row.user.email in client.get(door(row)).content.decode()


def test_an_address_that_has_an_account_is_invited_and_not_attached(client, home):
    elsewhere = make_person(make_member("L’Étançon"), "entrepreneur")

    answer = client.post(entering(home), {"people": f"Autre, Nom, {elsewhere.email.upper()}"}, follow=True).content.decode()

    assert "a déjà un compte" in answer
    assert [row.organisation.name for row in elsewhere.memberships.all()] == ["L’Étançon"]
    assert Invitation.unscoped.get().email == elsewhere.email
    elsewhere.refresh_from_db()
    assert elsewhere.last_name != "Nom"


def test_who_was_entered_accepts_her_invitation_as_anybody(client, home):
    client.post(entering(home), {"people": "Ada, Exemple, ada@example.org"})

    user = invitations.accept(Invitation.unscoped.get())

    assert user.email == "ada@example.org"
    assert Membership.unscoped.filter(user=user).count() == 1


# -- entered without her yes ------------------------------------------------------------------------------------------
ADA = "ada@example.org"


@pytest.fixture
def entered(client, home):
    """Her account, made by a cooperative under a name that is not hers, and whose invitation she leaves alone."""
    client.post(entering(home), {"people": f"Grosse, Andouille, {ADA}"})
    return User.objects.get(email=ADA)


def says_yes(organisation, **names):
    """By the link of one more cooperative, or of the same."""
    role = Role.objects.get(pk="entrepreneur")
    row, _ = invitations.invite(ADA, organisation=organisation, role=role, actor=SYSTEM)
    return invitations.accept(row, **names)


def test_her_card_goes_to_the_cooperative_to_which_she_says_yes_and_the_first_reads_nothing_of_it(client, home, entered):
    other, third = make_member("L’Étançon"), make_member("Appui Neuf")
    card = Profile.unscoped.get(user=entered)
    assert client.get(reverse("people:person", args=[card.pk])).status_code == 200

    says_yes(other)
    says_yes(third)
    people.update_profile(Profile.unscoped.get(user=entered), actor=actor_for(entered), values={"phone": "0199003141"})

    card.refresh_from_db()
    seen = [sign_in(make_person(one, "director")).get(reverse("people:person", args=[card.pk])).status_code for one in (home, other, third)]
    assert (card.organisation, seen) == (other, [404, 200, 404])
    assert actor_for(entered).organisation_id == other.pk, "what she writes without choosing is not for the first"
    assert people.follow_memberships(entered).organisation == other


def test_nor_does_it_come_back_to_the_first_when_she_leaves_the_other(home, entered):
    other = make_member("L’Étançon")
    says_yes(other)
    note_last_day(Membership.unscoped.get(user=entered, organisation=other), on=today(), actor=SYSTEM)
    Membership.unscoped.filter(user=entered).update(starts_on=today() - 9 * DAY)
    Membership.unscoped.filter(user=entered, organisation=other).update(ends_on=today() - DAY)

    people.follow_everyone()
    card = Profile.unscoped.get(user=entered)
    assert (card.organisation, card.left_on) == (other, today())

    says_yes(home)
    card.refresh_from_db()
    assert (card.organisation, card.left_on) == (home, None)
    assert not Membership.unscoped.get(user=entered, organisation=home).awaits_her_yes


@pytest.mark.parametrize("by", ["the first", "another"])
def test_who_accepts_says_her_own_name_once(home, entered, by):
    other = make_member("L’Étançon")
    joined = home if by == "the first" else other
    names = {"first_name": "Aïcha", "last_name": "Victime"}
    _, link = invitations.invite(ADA, organisation=joined, role=Role.objects.get(pk="entrepreneur"), actor=SYSTEM)

    page = Client().get(link).content.decode()
    assert 'value="Grosse"' in page
    assert 'value="Andouille"' in page
    assert Client().post(link, {"first_name": "Aïcha", "last_name": ""}).status_code == 200
    assert Client().post(link, names).status_code == 302

    entered.refresh_from_db()
    assert (entered.name, entered.sort_name) == ("Aïcha Victime", "victime aicha")
    assert Profile.unscoped.get(user=entered).sort_name == "victime aicha"
    line = AuditEntry.objects.get(action="accounts.identity.correct")
    assert (line.actor_id, line.details) == (entered.pk, {"columns": ["first_name", "last_name"]})
    _, again = invitations.invite(ADA, organisation=other, role=Role.objects.get(pk="advisor"), actor=SYSTEM)
    assert 'name="first_name"' not in Client().get(again).content.decode()
    says_yes(make_member(), first_name="Autre", last_name="Nom")
    entered.refresh_from_db()
    assert entered.name == "Aïcha Victime"


def test_one_who_accepts_takes_her_locks_before_the_line_that_all_wait_for(home, entered, django_assert_max_num_queries):
    with django_assert_max_num_queries(500) as asked:
        says_yes(home, first_name="Aïcha", last_name="Victime")

    sent = next(number for number, query in enumerate(asked.captured_queries) if "accounts.invitation.send" in query["sql"])
    assert after_the_first_line(asked.captured_queries[sent + 1 :]) == []


def disowning(row):
    return reverse("accounts:disown", args=[row.pk])


def test_this_is_not_my_cooperative_ends_it_at_once_and_tells_who_entered_her(client, home, entered):
    director = User.objects.get(memberships__organisation=home, memberships__role="director")
    row = Membership.unscoped.get(user=entered)
    hers = sign_in(entered)
    assert disowning(row) in hers.get(reverse("accounts:security")).content.decode()
    page = hers.get(disowning(row)).content.decode()
    assert "C’est votre seul rattachement" in page
    assert Membership.unscoped.filter(pk=row.pk).exists()

    hers.post(disowning(row))

    assert not Membership.unscoped.filter(user=entered).exists()
    assert Mail.objects.filter(user=director, kind="accounts.membership_disowned").exists()
    assert Profile.unscoped.get(user=entered).left_on == today()
    client.post(entering(home), {"people": f"Grosse, Andouille, {ADA}"})
    assert not Membership.unscoped.filter(user=entered).exists(), "entered again, she is invited alone"


def test_only_she_says_it_and_only_until_she_has_said_yes(client, home, entered):
    row = Membership.unscoped.get(user=entered)
    assert [seen.post(disowning(row)).status_code for seen in (client, sign_in(make_coordinator()))] == [404, 404]

    says_yes(home)

    hers = sign_in(entered)
    assert disowning(row) not in hers.get(reverse("accounts:security")).content.decode()
    assert [hers.get(disowning(row)).status_code, hers.post(disowning(row)).status_code] == [404, 404]
    with pytest.raises(RuleBroken, match="plus rien à refuser"):
        disown(row, actor=actor_for(entered))
    assert Membership.unscoped.filter(user=entered).count() == 1


@pytest.mark.django_db(transaction=True)
def test_whom_a_cooperative_entered_before_is_known_by_the_audit_trail(home):
    actor = actor_for(make_person(home, "director"))
    invitations.enter(
        [invitations.Newcomer("Grosse", "Andouille", ADA), invitations.Newcomer("Idris", "B", "b@example.org")],
        organisation=home,
        actor=actor,
    )
    says_yes(home)
    says_yes(make_member())
    row = Membership.unscoped.get(user__email="b@example.org")
    newest = MigrationExecutor(connection).loader.graph.leaf_nodes()

    MigrationExecutor(connection).migrate([("accounts", "0011_siren_taken_in_words")])
    MigrationExecutor(connection).migrate(newest)

    assert [one.pk for one in Membership.unscoped.filter(awaits_her_yes=True)] == [row.pk]
    assert [one.email for one in User.objects.filter(is_named_by_others=True)] == ["b@example.org"]


# -- what is typed wrong ----------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("lines", "said"),
    [
        ("Ada, ada@example.org", "Ligne 1\xa0: il manque le prénom ou le nom."),
        ("Ada, Exemple, ada@example.org\nIdris, De, La, Tour", "Ligne 2\xa0: il manque l’adresse électronique."),
        ("Ada, Exemple, ada@example.org, 01 99 00 12 34", "Ligne 1\xa0: une colonne de trop"),
        ("Ada, Exemple, ada@example.org, b@example.org", "Ligne 1\xa0: deux adresses"),
        ("Ada, Exemple, ada@", "n’est pas une adresse"),
        (f"{'A' * 81}, Exemple, ada@example.org", "80 signes"),
        ("\n".join(f"Ada, Exemple, ada{n}@example.org" for n in range(61)), "60 personnes au plus"),
        (" ", "remplir"),
    ],
)
def test_one_line_that_is_wrong_enters_nobody_and_what_was_typed_stays(client, home, lines, said):
    before = User.objects.count()

    answer = client.post(entering(home), {"people": lines}).content.decode()

    assert said in answer
    assert lines.splitlines()[0] in answer.replace("&#x27;", "'")
    assert User.objects.count() == before


def test_past_a_days_letters_nobody_is_entered(client, home, monkeypatch):
    monkeypatch.setattr(invitations, "MOST_IN_A_DAY", 1)
    before = User.objects.count()

    answer = client.post(entering(home), {"people": "Ada, Exemple, ada@example.org\nIdris, Exemple, idris@example.org"}).content.decode()

    assert "la suite attendra demain" in answer
    assert User.objects.count() == before


@pytest.mark.parametrize(("role", "is_offered"), [("director", True), ("advisor", False)])
def test_whoever_registers_learns_where_a_missing_person_is_entered(home, role, is_offered):
    session = make_session()

    page = sign_in(make_person(home, role)).get(reverse("sessions:register", args=[session.pk])).content.decode()

    assert "Quelqu’un manque" in page
    assert (entering(home) in page) is is_offered
