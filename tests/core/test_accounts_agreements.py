"""Bar A8: an agreement opens another CAE's rows between two moments, for the people and purposes that it names."""

import re
from datetime import datetime, timedelta
from unittest import mock
from zoneinfo import ZoneInfo

import pytest
from django.urls import reverse
from django.utils import timezone

from hub.core.accounts.enums import Purpose
from hub.core.accounts.errors import NotAllowed, RuleBroken
from hub.core.accounts.forms import AgreementForm
from hub.core.accounts.models import Affiliation, Agreement, Membership, Naming
from hub.core.accounts.permissions import OPENED_BY
from hub.core.accounts.selectors import actor_for
from hub.core.accounts.services import end_agreement, make_agreement, withdraw_role
from hub.core.accounts.services.agreements import STARTS_TODAY
from hub.core.kit.dates import today
from hub.core.kit.identifiers import uuid7
from hub.core.kit.text import named
from hub.core.notifications.models import Mail, Notification
from tests.builders.accounts import SYSTEM, make_actor, make_coordinator, make_loan, make_member, make_person, sign_in
from tests.builders.funding import make_file
from tests.builders.sharing import make_announcement, make_service
from tests.builders.trainings import make_course, make_session
from tests.core.races import run_together
from trainings.sessions.models import Registration

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


def test_a_form_shown_under_another_mandate_is_refused_with_its_text():
    home, other = make_member(), make_member()
    person, trainee = make_person(home, "shared_staff"), make_person(other)
    agreement = make_loan(person, provider=home, beneficiary=other)
    session = make_session(make_course(make_member()))
    url, sent = reverse("sessions:register", args=[session.pk]), {"key": str(uuid7()), "trainees": str(trainee.pk), "nom": "Ce que j’écris"}
    client = sign_in(person, mandate=f"agreement:{agreement.pk}")

    refused = client.post(url, sent | {"register": "1", "hub_mandate": f"organisation:{home.pk}"})
    back = client.post(reverse("accounts:act_for"), {"mandate": f"organisation:{home.pk}", "hub_mandate": "agreement:autre"})

    assert (refused.status_code, back.status_code) == (409, 302)
    assert "Ce que j’écris" in refused.content.decode()
    assert not Registration.unscoped.filter(session=session).exists()


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


# -- one entry per CAE -------------------------------------------------------------------------------------------------
def make_open(person, home, other, purposes, *, days=20, begun=1):
    """An agreement begun `begun` days ago, `days` from now to its end."""
    now = timezone.now()
    return make_agreement(
        provider=home, beneficiary=other, people=[person], purposes=purposes, starts_at=now - timedelta(days=begun), ends_at=now + timedelta(days=days),
        actor=SYSTEM,
    )  # fmt: skip


def test_a_cae_is_offered_once_when_one_agreement_opens_all_that_the_others_do():
    home, other = make_member(), make_member()
    person = make_person(home, "shared_staff")
    narrow = make_open(person, home, other, ["registration"], days=90)
    wide = make_open(person, home, other, ["registration", "funding"])
    longer = make_open(person, home, other, ["funding", "registration"], days=60)

    (entry,) = lent(person)

    assert (entry.agreement_id, entry.permissions) == (longer.pk, {"trainees.register", "funding.manage"})
    for agreement in (narrow, wide, longer):
        assert actor_for(person, f"agreement:{agreement.pk}").mandate == entry, "a choice made before the others were there still holds"
    menu = sign_in(person).get("/moi/").content.decode()
    assert menu.count(f'value="{entry.value}"') == 1
    end_agreement(longer, actor=make_actor(other))
    end_agreement(wide, actor=make_actor(other))
    assert [one.permissions for one in lent(person)] == [{"trainees.register"}]


