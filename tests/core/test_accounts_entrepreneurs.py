"""The entrepreneurs whom a cooperative hosts: their page, and the day they leave, noted, corrected, or taken back."""

from datetime import timedelta

import pytest
from django.urls import reverse

from directory.people import services as people
from directory.people.models import Profile
from hub.core.accounts.errors import RuleBroken
from hub.core.accounts.models import Membership
from hub.core.accounts.selectors import actor_for
from hub.core.accounts.services import note_last_day
from hub.core.audit.models import AuditEntry
from hub.core.kit.dates import today
from tests.builders.accounts import SYSTEM, join, make_coordinator, make_member, make_person, sign_in
from tests.builders.people import make_profile

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
    page = reverse("accounts:entrepreneurs", args=[home.slug])
    doors = [page, door(row)]

    for role, status in (("advisor", 404), ("entrepreneur", 404), ("director", 200)):
        seen = sign_in(make_person(home, role))
        assert [seen.get(one).status_code for one in doors] == [status] * 2 or role == "entrepreneur"
    stranger = make_member("L’Étançon")
    seen = sign_in(make_person(stranger, "director"))
    assert [seen.get(one).status_code for one in doors] == [404, 404]
    assert seen.post(reverse("accounts:departure", args=[stranger.slug, row.pk]), {"ends_on": f"{today()}"}).status_code == 404
    assert [sign_in(make_coordinator()).get(one).status_code for one in doors] == [200, 200]
    staff = Membership.unscoped.get(user=make_person(home, "advisor"))
    assert sign_in(make_person(home, "director")).get(door(staff)).status_code == 404, "a role of the team is withdrawn on its page"


@pytest.mark.parametrize("number", [1, 3])
def test_the_page_asks_the_same_number_of_questions_whatever_it_shows(client, home, number, django_assert_max_num_queries):
    for _ in range(number):
        make_person(home, "entrepreneur")

    with django_assert_max_num_queries(14):
        client.get(reverse("accounts:entrepreneurs", args=[home.slug]))
