"""Avenants: what both CAEs accept holds from a midnight on, and what held before holds until then (bar A8)."""

from datetime import datetime, time, timedelta
from unittest import mock
from zoneinfo import ZoneInfo

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from directory.sharing import services
from directory.sharing.amounts import at_cost, month_of
from directory.sharing.enums import RequestStatus, Stage
from directory.sharing.errors import MoveRefused, RuleBroken, TermsChanged
from directory.sharing.forms.amendments import SeenTermsField
from directory.sharing.models import Amendment, SharedService
from hub.core.accounts.errors import NotAllowed
from hub.core.accounts.models import Agreement, Naming
from hub.core.accounts.selectors import actor_for
from hub.core.accounts.services import end_agreement
from hub.core.audit.models import AuditEntry
from hub.core.kit.dates import at_home, date_fr, long_date_fr, period_fr, today
from hub.core.kit.text import one_line
from hub.core.notifications.models import Notification
from tests.builders.accounts import make_actor, make_coordinator, make_member, make_person, sign_in
from tests.builders.days import dated
from tests.builders.sharing import amend, directors, last_month, lent, log, make_amendment, make_pair, make_service
from tests.builders.trainings import make_course, make_session

pytestmark = pytest.mark.django_db
PARIS = ZoneInfo("Europe/Paris")


def at(moment):
    return mock.patch.object(timezone, "now", return_value=moment)


def acts(person):
    return [(one.agreement_id, one.purposes) for one in actor_for(person).mandates if one.agreement_id]


# -- bar A8 -----------------------------------------------------------------------------------------------------------
# a plain winter day, and the days whose midnight is an hour nearer to, or farther from, the one before
@pytest.mark.parametrize("day", [datetime(2027, 2, 1).date(), datetime(2027, 3, 29).date(), datetime(2027, 11, 1).date()])
@pytest.mark.parametrize(("seconds", "is_new"), [(-1, False), (0, True), (1, True)])
def test_old_terms_hold_to_the_last_second_and_new_ones_from_the_first(day, seconds, is_new):
    service = make_service(starts_on=day - timedelta(days=20), ends_on=day + timedelta(days=20), purposes=["registration"])
    first, second = lent(service), make_person(service.provider, "shared_staff")
    row = amend(service, effective_on=day, people=[second], purposes=["inventory"])

    with at(datetime.combine(day, time.min, PARIS) + timedelta(seconds=seconds)):
        before, after = acts(first), acts(second)

    assert before == ([] if is_new else [(service.agreement_id, ("registration",))])
    assert after == ([(row.agreement_id, ("inventory",))] if is_new else [])


@pytest.mark.parametrize(("seconds", "is_open"), [(-1, True), (0, False), (1, False)])
def test_an_end_moved_nearer_or_farther_holds_to_the_second(seconds, is_open):
    nearer, farther = make_service(purposes=["registration"]), make_service(purposes=["registration"])
    ends_on = nearer.ends_on
    amend(nearer, ends_on=ends_on - timedelta(days=5))
    amend(farther, effective_on=ends_on + timedelta(days=1), ends_on=ends_on + timedelta(days=5))

    for service, last in ((nearer, ends_on - timedelta(days=5)), (farther, ends_on + timedelta(days=5))):
        with at(at_home(last + timedelta(days=1), time.min) + timedelta(seconds=seconds)):
            assert bool(acts(lent(service))) == is_open
    with at(at_home(ends_on + timedelta(days=1), time.min)):
        assert acts(lent(farther)), "no second without terms between the two texts"


def test_over_http_the_day_of_the_amendment_closes_what_it_closes_and_the_session_goes_on():
    service = make_service(purposes=["registration"])
    person, trainee = lent(service), make_person(service.beneficiary, last_name="KANB-trainee")
    register = reverse("sessions:register", args=[make_session(make_course(make_member())).pk])
    row = amend(service, purposes=["inventory"])
    client = sign_in(person, mandate=f"agreement:{service.agreement_id}")
    assert trainee.last_name in client.get(register).content.decode()
    Agreement.unscoped.filter(pk=service.agreement_id).update(ends_at=timezone.now())
    Agreement.unscoped.filter(pk=row.agreement_id).update(starts_at=timezone.now())

    assert client.get(register).status_code == 403
    assert client.get(reverse("sharing:declare")).status_code == 200, "she still acts for the same CAE"