def test_agreements_that_open_different_things_are_told_apart_by_number_and_purpose():
    home, other = make_member(), make_member()
    person = make_person(home, "shared_staff")
    rows = [make_open(person, home, other, [purpose]) for purpose in ("registration", "funding")]

    details = [mandate.detail for mandate in lent(person)]

    assert len(details) == 2
    for row, words in zip(rows, ("inscrire les personnes", "dossiers OPCO"), strict=True):
        assert [row.number in detail for detail in details].count(True) == 1
        assert any(row.number in detail and words in detail for detail in details)
    third = make_member()
    make_open(person, home, third, ["registration"])
    assert {mandate.organisation_id for mandate in lent(person)} == {other.pk, third.pk}


# -- what each purpose opens -------------------------------------------------------------------------------------------
DOORS = {
    "registration": lambda: reverse("sessions:register", args=[make_session(make_course(make_member())).pk]),
    "funding": lambda: reverse("funding:files"),
    "inventory": lambda: reverse("sharing:declare"),
}


def test_every_purpose_has_a_door_here():
    assert set(DOORS) == set(Purpose.values) == set(OPENED_BY)


@pytest.mark.parametrize("purpose", DOORS)
def test_a_purpose_opens_its_own_door_for_the_other_cae_and_no_other(purpose):
    home, other = make_member(), make_member()
    person = make_person(home, "shared_staff")
    agreement = make_open(person, home, other, [purpose])
    client = sign_in(person, mandate=f"agreement:{agreement.pk}")

    opened = {name for name, door in DOORS.items() if client.get(door()).status_code == 200}

    assert opened == {purpose}
    for url in (reverse("accounts:team", args=[other.slug]), reverse("sharing:new_request"), f"/cooperatives/{other.slug}/modifier/"):
        assert client.get(url).status_code in {403, 404}, url


@pytest.mark.parametrize("purpose", DOORS)
@pytest.mark.parametrize(("seconds", "at_start", "at_end"), [(-1, False, True), (0, True, False), (1, True, False)])
def test_a_purpose_is_open_to_the_second(purpose, seconds, at_start, at_end):
    home, other = make_member(), make_member()
    person, permission = make_person(home, "shared_staff"), next(iter(OPENED_BY[purpose]))
    agreement = make_open(person, home, other, [purpose], begun=-1)

    def can(moment):
        with mock.patch.object(timezone, "now", return_value=moment + timedelta(seconds=seconds)):
            return actor_for(person, f"agreement:{agreement.pk}").can(permission, other.pk)

    assert (can(agreement.starts_at), can(agreement.ends_at)) == (at_start, at_end)


def test_the_opco_files_that_a_purpose_opens_are_those_of_that_cae_alone():
    home, other, third = make_member(), make_member(), make_member()
    person = make_person(home, "shared_staff")
    files = {one: make_file(employer=one) for one in (other, third)}
    client = sign_in(person, mandate=f"agreement:{make_open(person, home, other, ['funding']).pk}")

    assert [client.get(files[one].get_absolute_url()).status_code for one in (other, third)] == [200, 404]
    assert (
        sign_in(person, mandate=f"agreement:{make_open(person, home, third, ['registration']).pk}").get("/formations/dossiers/").status_code
        == 403
    )


def test_the_inventory_that_a_purpose_opens_binds_nobody_and_shows_nothing_of_the_two_parties():
    home, other, third = make_member(), make_member(), make_member()
    for organisation in (other, third):
        make_person(organisation, "director")
    person = make_person(home, "shared_staff")
    service = make_service(other, third)
    own, strange = make_announcement(other), make_announcement(third)
    client = sign_in(person, mandate=f"agreement:{make_open(person, home, other, ['inventory']).pk}")

    assert client.get(reverse("sharing:change_announcement", args=[own.pk])).status_code == 200
    assert client.get(reverse("sharing:change_announcement", args=[strange.pk])).status_code == 403
    for url in (
        service.get_absolute_url(), reverse("sharing:log", args=[service.pk]), reverse("sharing:answer_announcement", args=[strange.pk]),
        reverse("sharing:issue_statement", args=[service.pk, f"{today():%Y-%m}"]), service.request.get_absolute_url(),
    ):  # fmt: skip
        assert client.get(url).status_code in {403, 404}, url


