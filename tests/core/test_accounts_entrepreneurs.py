"""The entrepreneurs whom a cooperative hosts: their page, and the day they leave, noted, corrected, or taken back."""

from datetime import timedelta

import pytest
from django.urls import reverse

from directory.people import services as people
from directory.people.models import Profile
from hub.core.accounts.errors import RuleBroken
from hub.core.accounts.models import Invitation, Membership, User
from hub.core.accounts.selectors import actor_for
from hub.core.accounts.services import invitations, note_last_day
from hub.core.audit.models import AuditEntry
from hub.core.kit.dates import today
from tests.builders.accounts import SYSTEM, join, make_coordinator, make_member, make_person, sign_in
from tests.builders.people import make_profile
from tests.builders.trainings import make_session
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

    with django_assert_max_num_queries(14):
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


@pytest.mark.parametrize(
    ("lines", "said"),
    [
        ("Ada, ada@example.org", "Ligne 1"),
        ("Ada, Exemple, ada@example.org\nIdris, De, La, Tour", "Ligne 2"),
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