# -- the two yeses ----------------------------------------------------------------------------------------------------
def test_nothing_changes_before_the_other_has_said_yes():
    service = make_service(purposes=["registration"])
    before = services.terms_of(service)
    row = make_amendment(service, hourly_cost_cents=4000, ends_on=service.ends_on + timedelta(days=30))
    service = SharedService.unscoped.get(pk=service.pk)
    assert (services.terms_of(service), Agreement.unscoped.count(), row.title) == (before, 1, f"avenant proposé à {service.number}")

    row = services.accept_amendment(row, actor=directors(service.beneficiary)[0])

    service = SharedService.unscoped.get(pk=service.pk)
    assert (row.agreement.number, row.agreement.amends) == (f"{service.number}-1", service.agreement)
    assert service.ends_on.isoformat() == row.ends_on.isoformat() != before["ends_on"]
    assert service.agreement.ends_at == row.agreement.starts_at == at_home(row.effective_on, time.min)
    assert (service.cost_on(row.effective_on - timedelta(days=1)), service.cost_on(row.effective_on)) == (3480, 4000)
    again = amend(service, effective_on=row.effective_on + timedelta(days=5), hourly_cost_cents=4100)
    assert again.agreement.number == f"{service.number}-2"
    assert make_service().number.count("-") == 2, "amendments take no number of the agreements"


def test_both_sides_and_the_people_are_told_and_each_finds_it_in_its_trail():
    service = make_service()
    Notification.unscoped.all().delete()

    amend(service, hourly_cost_cents=4000)

    told = {row.user_id for row in Notification.unscoped.filter(text__contains="avenant CV-")}
    assert told == {lent(service).pk, *(actor.user_id for actor in directors(service.provider, service.beneficiary))}
    for verb in ("propose", "amend"):
        lines = AuditEntry.objects.filter(action=f"sharing.service.{verb}")
        assert {line.organisation_id for line in lines} == {service.provider_id, service.beneficiary_id}


def test_whom_an_amendment_drops_is_told_from_which_day():
    provider, beneficiary = make_pair()
    dropped, manager, stays = (make_person(provider, role) for role in ("shared_staff", "director", "shared_staff"))
    service = make_service(provider, beneficiary, people=[dropped, manager, stays])
    Notification.unscoped.all().delete()

    row = amend(service, people=[stays])

    told = Notification.unscoped.filter(text__contains="vous n’intervenez plus")
    assert {one.user_id for one in told} == {dropped.pk, manager.pk}
    words = one_line(f"plus pour {beneficiary.name} à compter du {long_date_fr(row.effective_on)} ;")
    assert [one.text for one in told if words not in one_line(one.text)] == []
    assert Notification.unscoped.filter(user=stays, text__contains="accepté").exists()


@pytest.mark.parametrize(
    ("facts", "words"),
    [
        ({}, "ne change rien"), ({"effective_on": timedelta(), "hourly_cost_cents": 1}, "demain au plus tôt"),
        ({"effective_on": timedelta(days=62), "ends_on": timedelta(days=90)}, "lendemain au plus tard"),
        ({"ends_on": timedelta(days=9)}, "suit la prise d’effet"), ({"ends_on": timedelta(days=1100)}, "trois ans"),
    ],
)  # fmt: skip
def test_terms_that_cannot_be(facts, words):
    with pytest.raises(RuleBroken, match=words):
        make_amendment(make_service(), **dated(facts))