def test_the_lists_of_the_other_cae_say_what_may_be_done_and_the_way_back():
    home, other = make_member(), make_member()
    person = make_person(home, "shared_staff")
    client = sign_in(person, mandate=f"agreement:{make_open(person, home, other, ['inventory']).pk}")

    for url in ("/services/conventions/", "/services/demandes/"):
        page = client.get(url).content.decode()
        assert "Tenir l’état des lieux" in page
        assert f"Agir pour {home.name}" in page
    back = re.search(r'name="mandate" value="(organisation:[^"]+)">Agir', page)[1]
    answer = client.post("/agir-pour/", {"mandate": back, "next": "/services/conventions/"}, follow=True)
    assert named("Conventions", home.name) in answer.content.decode()
    assert sign_in(make_person(other, "entrepreneur")).get("/services/conventions/").status_code == 403


def test_an_agreement_made_or_broken_off_by_the_coordination_is_told_to_both_caes_and_to_who_is_named():
    home, other = make_member("Brindille"), make_member("Alter-Bâtir")
    person = make_person(home, "shared_staff")
    readers = {make_person(home, "director").pk, make_person(other, "director").pk, person.pk}
    make_person(other, "advisor")
    now, actor = timezone.now(), actor_for(make_coordinator())

    row = make_agreement(
        provider=home, beneficiary=other, people=[person], purposes=["registration"], starts_at=now, ends_at=now + timedelta(days=9), actor=actor
    )  # fmt: skip
    told = Notification.unscoped.filter(kind="sharing.agreement")

    assert sorted(told.values_list("user", flat=True)) == sorted(readers)
    assert told.first().text == f"Convention {row.number} posée par la coordination, Brindille pour Alter-Bâtir"
    letter = Mail.objects.filter(user=person).get().body
    assert person.name in letter
    assert "inscrire les personnes" in letter
    end_agreement(row, actor=actor)
    assert told.filter(text__contains="rompue").count() == len(readers)


def test_an_agreement_that_two_caes_reach_is_told_by_their_own_words_alone():
    service = make_service()

    assert Notification.unscoped.filter(kind="sharing.request").exists()
    end_agreement(service.agreement, actor=actor_for(make_coordinator()))
    assert not Notification.unscoped.filter(kind="sharing.agreement").exists()


@pytest.mark.parametrize(("count", "can"), [(0, False), (1, False), (2, True)])
def test_an_agreement_is_offered_once_there_are_two_caes_to_bind(count, can):
    for _ in range(count):
        make_member()

    page = sign_in(make_coordinator()).get(reverse("accounts:agreements")).content.decode()

    assert ('name="provider"' in page) == can
    assert (f'href="{reverse("accounts:new_organisation")}">Inscrire une organisation' in page) != can


def test_the_coordinator_of_a_federation_without_member_is_sent_to_enter_one():
    coordinator, address = make_coordinator(), reverse("accounts:new_organisation")
    client = sign_in(coordinator)
    assert f'href="{address}"' in client.get("/moi/").content.decode()
    home = make_member()
    assert address not in client.get("/moi/").content.decode()
    Affiliation.objects.filter(organisation=home).update(starts_on=today() - timedelta(days=9), ends_on=today() - timedelta(days=1))
    assert f'href="{address}"' in client.get("/moi/").content.decode(), "the last one has left"

    advisor = sign_in(make_person(home, "director"))
    assert address not in advisor.get("/moi/").content.decode()


