import pytest

from hub.core.accounts.actor import Actor
from hub.core.accounts.errors import UnscopedQuery
from hub.core.accounts.models import Membership
from hub.core.accounts.selectors import actor_for
from tests.builders.accounts import make_actor, make_coordinator, make_member, make_person

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    "read",
    [
        lambda rows: list(rows), lambda rows: rows.count(), lambda rows: rows.exists(), lambda rows: rows.first(), lambda rows: rows.get(pk=1),
        lambda rows: list(rows.values_list("pk")), lambda rows: list(rows.iterator()), lambda rows: rows.update(ends_on=None),
        lambda rows: rows.delete(), lambda rows: rows.aggregate(), lambda rows: bool(rows), lambda rows: len(rows),
        lambda rows: list(rows.filter(pk=None).order_by("pk")[:1]), lambda rows: rows.in_bulk(), lambda rows: rows.latest("created_at"),
    ],
)  # fmt: skip
def test_tenant_rows_are_not_read_without_a_reader(read):
    with pytest.raises(UnscopedQuery):
        read(Membership.objects.all())


def test_members_see_their_organisation_and_no_other():
    ours, theirs = make_member(), make_member()
    director = make_actor(ours)
    make_person(theirs, "director")

    seen = {row.organisation_id for row in Membership.objects.visible_to(director)}

    assert seen == {ours.pk}


def test_entrepreneurs_see_their_own_memberships_only():
    ours = make_member()
    make_person(ours, "director")
    entrepreneur = make_person(ours)

    seen = Membership.objects.visible_to(actor_for(entrepreneur))

    assert {row.user_id for row in seen} == {entrepreneur.pk}


def test_nobody_sees_nothing():
    make_person(make_member())

    assert list(Membership.objects.visible_to(Actor.anonymous())) == []
    assert list(Membership.objects.visible_to(Actor.system())) == []


def test_the_coordinator_sees_who_holds_which_role():
    make_person(make_member(), "director")

    assert Membership.objects.visible_to(actor_for(make_coordinator())).count() == 2