def test_one_amendment_waits_at_a_time_and_a_second_one_follows_the_first():
    service = make_service()
    first = make_amendment(service, hourly_cost_cents=4000)
    assert make_amendment(service, hourly_cost_cents=4000) == first, "the same form, sent twice"
    for facts in (
        {"by_provider": False, "hourly_cost_cents": 4000},
        {"hourly_cost_cents": 3900},
        {"hourly_cost_cents": 4000, "message": "Merci."},
    ):
        with pytest.raises(RuleBroken, match="attend déjà"):
            make_amendment(service, **facts)
    with pytest.raises(IntegrityError), transaction.atomic():
        Amendment.unscoped.create(
            service=service, asker=service.provider, effective_on=today(), ends_on=today(), hourly_cost_cents=1, before={}, sent_on=today()
        )
    services.accept_amendment(first, actor=directors(service.beneficiary)[0])
    service = SharedService.unscoped.get(pk=service.pk)

    with pytest.raises(RuleBroken, match="prend effet après"):
        make_amendment(service, effective_on=first.effective_on, hourly_cost_cents=4200)


def test_who_is_of_neither_cae_accepts_nothing_and_names_of_another_team_are_refused():
    service = make_service()
    with pytest.raises(NotAllowed):
        services.accept_amendment(make_amendment(service, hourly_cost_cents=4000), actor=make_actor(make_member()))
    other = make_service()
    row = make_amendment(other, people=[make_person(other.beneficiary, "shared_staff")])

    with pytest.raises(RuleBroken, match="équipe d’appui"):
        services.accept_amendment(row, actor=directors(other.beneficiary)[0])
    assert not Agreement.unscoped.exclude(amends=None).exists()


def test_a_yes_after_the_terms_or_the_day_have_passed_is_refused():
    service = make_service()
    (receiver,) = directors(service.beneficiary)
    row = make_amendment(service, hourly_cost_cents=4000)
    person = make_person(service.provider, "shared_staff")
    services.name_people(service, people=[person], people_seen=[lent(service).pk], actor=directors(service.provider)[0])
    with pytest.raises(TermsChanged, match="a changé depuis"):
        services.accept_amendment(row, actor=receiver)
    services.withdraw_amendment(row, actor=directors(service.provider)[0])

    late = make_amendment(service, hourly_cost_cents=4000)
    Amendment.unscoped.filter(pk=late.pk).update(effective_on=today())
    with pytest.raises(MoveRefused, match="est venu"):
        services.accept_amendment(late, actor=receiver)
    assert services.follow_dates() == 1
    assert services.follow_dates() == 0
    late.refresh_from_db()
    assert late.status == RequestStatus.EXPIRED


def test_an_answered_amendment_never_moves_again():
    service = make_service()
    giver, receiver = directors(service.provider, service.beneficiary)
    refused = services.refuse_amendment(make_amendment(service, hourly_cost_cents=4000), reason="Trop cher", actor=receiver)
    accepted = amend(service, hourly_cost_cents=3500)

    for row in (refused, accepted):
        for move in (
            lambda row=row: services.accept_amendment(row, actor=receiver), lambda row=row: services.withdraw_amendment(row, actor=giver),
            lambda row=row: services.refuse_amendment(row, reason="x", actor=receiver),
        ):  # fmt: skip
            with pytest.raises((MoveRefused, RuleBroken)):
                move()
        status = row.status
        row.refresh_from_db()
        assert row.status == status
    later = SharedService.unscoped.get(pk=service.pk)
    with pytest.raises(RuleBroken, match="dit pourquoi"):
        services.refuse_amendment(
            make_amendment(later, effective_on=today() + timedelta(days=20), hourly_cost_cents=1), reason=" ", actor=receiver
        )