def test_the_coordination_names_nobody_in_the_past():
    home, other = make_member(), make_member()
    person, coordinator = make_person(home, "shared_staff"), make_coordinator()
    yesterday, later = timezone.now() - timedelta(days=1), timezone.now() + timedelta(days=9)
    facts = {"provider": home.pk, "beneficiary": other.pk, "people": person.pk, "purposes": "registration"}
    client, address = sign_in(coordinator), reverse("accounts:agreements")

    def lay(day):
        return client.post(address, facts | {"starts_at": f"{day:%Y-%m-%dT00:00}", "ends_at": f"{later:%Y-%m-%dT00:00}"})

    refused = lay(today() - timedelta(days=1))
    assert refused.context["form"].errors["starts_at"] == [STARTS_TODAY]
    with pytest.raises(RuleBroken, match="dans le passé"):
        make_agreement(
            provider=home, beneficiary=other, people=[person], purposes=["registration"], starts_at=yesterday, ends_at=later,
            actor=actor_for(coordinator),
        )  # fmt: skip
    assert not Agreement.unscoped.exists()
    assert lay(today()).status_code == 302
    assert Naming.objects.get(person=person).from_on == today()


def test_an_agreement_laid_for_later_is_broken_from_the_list():
    home, other = make_member(), make_member()
    row = make_loan(make_person(home, "shared_staff"), provider=home, beneficiary=other, starts_in=20)
    director, client = make_person(other, "director"), sign_in(make_coordinator())
    address = reverse("accounts:break_agreement", args=[row.pk])

    assert address in client.get(reverse("accounts:agreements")).content.decode()
    assert "n’agira pas pour" in client.get(address).content.decode()
    client.post(address)

    row.refresh_from_db()
    assert row.ended_at
    assert address not in client.get(reverse("accounts:agreements")).content.decode()
    letter = Mail.objects.get(user=director).body
    assert "rien ne s’ouvrira à ces personnes" in letter
    assert "depuis le" not in letter


def test_an_agreement_that_is_over_is_not_broken_and_nobody_hears_of_it():
    home, other = make_member(), make_member()
    row = make_loan(make_person(home, "shared_staff"), provider=home, beneficiary=other, ends_in=-2)
    make_person(other, "director")
    client, address = sign_in(make_coordinator()), reverse("accounts:break_agreement", args=[row.pk])

    answer = client.post(address, follow=True)

    assert f"La convention {row.number} est déjà finie" in answer.content.decode()
    row.refresh_from_db()
    assert row.ended_at is None
    assert not Notification.unscoped.filter(kind="sharing.agreement").exists()
    assert address not in client.get(reverse("accounts:agreements")).content.decode()


def test_the_caes_of_an_agreement_stand_in_the_order_of_a_dictionary():
    for name in ("Zinc", "Écluse", "Alter"):
        make_member(name)

    form = AgreementForm()

    assert form.fields["provider"].label == "CAE qui met à disposition"
    for field in ("provider", "beneficiary"):
        assert [one.name for one in form.fields[field].queryset] == ["Alter", "Écluse", "Zinc"]


def test_the_links_of_an_organisation_bear_its_name_as_one_says_it():
    make_member("Alter-Bâtir", siren="732829320")

    page = sign_in(make_coordinator()).get(reverse("accounts:organisations")).content.decode()

    assert 'Connexion<span class="vh"> des gens d’Alter-Bâtir' in page
    assert "732\u00a0829\u00a0320" in page


def test_numbers_go_on_past_four_figures():
    provider, beneficiary = make_member(), make_member()
    person = make_person(provider, "shared_staff")
    first = make_loan(person, provider=provider, beneficiary=beneficiary)
    year = first.number.rsplit("-", 1)[0]
    Agreement.unscoped.filter(pk=first.pk).update(number=f"{year}-9999")

    numbers = [make_loan(person, provider=provider, beneficiary=beneficiary).number for _ in range(2)]

    assert numbers == [f"{year}-10000", f"{year}-10001"]


@pytest.mark.django_db(transaction=True)
def test_agreements_made_at_the_same_moment_have_each_its_number():
    parties = [(make_member(), make_member()) for _ in range(4)]
    people = [make_person(provider, "shared_staff") for provider, _ in parties]

    def make(number):
        provider, beneficiary = parties[number]
        return make_loan(people[number], provider=provider, beneficiary=beneficiary).number

    numbers = run_together(make, 4)

    assert [int(number.rsplit("-", 1)[1]) for number in sorted(numbers)] == [1, 2, 3, 4]
