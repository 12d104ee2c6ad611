"""Bar A8: an agreement opens another CAE's rows between two moments, for the people and purposes that it names."""

from datetime import datetime, timedelta
from unittest import mock
from zoneinfo import ZoneInfo

import pytest
from django.urls import reverse
from django.utils import timezone

from hub.core.accounts.errors import NotAllowed, RuleBroken
from hub.core.accounts.models import Affiliation, Membership
from hub.core.accounts.selectors import actor_for
from hub.core.accounts.services import end_agreement, make_agreement, withdraw_role
from hub.core.kit.dates import today
from tests.builders.accounts import SYSTEM, make_actor, make_coordinator, make_loan, make_member, make_person, sign_in
from tests.builders.trainings import make_course, make_session

pytestmark = pytest.mark.django_db
PARIS = ZoneInfo("Europe/Paris")
# plain winter days, and the two nights when the clock jumps (2027-03-28 and 2027-10-31)
ENDS = [datetime(2027, 2, 1, tzinfo=PARIS), datetime(2027, 3, 28, 2, 0, tzinfo=PARIS), datetime(2027, 10, 31, 2, 30, tzinfo=PARIS)]


def lent(person):
    return [mandate for mandate in actor_for(person).mandates if mandate.agreement_id]


@pytest.mark.parametrize("end", ENDS)
@pytest.mark.parametrize(
    ("offset", "open_at_start", "open_at_end"),
    [(timedelta(seconds=-1), False, True), (timedelta(0), True, False), (timedelta(seconds=1), True, False)],
)
def test_agreement_holds_from_its_first_second_to_its_last(end, offset, open_at_start, open_at_end):
    home, other = make_member(), make_member()
    person = make_person(home, "shared_staff")
    start = end - timedelta(days=20)
    make_agreement(provider=home, beneficiary=other, people=[person], purposes=["registration"], starts_at=start, ends_at=end, actor=SYSTEM)

    with mock.patch.object(timezone, "now", return_value=start + offset):
        assert bool(lent(person)) == open_at_start
    with mock.patch.object(timezone, "now", return_value=end + offset):
        assert bool(lent(person)) == open_at_end


def test_agreement_opens_its_purpose_and_nothing_else():
    home, other = make_member(), make_member()
    person = make_person(home, "shared_staff")
    agreement = make_loan(person, provider=home, beneficiary=other)

    actor = actor_for(person, f"agreement:{agreement.pk}")

    assert actor.organisation_id == other.pk
    assert actor.permissions == {"trainees.register"}
    assert f"staff:{other.pk}" not in actor.audiences
    assert f"staff:{home.pk}" not in actor.audiences, "never two CAEs at once"
    assert not actor.can("people.manage", other.pk)


def test_agreement_closes_when_broken_off_or_when_the_role_goes():
    home, other = make_member(), make_member()
    person = make_person(home, "shared_staff")
    agreement = make_loan(person, provider=home, beneficiary=other)
    assert lent(person)

    end_agreement(agreement, actor=SYSTEM if SYSTEM.is_coordinator else make_actor(other))
    assert not lent(person)

    make_loan(person, provider=home, beneficiary=other)
    assert lent(person)
    withdraw_role(Membership.unscoped.get(user=person, role="shared_staff"), actor=SYSTEM)
    assert not lent(person)


def test_agreement_is_made_by_the_coordinator_about_shared_staff():
    home, other = make_member(), make_member()
    person, stranger = make_person(home, "shared_staff"), make_person(other, "advisor")
    facts = {
        "provider": home,
        "beneficiary": other,
        "purposes": ["registration"],
        "starts_at": timezone.now(),
        "ends_at": timezone.now() + timedelta(1),
    }

    with pytest.raises(NotAllowed):
        make_agreement(people=[person], actor=make_actor(home), **facts)
    with pytest.raises(RuleBroken):
        make_agreement(people=[stranger], actor=SYSTEM, **facts)


def test_registering_for_another_cae_over_http_follows_the_agreement():
    home, other = make_member(), make_member()
    person, trainee = make_person(home, "shared_staff"), make_person(other, last_name="KANB-trainee")
    agreement = make_loan(person, provider=home, beneficiary=other)
    url = reverse("sessions:register", args=[make_session(make_course(make_member())).pk])
    client = sign_in(person, mandate=f"agreement:{agreement.pk}")

    assert "KANB-trainee" in client.get(url).content.decode()
    assert client.get(reverse("accounts:team", args=[other.slug])).status_code == 404

    agreement.ends_at = timezone.now()
    agreement.save()

    answer = client.get(url)
    assert answer.status_code == 403
    assert "KANB-trainee" not in answer.content.decode()
    assert trainee


def test_agreement_opens_nothing_once_its_beneficiary_has_left_the_hub():
    home, other = make_member(), make_member()
    person = make_person(home, "shared_staff")
    make_loan(person, provider=home, beneficiary=other)
    assert lent(person)

    Affiliation.objects.filter(organisation=other).update(ends_on=today() - timedelta(days=1))

    assert not lent(person)


def test_the_coordinator_finds_an_organisation_and_tells_people_apart():
    home, other = make_member("Bâti Commun"), make_member("Grand Angle")
    for organisation in (home, other):
        make_person(organisation, "shared_staff", first_name="Idriss", last_name="Jolivet")
    client = sign_in(make_coordinator())

    found = client.get("/federation/?q=bati").content.decode()
    form = client.get("/federation/conventions/").content.decode()

    assert ("Bâti Commun" in found, "Grand Angle" in found) == (True, False)
    assert "Idriss Jolivet, Bâti Commun" in form
    assert "Idriss Jolivet, Grand Angle" in form
    assert client.get("/federation/?q=%00%27&page=x").status_code == 200