# -- what follows the terms -------------------------------------------------------------------------------------------
def test_time_is_stated_at_the_cost_of_its_day_and_given_by_who_was_named_that_day():
    service = make_service(hourly_cost_cents=3000)
    first, second = lent(service), make_person(service.provider, "shared_staff")
    middle = last_month() + timedelta(days=14)
    row = amend(service, hourly_cost_cents=4500, people=[second])
    Amendment.unscoped.filter(pk=row.pk).update(effective_on=middle)  # as if it had been agreed in time
    Agreement.unscoped.filter(pk=service.agreement_id).update(ends_at=at_home(middle, time.min))
    Agreement.unscoped.filter(pk=row.agreement_id).update(starts_at=at_home(middle, time.min))
    Naming.objects.filter(agreement=row.agreement_id).update(from_on=middle)
    service = SharedService.unscoped.get(pk=service.pk)
    log(service, middle - timedelta(days=1), person=first, minutes=60)
    log(service, middle, person=second, minutes=60)
    for person, day in ((first, middle), (second, middle - timedelta(days=1))):
        with pytest.raises(RuleBroken, match="porte"):
            log(service, day, person=person)
    statement = services.issue_statement(service, month=last_month(), actor=directors(service.provider)[0])

    assert [(line.person, line.hourly_cost_cents, line.amount_cents) for line in statement.lines.all()] == [
        (first, 3000, at_cost(60, 3000)), (second, 4500, at_cost(60, 4500)),
    ]  # fmt: skip
    assert statement.total_cents == 7500


def test_a_statement_already_sent_keeps_its_terms():
    service = make_service(hourly_cost_cents=3000)
    log(service)
    statement = services.issue_statement(service, month=last_month(), actor=directors(service.provider)[0])
    amend(service, hourly_cost_cents=4500)

    statement.refresh_from_db()
    assert [line.hourly_cost_cents for line in statement.lines.all()] == [3000]
    assert month_of(today()) > statement.month


def test_breaking_off_or_waiting_for_pieces_closes_every_text():
    service = make_service(purposes=["registration"])
    amend(service, purposes=["registration", "inventory"])
    giver = directors(service.provider)[0]
    services.choose_form(service, legal_form="loan", actor=giver)
    assert {one.suspended_at is not None for one in Agreement.unscoped.all()} == {True}

    other = make_service(purposes=["registration"])
    row = amend(other, purposes=["registration", "inventory"])
    services.end_service(SharedService.unscoped.get(pk=other.pk), reason="Fini", actor=directors(other.provider)[0])

    with at(at_home(row.effective_on, time.min)):
        assert acts(lent(other)) == []
    with pytest.raises(MoveRefused):
        make_amendment(SharedService.unscoped.get(pk=other.pk), hourly_cost_cents=1)


def test_the_coordination_breaking_an_amendment_ends_the_whole_service():
    service = make_service(purposes=["registration"])
    row = amend(service, hourly_cost_cents=4000)

    end_agreement(row.agreement, actor=actor_for(make_coordinator()))

    service.refresh_from_db()
    assert service.stage == Stage.ENDED
    assert acts(lent(service)) == []


# -- screens ----------------------------------------------------------------------------------------------------------
def test_from_a_proposal_to_the_history_over_http():
    service = make_service(purposes=["registration"])
    giver, receiver = sign_in(make_person(service.provider, "director")), sign_in(make_person(service.beneficiary, "director"))
    url = reverse("sharing:propose_amendment", args=[service.pk])
    assert url in giver.get(service.get_absolute_url()).content.decode()
    form = giver.get(url).context["form"]
    data = {
        "seen": form["seen"].value(), "effective_on": today() + timedelta(days=10), "ends_on": service.ends_on, "hourly_cost": "40,00",
        "people": [lent(service).pk], "purposes": ["registration", "inventory"], "message": "Le coût a changé",
    }  # fmt: skip

    assert "<title>Erreur" in giver.post(url, data | {"effective_on": ""}).content.decode()
    wrong = (
        {"effective_on": today(), "hourly_cost": ""},
        {"ends_on": today() + timedelta(days=9)},
        {"ends_on": today() + timedelta(days=3000)},
    )
    faults = [set(giver.post(url, data | one).context["form"].errors) for one in wrong]
    assert faults == [{"effective_on", "hourly_cost"}, {"ends_on"}, {"ends_on"}], "each under its field"
    assert giver.post(url, data).status_code == 302
    row = Amendment.unscoped.get()
    accept, refuse, withdraw = (reverse(f"sharing:{verb}_amendment", args=[row.pk]) for verb in ("accept", "refuse", "withdraw"))
    assert [giver.get(one).status_code for one in (accept, refuse, withdraw)] == [403, 403, 200]
    assert [receiver.get(one).status_code for one in (accept, refuse, withdraw)] == [200, 200, 403]
    stranger = sign_in(make_person(make_member(), "director"))
    assert [stranger.get(one).status_code for one in (accept, refuse, withdraw, url)] == [404] * 4
    said = receiver.get(accept).content.decode().replace("\u00a0", " ").replace("\u202f", " ")
    assert "Coût horaire : 34,80 € → 40,00 €" in said
    assert "tenir l’état des lieux" in said
    assert accept in receiver.get("/moi/").content.decode()

    receiver.post(accept)
    page = giver.get(service.get_absolute_url()).content.decode().replace("\u00a0", " ").replace("\u202f", " ")
    assert f"{service.number}-1" in page
    assert "34,80 € → 40,00 €" in page
    assert "au coût réel de 34,80 €" in page, "today's terms"


def test_terms_changed_meanwhile_are_a_conflict_and_what_was_typed_stays():
    service = make_service(purposes=["registration"])
    client = sign_in(make_person(service.provider, "director"))
    url = reverse("sharing:propose_amendment", args=[service.pk])
    seen = SeenTermsField.of(services.terms_of(service))
    people = [lent(service).pk]
    services.open_purposes(
        service, purposes=[], people_seen=people, purposes_seen=["registration"], actor=directors(service.beneficiary)[0]
    )
    data = {
        "seen": seen, "effective_on": today() + timedelta(days=10), "ends_on": service.ends_on, "hourly_cost": "41",
        "people": people, "message": "À garder",
    }  # fmt: skip

    answer = client.post(url, data)

    assert answer.status_code == 409
    assert "À garder" in answer.content.decode()
    assert not Amendment.unscoped.exists()
    assert client.post(url, data | {"seen": answer.context["form"]["seen"].value()}).status_code == 302


def test_only_the_two_teams_see_an_amendment():
    provider, beneficiary = make_pair()
    make_amendment(make_service(provider, beneficiary), hourly_cost_cents=4000)
    actors = {
        "provider": make_actor(provider, "advisor"), "beneficiary": make_actor(beneficiary), "third": make_actor(make_member()),
        "coordinator": actor_for(make_coordinator()), "entrepreneur": make_actor(provider, "entrepreneur"),
    }  # fmt: skip

    assert {who for who, actor in actors.items() if Amendment.objects.visible_to(actor).exists()} == {"provider", "beneficiary"}


def test_what_is_closed_today_stays_closed_in_the_amendment_to_come():
    service = make_service(purposes=["registration"])
    person = lent(service)
    row = amend(service, purposes=["registration", "inventory"])
    giver, receiver = directors(service.provider, service.beneficiary)

    services.open_purposes(service, purposes=[], people_seen=[person.pk], purposes_seen=["registration"], actor=receiver)
    services.name_people(service, people=[], people_seen=[person.pk], actor=giver)

    later = Agreement.unscoped.get(pk=row.agreement_id)
    assert (later.purposes, list(later.people.all())) == ([], [])


def test_an_ended_convention_leaves_no_amendment_to_answer():
    service = make_service()
    row = make_amendment(service, hourly_cost_cents=4500)
    assert row.is_open_on(today())

    SharedService.unscoped.filter(pk=service.pk).update(stage=Stage.ENDED, ended_on=today())

    assert not Amendment.unscoped.get(pk=row.pk).is_open_on(today())


def test_an_entraide_chosen_meanwhile_takes_no_billed_amendment():
    service = make_service(hourly_cost_cents=0)
    row = make_amendment(service, hourly_cost_cents=4500)
    SharedService.unscoped.filter(pk=service.pk).update(legal_form="mutual_help")

    with pytest.raises(RuleBroken, match="ne se facture pas"):
        services.accept_amendment(row, actor=directors(service.beneficiary)[0])


@pytest.mark.parametrize("name", ["accept_amendment", "refuse_amendment", "withdraw_amendment"])
def test_an_amendment_that_is_answered_offers_nothing_more_to_answer(name):
    service = make_service()
    row = make_amendment(service, hourly_cost_cents=4000)
    reader = make_person(service.provider if name == "withdraw_amendment" else service.beneficiary, "director")
    client, url = sign_in(reader), reverse(f"sharing:{name}", args=[row.pk])
    assert "btn" in client.get(url).content.decode()
    services.accept_amendment(row, actor=directors(service.beneficiary)[0])

    answer = client.get(url, follow=True)

    assert answer.redirect_chain == [(service.get_absolute_url(), 302)]
    assert "n’attend plus de réponse" in answer.content.decode()


def test_an_amendment_to_come_is_said_to_begin():
    service = make_service()
    row = amend(service, hourly_cost_cents=4000)

    page = sign_in(make_coordinator()).get(reverse("accounts:agreements")).content.decode()

    line = page.split(row.agreement.number)[1].split("</tr>")[0]
    assert "À venir" in line
    assert f"à partir du {date_fr(row.effective_on)}" in line
    assert "Rompre" not in line


def test_terms_to_come_are_said_at_the_head_and_among_the_dates():
    service = make_service()
    director = sign_in(make_person(service.provider, "director"))
    before = director.get(service.get_absolute_url()).content.decode()
    proposed = make_amendment(service, hourly_cost_cents=4000)
    waiting = director.get(service.get_absolute_url()).content.decode()
    row = services.accept_amendment(proposed, actor=directors(service.beneficiary)[0])

    page = director.get(service.get_absolute_url()).content.decode().replace("\xa0", " ").replace("\u202f", " ")

    head = f"puis 40,00 € dès le {long_date_fr(row.effective_on)}.</p>".replace("\xa0", " ")
    assert head in page
    assert f"Prise d’effet de l’avenant {row.agreement.number}" in page
    for other in (before, waiting):
        assert "Prise d’effet" not in other
        assert "puis 40" not in other


def test_the_page_of_a_yes_says_from_which_hour():
    service = make_service()
    row = make_amendment(service, hourly_cost_cents=4000)

    page = sign_in(make_person(service.beneficiary, "director")).get(reverse("sharing:accept_amendment", args=[row.pk])).content.decode()

    assert "minuit" not in page
    assert f"Dès le {long_date_fr(row.effective_on)}, 0" in page


def test_an_access_is_promised_until_the_end_of_the_text_in_force_and_what_comes_is_said():
    service = make_service(purposes=["registration"])
    director, receiver = sign_in(make_person(service.provider, "director")), sign_in(make_person(service.beneficiary, "director"))
    urls = [service.get_absolute_url(), reverse("sharing:purposes", args=[service.pk])]
    eve = service.ends_on
    for page in (director.get(urls[0]), receiver.get(urls[0]), receiver.get(urls[1])):
        assert f"jusqu’au {date_fr(eve)}" in page.content.decode() or f"jusqu’au {long_date_fr(eve)}" in page.content.decode()
    other = make_person(service.provider, "shared_staff")
    closing = amend(service, people=[other], purposes=[])
    service = SharedService.unscoped.get(pk=service.pk)
    opening = amend(service, effective_on=closing.effective_on + timedelta(days=10), purposes=["inventory"])
    eve = closing.effective_on - timedelta(days=1)

    for page in (director.get(urls[0]), receiver.get(urls[0]), receiver.get(urls[1])):
        said = page.content.decode()
        assert f"jusqu’au {date_fr(eve)}<" in said or f"jusqu’au {long_date_fr(eve)} inclus" in said
        assert f"jusqu’au {date_fr(service.ends_on)}" not in said
        assert f"ès le {long_date_fr(closing.effective_on)}, l’avenant {closing.agreement.number} n’ouvre rien" in said
        assert f"l’avenant {opening.agreement.number} ouvre à {other.name}" in said


def test_an_amendment_that_leaves_people_and_accesses_leaves_the_promise():
    service = make_service(purposes=["registration"])
    row = amend(service, hourly_cost_cents=4000, ends_on=service.ends_on + timedelta(days=30))

    page = sign_in(make_person(service.provider, "director")).get(service.get_absolute_url()).content.decode()

    assert f"jusqu’au {date_fr(row.ends_on)}<" in page
    assert "n’ouvre rien" not in page


# -- who is named while an amendment is to come -----------------------------------------------------------------------
def test_who_is_named_meanwhile_is_named_by_the_amendment_too_and_opens_nothing_until_the_other_cae_knows():
    service = make_service(purposes=["registration"])
    first, second = lent(service), make_person(service.provider, "shared_staff")
    giver, receiver = directors(service.provider, service.beneficiary)
    row = amend(service, hourly_cost_cents=4000)
    service = SharedService.unscoped.get(pk=service.pk)

    services.name_people(service, people=[first, second], people_seen=[first.pk], actor=giver)

    later = Agreement.unscoped.get(pk=row.agreement_id)
    assert (set(later.people.all()), later.purposes) == ({first, second}, []), "the other CAE has not been shown her name"
    services.open_purposes(service, purposes=["registration"], people_seen=[first.pk, second.pk], purposes_seen=[], actor=receiver)
    later.refresh_from_db()
    assert later.purposes == ["registration"]
    with at(at_home(row.effective_on, time.min)):
        assert acts(second) == [(row.agreement_id, ("registration",))]
    own = sign_in(second).get(reverse("sharing:own_time")).content.decode()
    assert period_fr(today(), service.ends_on) in own
    services.name_people(service, people=[first], people_seen=[first.pk, second.pk], actor=giver)
    assert list(later.people.all()) == [first]


def test_an_amendment_that_names_its_people_keeps_them_and_until_when_the_list_holds_is_said():
    service = make_service(purposes=["registration"])
    first, second, third = lent(service), *(make_person(service.provider, "shared_staff") for _ in range(2))
    row = amend(service, people=[second])
    director, eve = sign_in(make_person(service.provider, "director")), long_date_fr(row.effective_on - timedelta(days=1))
    assert f"jusqu’au {eve}" in director.get(reverse("sharing:people", args=[service.pk])).content.decode()
    service = SharedService.unscoped.get(pk=service.pk)
    Notification.unscoped.all().delete()

    services.name_people(service, people=[first, third], people_seen=[first.pk], actor=directors(service.provider)[0])

    assert list(row.agreement.people.all()) == [second]
    told = Notification.unscoped.get(user=third).text.replace("\xa0", " ")
    stops = f"{third.name} jusqu’au {eve} : l’avenant {row.agreement.number} ne reprend pas son nom".replace("\xa0", " ")
    assert stops in told
    page = director.get(service.get_absolute_url()).content.decode().replace("\xa0", " ")
    assert f"jusqu’au {eve} : l’avenant".replace("\xa0", " ") in page
    assert f"dès le {long_date_fr(row.effective_on)}, par l’avenant".replace("\xa0", " ") in page
    for person, days in ((third, (today(), row.effective_on - timedelta(days=1))), (second, (row.effective_on, service.ends_on))):
        for url in (reverse("sharing:own_time"), reverse("sharing:own_log", args=[service.pk])):
            assert period_fr(*days) in sign_in(person).get(url).content.decode()


def test_an_access_opened_meanwhile_stops_where_an_amendment_says_its_own():
    service = make_service(purposes=["registration"])
    person = lent(service)
    row = amend(service, purposes=[])
    service = SharedService.unscoped.get(pk=service.pk)
    (receiver,) = directors(service.beneficiary)
    services.open_purposes(service, purposes=[], people_seen=[person.pk], purposes_seen=["registration"], actor=receiver)
    page = sign_in(make_person(service.beneficiary, "director")).get(reverse("sharing:purposes", args=[service.pk])).content.decode()

    services.open_purposes(service, purposes=["registration"], people_seen=[person.pk], purposes_seen=[], actor=receiver)

    assert f"jusqu’au {long_date_fr(row.effective_on - timedelta(days=1))} inclus" in page
    assert Agreement.unscoped.get(pk=row.agreement_id).purposes == []


def test_who_is_named_from_a_day_to_come_is_told_what_becomes_of_the_agreement():
    service = make_service()
    later = make_person(service.provider, "advisor")  # who does not follow services
    amend(service, people=[later])
    giver = directors(service.provider)[0]
    told = lambda: [row.text for row in Notification.unscoped.filter(user=later).order_by("created_at")]  # noqa: E731

    services.choose_form(SharedService.unscoped.get(pk=service.pk), legal_form="loan", actor=giver)
    assert "forme choisie" in told()[-1]
    services.end_service(SharedService.unscoped.get(pk=service.pk), reason="Fini", actor=giver)
    assert told()[-1].endswith("terminée")


def test_an_access_is_opened_to_those_shown_and_to_nobody_else_later():
    service = make_service()
    person, unseen = lent(service), make_person(service.provider, "shared_staff")
    row = amend(service, hourly_cost_cents=4000)
    row.agreement.people.add(unseen)
    service = SharedService.unscoped.get(pk=service.pk)

    facts = {"people_seen": [person.pk], "purposes_seen": [], "actor": directors(service.beneficiary)[0]}
    services.open_purposes(service, purposes=["registration"], **facts)

    assert [Agreement.unscoped.get(pk=pk).purposes for pk in (service.agreement_id, row.agreement_id)] == [["registration"], []]


def test_an_agreement_that_ended_announces_nothing_to_come():
    service = make_service()
    later = make_person(service.provider, "shared_staff")
    row = amend(service, people=[later], hourly_cost_cents=4000)
    first, giver = lent(service), directors(service.provider)[0]
    director, term = sign_in(make_person(service.provider, "director")), service.ends_on
    assert "puis 40,00" in director.get(service.get_absolute_url()).content.decode().replace("\u202f", " ")
    services.end_service(SharedService.unscoped.get(pk=service.pk), reason="Fini", actor=giver)

    for moment in (timezone.now(), at_home(row.effective_on, time(12))):
        with at(moment):
            ended = SharedService.unscoped.get(pk=service.pk)
            assert (ended.cost_cents, list(ended.text.people.all())) == (3480, [first]), "terms that never held"
            page = director.get(service.get_absolute_url()).content.decode().replace("\u202f", " ")
            assert "puis 40,00" not in page
            assert "Sans effet" in page
            assert f"<dd>{later.name}" not in page
            assert period_fr(service.starts_on, ended.ended_on) in page
            assert date_fr(term) not in page.split("<h2>Avenants")[0]
            mine, log_page = (reverse("sharing:own_time"), reverse("sharing:own_log", args=[service.pk]))
            said = sign_in(first).get(mine).content.decode()
            assert period_fr(service.starts_on, ended.ended_on) in said
            assert f"terminée le {date_fr(ended.ended_on)}" in said
            said = sign_in(later).get(log_page).content.decode()
            assert "se notera à partir du" not in said
            assert "Noter ce temps" not in said


def test_an_agreement_that_ended_before_its_first_day_says_what_was_planned():
    service = make_service(starts_on=today() + timedelta(days=5), ends_on=today() + timedelta(days=30))
    services.end_service(service, reason="Renoncé", actor=directors(service.provider)[0])
    director = sign_in(make_person(service.provider, "director"))

    for url in (service.get_absolute_url(), reverse("sharing:services"), reverse("sharing:log", args=[service.pk])):
        assert f"prévue {period_fr(service.starts_on, service.ends_on)}" in director.get(url).content.decode()
