"""Time given and the month's statement: whose half-day it is (bar B5), totals that are the sum of their lines (bar B9), contested lines."""

import re
from csv import DictReader as reader
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal
from io import StringIO

import pytest
from django.db import IntegrityError, connection, connections, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from directory.sharing import rules, services
from directory.sharing.amounts import at_cost, month_of, month_words, next_month, of_month
from directory.sharing.enums import STATEMENT_MOVES, LineState, StatementStatus
from directory.sharing.errors import MoveRefused, RuleBroken, VersionConflict
from directory.sharing.forms.fields import DurationField
from directory.sharing.models import Statement, StatementLine, TimeEntry
from directory.sharing.selectors.people import people_of
from hub.core.accounts.models import Membership, Naming
from hub.core.accounts.selectors import actor_for
from hub.core.audit.models import AuditEntry
from hub.core.kit.dates import long_date_fr, today
from hub.core.kit.text import euros, hours
from hub.core.notifications.models import Notification
from hub.core.ui import panels
from tests.builders.accounts import join, make_actor, make_coordinator, make_member, make_person, make_user, sign_in
from tests.builders.days import dated
from tests.builders.sharing import directors, last_month, lent, log, make_pair, make_request, make_service, make_statement
from tests.core.races import run_together

pytestmark = pytest.mark.django_db
ISSUED, CONTESTED, ACCEPTED, RECALLED = StatementStatus


# -- time -------------------------------------------------------------------------------------------------------------
def test_a_half_day_counts_as_agreed_and_hours_as_written():
    service = make_service(half_day_minutes=225)

    assert log(service, period="am", minutes=None).minutes == 225
    assert log(service, minutes=50).minutes == 50


@pytest.mark.parametrize(
    ("facts", "words"),
    [
        ({"day": timedelta(days=1)}, "une fois passé"), ({"day": -timedelta(days=101)}, "La convention va du"),
        ({"minutes": 0}, "demi-journée"), ({"minutes": 1441}, "vingt-quatre"),
    ],
)  # fmt: skip
def test_time_that_cannot_be_noted(facts, words):
    with pytest.raises(RuleBroken, match=words):
        log(make_service(), **dated(facts))


def test_only_a_person_named_by_the_agreement_gives_time():
    service = make_service()

    with pytest.raises(RuleBroken, match="porte"):
        log(service, person=make_person(service.provider, "shared_staff"))


def test_time_follows_the_list_of_its_day_and_not_the_one_of_today():
    service = make_service()
    first, second = lent(service), make_person(service.provider, "shared_staff")
    (giver,) = directors(service.provider)
    services.name_people(service, people=[second], people_seen=[first.pk], actor=giver)
    yesterday = today() - timedelta(days=1)

    for person, day in ((first, yesterday), (first, today()), (second, today())):
        assert log(service, day, person=person, work=f"{day}")
    with pytest.raises(RuleBroken, match="porte"):
        log(service, yesterday, person=second)
    Naming.objects.filter(person=first).update(until_on=yesterday)
    with pytest.raises(RuleBroken, match="porte"):
        log(service, today(), person=first)
    assert set(people_of(service)) == {first, second}, "her CAE may still note what she gave"


def test_who_is_named_again_the_same_day_never_left():
    service = make_service()
    first, second = lent(service), make_person(service.provider, "shared_staff")
    (giver,) = directors(service.provider)

    services.name_people(service, people=[second], people_seen=[first.pk], actor=giver)
    services.name_people(service, people=[first, second], people_seen=[second.pk], actor=giver)

    assert list(Naming.objects.values_list("person", "from_on", "until_on")) == [
        (first.pk, service.starts_on, None), (second.pk, today(), None),
    ]  # fmt: skip


def test_noting_time_is_offered_from_the_first_day_on():
    begun, to_come = make_service(), make_service(starts_on=today() + timedelta(days=3), ends_on=today() + timedelta(days=30))
    for service, is_offered in ((begun, True), (to_come, False)):
        client = sign_in(lent(service))
        mine, log_page = reverse("sharing:own_time"), reverse("sharing:own_log", args=[service.pk])
        assert ("Noter du temps" in client.get(mine).content.decode()) is is_offered
        assert ("à noter à partir du" in client.get(mine).content.decode()) is not is_offered
        assert ("Noter ce temps" in client.get(log_page).content.decode()) is is_offered
        director = sign_in(make_person(service.provider, "director"))
        assert (">Noter du temps<" in director.get(service.get_absolute_url()).content.decode()) is is_offered
        page = director.get(reverse("sharing:log", args=[service.pk])).content.decode()
        assert ("Le temps se notera à partir du" in page) is not is_offered
    assert client.post(log_page, {}).status_code == 403


def test_a_half_day_belongs_to_one_cae_for_the_service_and_for_the_database():
    first = make_service()
    person = lent(first)
    other = make_member()
    make_person(other, "director")
    second = make_service(first.provider, other, people=[person])
    entry = log(first, period="am")

    with pytest.raises(RuleBroken, match="déjà comptée"):
        log(second, period="am")
    with pytest.raises(IntegrityError), transaction.atomic():
        TimeEntry.unscoped.create(service=second, person=person, day=entry.day, period="am", minutes=210, work="x")
    assert log(second, period="pm")


def test_a_day_counts_twenty_four_hours_over_all_caes():
    first = make_service()
    other = make_member()
    make_person(other, "director")
    second = make_service(first.provider, other, people=[lent(first)])
    log(first, minutes=20 * 60)

    with pytest.raises(RuleBroken, match="24"):
        log(second, minutes=5 * 60)
    assert log(second, minutes=4 * 60)


def test_another_day_or_other_words_in_the_form_that_the_browser_kept_are_more_time():
    service = make_service()
    client, page = sign_in(lent(service)), reverse("sharing:own_log", args=[service.pk])
    first, second = today() - timedelta(days=9), today() - timedelta(days=8)
    typed = {
        "person": str(lent(service).pk),
        "period": "am",
        "work": "Bulletins de paie",
        "key": client.get(page).context["form"]["key"].value(),
    }

    for day in (first, first, second):
        client.post(page, typed | {"day": day.isoformat()})
    for _ in range(2):  # pressed twice, the corrected form is one as well
        client.post(page, typed | {"day": second.isoformat(), "period": "", "minutes": "45 min", "work": "Contrats"})

    noted = TimeEntry.unscoped.order_by("day", "minutes").values_list("day", "period", "work")
    assert list(noted) == [(first, "am", "Bulletins de paie"), (second, "", "Contrats"), (second, "am", "Bulletins de paie")]


@pytest.mark.django_db(transaction=True)
def test_two_caes_take_the_same_half_day_at_once_and_one_wins():
    first = make_service()
    other = make_member()
    make_person(other, "director")
    pair = [first, make_service(first.provider, other, people=[lent(first)])]
    days = [last_month() + timedelta(days=number) for number in range(6)]
    (actor,) = directors(first.provider)
    person = lent(first)

    def take(number):
        won = []
        for day in days:
            try:
                services.log_time(pair[number % 2], person=person, day=day, work="x", period="am", actor=actor)
                won.append(day)
            except RuleBroken:
                pass
        connections.close_all()
        return won

    taken = run_together(take, 4)

    assert sorted(day for won in taken for day in won) == days
    assert TimeEntry.unscoped.count() == len(days)


def test_who_sees_and_who_notes_time():
    provider, beneficiary = make_pair()
    person, colleague = make_person(provider, "shared_staff"), make_person(provider, "shared_staff")
    service = make_service(provider, beneficiary, people=[person, colleague], purposes=["registration"])
    entry = log(service, person=person)
    actors = {
        "lent person, at home": actor_for(person), "colleague, named too, for the other CAE": actor_for(colleague, f"agreement:{service.agreement_id}"),
        "provider's advisor": make_actor(service.provider, "advisor"), "beneficiary's director": make_actor(service.beneficiary),
        "third": make_actor(make_member()), "coordinator": actor_for(make_coordinator()), "entrepreneur": make_actor(service.provider, "entrepreneur"),
    }  # fmt: skip

    sees = {who for who, actor in actors.items() if TimeEntry.objects.visible_to(actor).exists()}
    notes = {who for who, actor in actors.items() if rules.can_log(actor, service, person.pk)}

    assert sees == {"lent person, at home", "provider's advisor", "beneficiary's director"}
    assert notes == {"lent person, at home"}
    assert rules.can_log(directors(service.provider)[0], service, person.pk)
    assert not rules.can_log(directors(service.beneficiary)[0], service, person.pk)
    assert TimeEntry.objects.visible_to(actor_for(person, f"agreement:{service.agreement_id}")).get() == entry


def test_the_lent_person_notes_her_own_time_over_http_whatever_her_mandate():
    service = make_service(purposes=["registration"])
    person = lent(service)
    data = {"person": person.pk, "day": last_month(), "period": "", "minutes": "3 h 30", "work": "Relecture de devis"}

    for mandate in ("", f"agreement:{service.agreement_id}"):
        client = sign_in(person, mandate=mandate)
        assert service.number in client.get(reverse("sharing:own_time")).content.decode()
        assert client.post(reverse("sharing:own_log", args=[service.pk]), data).status_code == 302
    assert [entry.minutes for entry in TimeEntry.unscoped.all()] == [210, 210]

    wrong = client.post(reverse("sharing:own_log", args=[service.pk]), data | {"minutes": "longtemps", "work": "à garder"})
    assert "à garder" in wrong.content.decode()
    assert "<title>Erreur" in wrong.content.decode()
    stranger = sign_in(make_person(service.provider, "shared_staff"))
    assert stranger.get(reverse("sharing:own_log", args=[service.pk])).status_code == 404
    entry = TimeEntry.unscoped.first()
    assert sign_in(make_person(service.beneficiary, "director")).post(reverse("sharing:remove_entry", args=[entry.pk])).status_code == 403
    assert sign_in(make_person(make_member(), "director")).post(reverse("sharing:remove_entry", args=[entry.pk])).status_code == 404
    assert client.get(reverse("sharing:remove_entry", args=[entry.pk])).status_code == 200
    client.post(reverse("sharing:remove_entry", args=[entry.pk]))
    assert TimeEntry.unscoped.count() == 1


def test_under_an_agreement_one_reads_her_time_for_that_cae_alone():
    service = make_service(purposes=["registration"])
    person, other = lent(service), make_member()
    make_person(other, "director")
    elsewhere = make_service(service.provider, other, people=[person])
    own, lent_to = reverse("sharing:own_time"), f"agreement:{service.agreement_id}"
    log_page = reverse("sharing:own_log", args=[elsewhere.pk])

    home, away = sign_in(person), sign_in(person, mandate=lent_to)

    assert [one in home.get(own).content.decode() for one in (service.number, elsewhere.number, "agir pour votre CAE")] == [
        True,
        True,
        False,
    ]
    page = away.get(own).content.decode()
    assert (service.number in page, elsewhere.number in page, other.name in page) == (True, False, False)
    assert "1\u00a0convention porte votre nom pour d’autres CAE&nbsp;: choisissez d’agir pour votre CAE pour la voir." in page
    assert home.get(log_page).status_code == 200
    assert away.get(log_page)["Location"] == own
    facts = {"person": person.pk, "day": last_month(), "period": "", "minutes": "1 h", "work": "Devis"}
    assert away.post(log_page, facts)["Location"] == own
    assert not TimeEntry.unscoped.exists()


def test_who_is_named_no_more_keeps_the_time_of_her_days_and_is_told():
    service = make_service()
    first, second = lent(service), make_person(service.provider, "shared_staff", first_name="Nadège", last_name="Fontan")
    entry, url = log(service), reverse("sharing:own_log", args=[service.pk])
    Notification.unscoped.all().delete()
    services.name_people(service, people=[second], people_seen=[first.pk], actor=directors(service.provider)[0])

    told = {row.user_id: row.text for row in Notification.unscoped.all()}
    client = sign_in(first)

    assert f"{service.number} : vous n’intervenez plus pour {service.beneficiary.name}" in told[first.pk]
    assert told[second.pk] == f"Convention {service.number} : Nadège Fontan intervient désormais"
    assert service.number in client.get(reverse("sharing:own_time")).content.decode()
    assert entry.work in client.get(url).content.decode()
    data = {"person": first.pk, "day": entry.day, "period": "", "minutes": "1 h", "work": "Oubliée"}
    assert client.post(url, data).status_code == 302, "she was named on that day"
    assert client.post(reverse("sharing:remove_entry", args=[entry.pk])).status_code == 302
    assert TimeEntry.unscoped.get().work == "Oubliée"


def test_a_refused_day_is_said_under_its_field_with_the_first_that_would_do():
    service = make_service()
    person = make_person(service.provider, "shared_staff")
    services.name_people(service, people=[person], people_seen=[lent(service).pk], actor=directors(service.provider)[0])
    data = {"person": person.pk, "day": today() - timedelta(days=1), "period": "", "minutes": "1 h", "work": "Devis"}

    form = sign_in(person).post(reverse("sharing:own_log", args=[service.pk]), data).context["form"]

    assert form.errors["day"] == [f"La convention porte votre nom depuis le {long_date_fr(today())}."]
    for url in (reverse("sharing:own_time"), reverse("sharing:own_log", args=[service.pk])):
        assert "nommée" not in sign_in(person).get(url).content.decode(), "men are lent too"


def test_who_left_the_lending_cae_notes_no_more_time():
    provider, beneficiary = make_pair()
    left = today() - timedelta(days=3)
    person = make_user()
    role = join(person, provider, "shared_staff", starts_on=today() - timedelta(days=40))
    service = make_service(provider, beneficiary, people=[person])
    entry = log(service, left, person=person)
    client, data = sign_in(person), {"person": person.pk, "day": left, "period": "", "minutes": "7 h", "work": "Relecture de devis"}
    url = reverse("sharing:own_log", args=[service.pk])
    before = client.post(url, data).status_code
    Membership.unscoped.filter(pk=role.pk).update(ends_on=left)
    join(person, make_member(), "shared_staff")

    assert (before, client.post(url, data).status_code) == (302, 404)
    assert service.number not in client.get(reverse("sharing:own_time")).content.decode()
    assert client.post(reverse("sharing:remove_entry", args=[entry.pk])).status_code == 403
    with pytest.raises(RuleBroken, match="n’est plus de l’équipe"):
        log(service, left, person=person, actor=actor_for(person))
    with pytest.raises(RuleBroken, match="n’est plus de l’équipe"):
        log(service, left + timedelta(days=1), person=person)
    assert log(service, left, person=person), "her CAE notes what she gave while she was there"


def test_the_receiving_cae_reads_the_log_and_adds_nothing():
    service = make_service()
    log(service, work="Bulletins de paie (31)")
    client = sign_in(make_person(service.beneficiary, "director"))
    url = reverse("sharing:log", args=[service.pk])

    assert "Bulletins de paie (31)" in client.get(url).content.decode()
    assert client.post(url, {"day": today(), "work": "x", "minutes": "1 h"}).status_code == 403


@pytest.mark.parametrize(
    ("text", "minutes"),
    [("3 h 30", 210), ("3h", 180), ("3:05", 185), ("3,5", 210), ("0.25", 15), ("45 min", 45), ("7", 420), ("", None)],
)
def test_durations_as_people_write_them(text, minutes):
    assert DurationField(required=False).clean(text) == minutes


# -- amounts ----------------------------------------------------------------------------------------------------------
@given(st.integers(1, 100_000), st.integers(0, 100_000))
def test_at_cost_is_the_rounded_amount_of_the_law(minutes, cents):
    exact = Decimal(minutes) * Decimal(cents) / Decimal(60)

    assert at_cost(minutes, cents) == int(exact.quantize(Decimal(1), rounding=ROUND_HALF_UP))


def test_amounts_of_the_example_and_months():
    assert [at_cost(m, 3480) for m in (1110, 180, 255)] == [64_380, 10_440, 14_790]
    assert month_of(date(2026, 10, 31)) == date(2026, 10, 1)
    assert [next_month(date(2026, 10, 1)), next_month(date(2026, 12, 1))] == [date(2026, 11, 1), date(2027, 1, 1)]
    assert month_words(date(2026, 8, 1)) == "août 2026"
    assert [of_month(date(2026, month, 1)) for month in (4, 6, 8, 10)] == ["d’avril 2026", "de juin 2026", "d’août 2026", "d’octobre 2026"]


entries = st.lists(
    st.tuples(st.integers(0, 27), st.integers(1, 90), st.sampled_from(["Bulletins", "DSN", "Contrats", "Devis"])), min_size=1, max_size=14
)


class Totals(TestCase):
    """Bar B9: whatever was noted, every total is the sum of the lines, and the lines are all that was noted, once."""

    @settings(max_examples=12, deadline=None)
    @given(entries, st.integers(0, 9_999), st.data())
    def test_totals_equal_the_sum_of_lines_before_and_after_a_dispute(self, noted, cost, data):
        service = make_service(hourly_cost_cents=cost)
        giver, receiver = directors(service.provider, service.beneficiary)
        month = last_month()
        for day, minutes, work in noted:
            log(service, month + timedelta(days=day), minutes=minutes, work=work)
        statement = services.issue_statement(service, month=month, actor=giver)
        self.check(statement, cost)

        lines = list(statement.lines.all())
        contested = data.draw(st.lists(st.sampled_from(lines), min_size=1, unique=True))
        round = data.draw(st.sampled_from([1, 2]))
        if round == 2:
            services.recall_statement(statement, round=1, actor=giver)
            statement = services.issue_statement(service, month=month, actor=giver)
            self.check(statement, cost)
            contested = list(statement.lines.all())[: len(contested)]
        services.contest_lines(statement, reasons={line.pk: "Trop" for line in contested}, round=round, actor=receiver)
        free = list(TimeEntry.unscoped.filter(service=service, line=None).select_related("service"))
        for entry in data.draw(st.lists(st.sampled_from(free), unique=True)):
            services.remove_entry(entry, actor=giver)
        statement = services.issue_statement(service, month=month, reply="Corrigé", actor=giver)
        self.check(statement, cost)
        services.accept_statement(statement, round=round + 1, actor=receiver)
        self.check(statement, cost)

    def check(self, statement, cost):
        statement = Statement.unscoped.get(pk=statement.pk)
        lines = list(StatementLine.objects.filter(statement=statement))
        noted = list(TimeEntry.unscoped.filter(service=statement.service))
        assert all(entry.line_id in {line.pk for line in lines} for entry in noted)
        for line in lines:
            assert line.minutes == sum(entry.minutes for entry in noted if entry.line_id == line.pk)
            assert line.amount_cents == at_cost(line.minutes, cost)
        assert statement.total_minutes == sum(entry.minutes for entry in noted)
        assert statement.total_cents == sum(line.amount_cents for line in lines)
        assert all(isinstance(value, int) for line in lines for value in (line.minutes, line.amount_cents))


def test_every_total_shown_is_the_sum_of_the_lines_shown():
    service = make_service(hourly_cost_cents=3333)
    statement = make_statement(service, minutes=(61, 17, 125))
    client = sign_in(make_person(service.beneficiary, "director"))
    amounts = [at_cost(minutes, 3333) for minutes in (61, 17, 125)]

    page = client.get(statement.get_absolute_url()).content.decode()
    json = client.get(reverse("sharing:statement_json", args=[statement.pk])).json()
    csv = b"".join(client.get(reverse("sharing:statement_csv", args=[statement.pk])).streaming_content).decode()
    listed = client.get(service.get_absolute_url()).content.decode()

    assert re.findall(r'data-l="Montant HT">([^<]+)<', page) == [*map(euros, amounts), euros(sum(amounts))]
    assert (json["total_cents"], [line["amount_cents"] for line in json["lines"]]) == (sum(amounts), amounts)
    rows = list(reader(StringIO(csv.removeprefix("\ufeff"))))
    assert [row["montant, hors taxes"] for row in rows] == [*map(euros, amounts)]
    assert (rows[0]["durée"], rows[0]["coût horaire, hors taxes"], rows[0]["état"]) == (hours(61), euros(3333), "À lire")
    assert euros(sum(amounts)) in listed
    assert hours(203) in page
    assert f"Accepter {euros(sum(amounts))}" in page


# -- the statement's life ---------------------------------------------------------------------------------------------
def test_a_statement_waits_for_the_end_of_its_month_and_for_some_time():
    service = make_service()
    (giver,) = directors(service.provider)
    log(service, today())

    with pytest.raises(RuleBroken, match="pas fini"):
        services.issue_statement(service, month=today(), actor=giver)
    with pytest.raises(RuleBroken, match="Aucun temps"):
        services.issue_statement(service, month=last_month(), actor=giver)


def test_time_on_a_statement_changes_no_more():
    service = make_service()
    statement = make_statement(service)
    entry = TimeEntry.unscoped.select_related("service").first()

    with pytest.raises(RuleBroken, match="relevé"):
        services.remove_entry(entry, actor=directors(service.provider)[0])
    with pytest.raises(RuleBroken, match="relevé de ce mois"):
        log(service)
    with pytest.raises(RuleBroken):
        services.issue_statement(service, month=statement.month, actor=directors(service.provider)[0])


def test_a_contested_line_is_corrected_and_the_accepted_ones_stay():
    service = make_service()
    giver, receiver = directors(service.provider, service.beneficiary)
    statement = make_statement(service, minutes=(60, 45, 30))
    wrong = statement.lines.get(work="Travail 1")

    services.contest_lines(statement, reasons={wrong.pk: "Déjà fait par nous"}, round=1, actor=receiver)
    statement.refresh_from_db()
    assert statement.status == CONTESTED
    assert {line.work: line.state for line in statement.lines.all()} == {
        "Travail 0": LineState.ACCEPTED, "Travail 1": LineState.CONTESTED, "Travail 2": LineState.ACCEPTED,
    }  # fmt: skip
    services.remove_entry(TimeEntry.unscoped.select_related("service").get(work="Travail 1"), actor=giver)
    log(service, minutes=20, work="Travail 1 corrigé")
    with pytest.raises(RuleBroken, match="Répondez"):
        services.issue_statement(service, month=statement.month, actor=giver)
    statement = services.issue_statement(service, month=statement.month, reply="Vous avez raison", actor=giver)

    assert {(line.work, line.state) for line in statement.lines.all()} == {
        ("Travail 0", "accepted"), ("Travail 2", "accepted"), ("Travail 1 corrigé", "pending")
    }  # fmt: skip
    settled = statement.lines.get(work="Travail 0")
    with pytest.raises(RuleBroken, match="déjà été acceptée"):
        services.contest_lines(statement, reasons={settled.pk: "Finalement non"}, round=2, actor=receiver)
    with pytest.raises(VersionConflict):
        services.accept_statement(statement, round=1, actor=receiver)
    statement = services.accept_statement(statement, round=2, actor=receiver)
    assert (statement.status, statement.total_minutes) == (ACCEPTED, 110)


def test_contested_time_is_said_apart_from_the_time_on_no_statement():
    service = make_service()
    giver, receiver = directors(service.provider, service.beneficiary)
    statement = make_statement(service, minutes=(210, 45))
    director = sign_in(make_person(service.provider, "director"))

    def said():
        page = director.get(service.get_absolute_url()).content.decode().replace("\xa0", " ").replace("\u202f", " ")
        return re.findall(r'<span class="small soft">([^<]*(?:en relevé|contestée)s?)</span>', page)

    assert said() == []
    services.contest_lines(statement, reasons={statement.lines.get(work="Travail 0").pk: "Trop"}, round=1, actor=receiver)
    log(service, today(), minutes=60)
    assert said() == ["1 h pas encore en relevé", "3 h 30 contestées"]
    statement = services.issue_statement(service, month=statement.month, reply="Non", actor=giver)
    assert said() == ["1 h pas encore en relevé"], "it waits on a statement"
    services.contest_lines(statement, reasons={statement.lines.get(work="Travail 0").pk: "Si"}, round=2, actor=receiver)
    services.remove_entry(TimeEntry.unscoped.select_related("service").get(work="Travail 0"), actor=giver)
    log(service, minutes=90, work="Travail 0")
    assert said() == ["1 h pas encore en relevé", "1 h 30 contestée"]


@pytest.mark.parametrize(("noted", "said"), [(6, ""), (7, "1 autre ligne"), (8, "2 autres lignes")])
def test_a_convention_says_how_much_more_time_is_noted_than_it_shows(noted, said):
    service = make_service()
    for number in range(noted):
        log(service, minutes=20, work=f"Travail {number}")

    page = sign_in(make_person(service.provider, "director")).get(service.get_absolute_url()).content.decode().replace("\xa0", " ")

    assert page.count("20 min, ") == 6
    found = re.findall(r'<a href="([^"]*)">([^<]*) dans le journal des heures</a>', page)
    assert found == ([(reverse("sharing:log", args=[service.pk]), said)] if said else [])


def test_moves_of_a_statement():
    service = make_service()
    giver, receiver = directors(service.provider, service.beneficiary)
    statement = make_statement(service)
    line = statement.lines.first()
    with pytest.raises(RuleBroken):
        services.contest_lines(statement, reasons={}, round=1, actor=receiver)
    with pytest.raises(RuleBroken):
        services.contest_lines(statement, reasons={line.pk: " "}, round=1, actor=receiver)
    services.accept_statement(statement, round=1, actor=receiver)

    for move in (
        lambda: services.accept_statement(statement, round=1, actor=receiver),
        lambda: services.contest_lines(statement, reasons={line.pk: "Trop tard"}, round=1, actor=receiver),
        lambda: services.issue_statement(service, month=statement.month, reply="Encore", actor=giver),
    ):
        with pytest.raises(MoveRefused):
            move()
    assert STATEMENT_MOVES[ACCEPTED] == {CONTESTED}, "by who accepted it, with a reason (reopen_statement)"
    with pytest.raises(IntegrityError), transaction.atomic():
        StatementLine.objects.filter(pk=line.pk).update(state="contested")
    with pytest.raises(IntegrityError), transaction.atomic():
        Statement.unscoped.create(service=service, month=statement.month, issued_at=statement.issued_at)


def test_a_statement_is_recalled_by_its_sender_before_any_answer():
    service = make_service()
    giver, receiver = directors(service.provider, service.beneficiary)
    statement = make_statement(service)
    sender, reader = sign_in(make_person(service.provider, "director")), sign_in(make_person(service.beneficiary, "director"))
    url = reverse("sharing:recall_statement", args=[statement.pk])
    Notification.unscoped.all().delete()

    assert url in sender.get(statement.get_absolute_url()).content.decode()
    assert url not in reader.get(statement.get_absolute_url()).content.decode()
    assert "ne peut plus y répondre" in sender.get(url).content.decode()
    assert [reader.post(url, {"round": 1}).status_code, sender.post(url, {"round": 1}).status_code] == [403, 302]

    statement.refresh_from_db()
    assert (statement.status, statement.lines.count(), statement.answered_at) == (RECALLED, 0, None)
    for client in (sender, reader):
        page = client.get(statement.get_absolute_url())
        assert "a rappelé ce relevé" in page.content.decode()
        assert page.context["can_answer"] is False
        assert client.get(reverse("sharing:statement_pdf", args=[statement.pk])).url == statement.get_absolute_url()
    assert {row.user_id for row in Notification.unscoped.filter(text__contains="rappelé avant toute réponse")} >= {
        giver.user_id, receiver.user_id,
    }  # fmt: skip
    assert AuditEntry.objects.filter(action="sharing.statement.recall").count() == 2
    for answer in (
        lambda: services.accept_statement(statement, round=1, actor=receiver),
        lambda: services.recall_statement(statement, round=1, actor=giver),
    ):
        with pytest.raises(MoveRefused):
            answer()


def test_what_was_recalled_is_corrected_and_sent_again_under_another_round():
    service = make_service()
    giver, receiver = directors(service.provider, service.beneficiary)
    statement = make_statement(service, minutes=(60, 45))
    services.recall_statement(statement, round=1, actor=giver)
    assert due(giver) == [f"Renvoyer le relevé {of_month(last_month())}"]

    services.remove_entry(TimeEntry.unscoped.select_related("service").get(work="Travail 1"), actor=giver)
    log(service, minutes=20, work="Travail corrigé")
    sender, again = sign_in(make_person(service.provider, "director")), reverse("sharing:reissue_statement", args=[statement.pk])
    sent = sender.post(again, {"seen": sender.get(again).context["form"]["seen"].value()})

    statement.refresh_from_db()
    assert (sent.status_code, statement.status, statement.round, statement.contests) == (302, ISSUED, 2, [])
    assert {line.work for line in statement.lines.all()} == {"Travail 0", "Travail corrigé"}
    assert due(giver) == []
    with pytest.raises(VersionConflict):
        services.accept_statement(statement, round=1, actor=receiver)
    assert services.accept_statement(statement, round=2, actor=receiver).total_minutes == 80


def test_what_was_accepted_stays_when_a_second_sending_is_recalled_and_its_answer_is_said_anew():
    service = make_service()
    giver, receiver = directors(service.provider, service.beneficiary)
    statement = make_statement(service, minutes=(60, 45))
    wrong = statement.lines.get(work="Travail 1")
    services.contest_lines(statement, reasons={wrong.pk: "Trop"}, round=1, actor=receiver)
    services.issue_statement(service, month=statement.month, reply="Non", actor=giver)

    services.recall_statement(statement, round=2, actor=giver)
    assert [line.work for line in statement.lines.all()] == ["Travail 0"]
    with pytest.raises(RuleBroken, match="Répondez"):
        services.issue_statement(service, month=statement.month, actor=giver)
    statement = services.issue_statement(service, month=statement.month, reply="En effet", actor=giver)

    assert [(one["round"], one["reply"]) for one in statement.contests] == [(1, "En effet")]
    assert [line.work for line in statement.lines.all()] == ["Travail 0", "Travail 1"]


def test_a_recalled_month_without_time_left_is_not_sent_and_awaits_nobody():
    service = make_service()
    (giver,) = directors(service.provider)
    statement = make_statement(service, minutes=(60,))
    services.recall_statement(statement, round=1, actor=giver)
    services.remove_entry(TimeEntry.unscoped.select_related("service").get(), actor=giver)

    with pytest.raises(RuleBroken, match="Aucun temps"):
        services.issue_statement(service, month=statement.month, actor=giver)
    page = sign_in(make_person(service.provider, "director")).get(reverse("sharing:reissue_statement", args=[statement.pk]))
    assert "Rien à envoyer" in page.content.decode()
    assert due(giver) == []


def test_nothing_is_recalled_once_answered_and_whoever_tries_sees_the_answer():
    service = make_service()
    giver, receiver = directors(service.provider, service.beneficiary)
    statement = make_statement(service)
    sender, url = sign_in(make_person(service.provider, "director")), reverse("sharing:recall_statement", args=[statement.pk])
    services.contest_lines(statement, reasons={statement.lines.first().pk: "Trop"}, round=1, actor=receiver)

    assert sender.post(url, {"round": 1}).status_code == 409
    assert sender.get(url).url == statement.get_absolute_url()
    with pytest.raises(MoveRefused):
        services.recall_statement(statement, round=1, actor=giver)
    services.issue_statement(service, month=statement.month, reply="Non", actor=giver)
    with pytest.raises(VersionConflict):
        services.recall_statement(statement, round=1, actor=giver)


def test_who_accepted_a_wrong_statement_reopens_it_with_a_reason_and_the_other_corrects_it():
    service = make_service()
    giver, receiver = directors(service.provider, service.beneficiary)
    statement = make_statement(service, minutes=(60, 45))
    sender, reader = sign_in(make_person(service.provider, "director")), sign_in(make_person(service.beneficiary, "director"))
    line, url = statement.lines.get(work="Travail 1"), reverse("sharing:reopen_statement", args=[statement.pk])
    typed = {"round": 1, f"motif_{line.pk.hex}": "Compté deux fois"}
    assert reader.post(url, typed).status_code == 409, "nothing was accepted yet"
    services.accept_statement(statement, round=1, actor=receiver)
    Notification.unscoped.all().delete()

    assert url in reader.get(statement.get_absolute_url()).content.decode()
    assert url not in sender.get(statement.get_absolute_url()).content.decode()
    assert "Rouvrir le relevé" in reader.get(url).content.decode()
    assert "Écrivez le motif" in reader.post(url, {"round": 1}).content.decode()
    assert [sender.post(url, typed).status_code, reader.post(url, typed | {"round": 2}).status_code] == [403, 409]
    assert reader.post(url, typed).status_code == 302

    statement.refresh_from_db()
    assert (statement.status, due(giver)) == (CONTESTED, [f"Répondre sur le relevé {of_month(last_month())}"])
    assert {one.work: one.state for one in statement.lines.all()} == {"Travail 0": "accepted", "Travail 1": "contested"}
    assert "Compté deux fois" in sender.get(statement.get_absolute_url()).content.decode()
    told = Notification.unscoped.filter(text__contains="rouvert après son acceptation")
    assert {row.user_id for row in told} >= {giver.user_id, receiver.user_id}
    lines = AuditEntry.objects.filter(action="sharing.statement.reopen")
    assert {row.organisation_id for row in lines} == {service.provider_id, service.beneficiary_id}
    assert not any("Compté" in row.data for row in lines)
    services.remove_entry(TimeEntry.unscoped.select_related("service").get(work="Travail 1"), actor=giver)
    services.issue_statement(service, month=statement.month, reply="Retiré", actor=giver)
    assert services.accept_statement(statement, round=2, actor=receiver).total_minutes == 60


def test_a_statement_is_reopened_with_reasons_about_its_own_lines():
    statement = make_statement()
    (receiver,) = directors(statement.service.beneficiary)
    other = make_statement().lines.first()
    with pytest.raises(MoveRefused):
        services.reopen_statement(statement, reasons={statement.lines.first().pk: "Trop tôt"}, round=1, actor=receiver)
    services.accept_statement(statement, round=1, actor=receiver)

    for reasons in ({}, {statement.lines.first().pk: " "}, {other.pk: "Pas d’ici"}):
        with pytest.raises(RuleBroken):
            services.reopen_statement(statement, reasons=reasons, round=1, actor=receiver)
    assert Statement.unscoped.get(pk=statement.pk).status == ACCEPTED


def reopening(verb, statement):
    return reverse(f"sharing:{verb}_reopening", args=[statement.pk])


@pytest.fixture
def accepted():
    statement = make_statement()
    (receiver,) = directors(statement.service.beneficiary)
    statement = services.accept_statement(statement, round=1, actor=receiver)
    Notification.unscoped.all().delete()
    return statement


@pytest.fixture
def sender(accepted):
    return sign_in(make_person(accepted.service.provider, "director"))


@pytest.fixture
def receiving(accepted):
    return sign_in(make_person(accepted.service.beneficiary, "director"))


def test_the_sender_asks_who_accepted_to_reopen_with_a_reason(accepted, sender, receiving):
    giver, receiver = directors(accepted.service.provider, accepted.service.beneficiary)
    ask, page = reopening("ask", accepted), accepted.get_absolute_url()
    assert [ask in client.get(page).content.decode() for client in (sender, receiving)] == [True, False]
    assert "Le laisser accepté" in sender.get(ask).content.decode()
    assert "reason" in sender.post(ask, {"round": 1}).context["form"].errors
    assert [sender.post(ask, {"round": 2, "reason": "Une heure de trop"}).status_code, receiving.post(ask, {}).status_code] == [409, 403]

    assert sender.post(ask, {"round": 1, "reason": "Une heure de trop"}).status_code == 302

    accepted.refresh_from_db()
    assert (accepted.status, accepted.reopen_reason) == (ACCEPTED, "Une heure de trop")
    for client, offered in ((sender, {"withdraw"}), (receiving, {"refuse"})):
        shown = client.get(page).content.decode()
        assert "Une heure de trop" in shown
        assert {verb for verb in ("ask", "withdraw", "refuse") if reopening(verb, accepted) in shown} == offered
        assert "réouverture demandée" in client.get(accepted.service.get_absolute_url()).content.decode()
    told = Notification.unscoped.filter(text__contains="réouverture demandée")
    assert {row.user_id for row in told} >= {giver.user_id, receiver.user_id}
    assert (due(giver), due(receiver)) == ([], [f"Rouvrir ou non le relevé {of_month(last_month())}"])
    lines = AuditEntry.objects.filter(action="sharing.statement.ask_reopening")
    assert {row.organisation_id for row in lines} == {accepted.service.provider_id, accepted.service.beneficiary_id}
    assert not any("Une heure" in row.data for row in lines)


def test_a_reopening_is_asked_once_at_a_time(accepted, sender):
    facts = {"round": 1, "reason": "Une heure de trop"}
    sender.post(reopening("ask", accepted), facts)

    again = sender.post(reopening("ask", accepted), facts | {"reason": "Deux heures de trop"})

    assert again.status_code == 409
    assert "Deux heures de trop" in again.content.decode(), "what was typed is kept"
    assert sender.get(reopening("ask", accepted)).url == accepted.get_absolute_url()
    assert Statement.unscoped.get(pk=accepted.pk).reopen_reason == "Une heure de trop"


@pytest.mark.parametrize(
    ("verb", "words", "who"), [("withdraw", "demande de réouverture retirée", 0), ("refuse", "l’acceptation est gardée", 1)]
)
def test_a_reopening_asked_is_withdrawn_or_refused_then_may_be_asked_anew(accepted, sender, receiving, verb, words, who):
    giver, receiver = directors(accepted.service.provider, accepted.service.beneficiary)
    services.ask_reopening(accepted, reason="Une heure de trop", round=1, actor=giver)
    client, other = (sender, receiving) if who == 0 else (receiving, sender)
    url = reopening(verb, accepted)

    assert "Une heure de trop" in client.get(url).content.decode()
    assert [other.post(url, {"round": 1}).status_code, client.post(url, {"round": 2}).status_code] == [403, 409]
    assert client.post(url, {"round": 1}).status_code == 302

    accepted.refresh_from_db()
    assert (accepted.status, accepted.reopen_reason, accepted.reopen_asked_at) == (ACCEPTED, "", None)
    assert {row.user_id for row in Notification.unscoped.filter(text__contains=words)} >= {giver.user_id, receiver.user_id}
    assert AuditEntry.objects.filter(action=f"sharing.statement.{verb}_reopening").count() == 2
    assert due(receiver) == []
    assert (client.post(url, {"round": 1}).status_code, client.get(url).status_code) == (409, 302)
    assert sender.post(reopening("ask", accepted), {"round": 1, "reason": "Vraiment"}).status_code == 302


def test_reopening_answers_who_asked_for_it(accepted):
    giver, receiver = directors(accepted.service.provider, accepted.service.beneficiary)
    services.ask_reopening(accepted, reason="Une heure de trop", round=1, actor=giver)

    row = services.reopen_statement(accepted, reasons={accepted.lines.first().pk: "En effet"}, round=1, actor=receiver)

    assert (row.status, row.reopen_reason, row.reopen_asked_at) == (CONTESTED, "", None)
    for answer in (services.withdraw_reopening, services.refuse_reopening):
        with pytest.raises(MoveRefused):
            answer(row, round=1, actor=giver)


def test_a_reopening_is_asked_of_an_accepted_statement_alone():
    statement = make_statement()
    (giver,) = directors(statement.service.provider)

    with pytest.raises(MoveRefused):
        services.ask_reopening(statement, reason="Trop tôt", round=1, actor=giver)
    with pytest.raises(IntegrityError), transaction.atomic():
        Statement.unscoped.filter(pk=statement.pk).update(reopen_reason="Trop tôt", reopen_asked_at=statement.issued_at)
    sender = sign_in(make_person(statement.service.provider, "director"))
    assert sender.get(reopening("ask", statement)).url == statement.get_absolute_url()
    assert reopening("ask", statement) not in sender.get(statement.get_absolute_url()).content.decode()


def test_both_sides_are_told_of_a_statement_sent_contested_and_accepted():
    service = make_service()
    giver, receiver = directors(service.provider, service.beneficiary)
    statement = make_statement(service)
    services.contest_lines(statement, reasons={statement.lines.first().pk: "Trop"}, round=1, actor=receiver)
    services.issue_statement(service, month=statement.month, reply="Non", actor=giver)
    services.accept_statement(statement, round=2, actor=receiver)

    for actor in (giver, receiver):
        said = (
            Notification.unscoped.filter(kind="sharing.statement", user=actor.user_id).order_by("created_at").values_list("text", flat=True)
        )
        assert [text.rpartition(": ")[2].replace("\u00a0", "") for text in said] == [
            "envoyé", "une ligne contestée", "envoyé de nouveau", "accepté"
        ]  # fmt: skip
    lines = AuditEntry.objects.filter(action__startswith="sharing.statement.")
    assert {line.organisation_id for line in lines} == {service.provider_id, service.beneficiary_id}
    assert lines.count() == 8


def test_statements_over_http_by_role():
    service = make_service(purposes=["registration"])
    statement = make_statement(service)
    people = {
        "giver": make_person(service.provider, "director"), "receiver": make_person(service.beneficiary, "director"),
        "receiver's advisor": make_person(service.beneficiary, "advisor"), "third": make_person(make_member(), "director"),
        "coordinator": make_coordinator(), "lent person for the other CAE": lent(service),
    }  # fmt: skip
    names = ("statement", "statement_json", "accept_statement", "contest_statement", "reissue_statement")

    def status(user, name):
        mandate = f"agreement:{service.agreement_id}" if user == lent(service) else ""
        return sign_in(user, mandate=mandate).get(reverse(f"sharing:{name}", args=[statement.pk])).status_code

    assert {who: tuple(status(user, name) for name in names) for who, user in people.items()} == {
        "giver": (200, 200, 403, 403, 302), "receiver": (200, 200, 200, 200, 403), "receiver's advisor": (200, 200, 403, 403, 403),
        "third": (404, 404, 404, 404, 404), "coordinator": (404, 404, 403, 403, 403),
        "lent person for the other CAE": (404, 404, 403, 403, 403),
    }  # fmt: skip
    client, line = sign_in(people["receiver"]), statement.lines.first()
    url = reverse("sharing:contest_statement", args=[statement.pk])
    assert "Écrivez le motif" in client.post(url, {"round": 1}).content.decode()
    assert client.post(url, {"round": 1, f"motif_{line.pk.hex}": "Pas ce mois-ci"}).status_code == 302
    answer = sign_in(people["giver"]).get(statement.get_absolute_url()).content.decode()
    assert "Pas ce mois-ci" in answer
    assert reverse("sharing:reissue_statement", args=[statement.pk]) in answer
    giver, again = sign_in(people["giver"]), reverse("sharing:reissue_statement", args=[statement.pk])
    giver.post(again, {"reply": "C’est bien ce mois-ci", "seen": giver.get(again).context["form"]["seen"].value()})
    assert "C’est bien ce mois-ci" in client.get(statement.get_absolute_url()).content.decode()
    stale = client.post(reverse("sharing:accept_statement", args=[statement.pk]), {"round": 1}, follow=True)
    assert "renvoyé entre-temps" in stale.content.decode()
    client.post(reverse("sharing:accept_statement", args=[statement.pk]), {"round": 2})
    statement.refresh_from_db()
    assert statement.status == ACCEPTED


def test_sending_a_month_over_http():
    service = make_service()
    log(service)
    month = last_month()
    url = reverse("sharing:issue_statement", args=[service.pk, f"{month:%Y-%m}"])
    client = sign_in(make_person(service.provider, "shared_staff"))

    assert url in client.get(service.get_absolute_url()).content.decode()
    assert sign_in(make_person(service.beneficiary, "director")).get(url).status_code == 403
    seen = client.get(url).context["form"]["seen"].value()
    assert client.post(url, {}).status_code == 200, "nothing leaves that was not shown"
    assert not Statement.unscoped.exists()
    assert client.post(url, {"seen": seen})["Location"] == Statement.unscoped.get().get_absolute_url()
    assert client.post(url, {"seen": seen})["Location"] == Statement.unscoped.get().get_absolute_url()
    assert Statement.unscoped.count() == 1
    for wrong in ("2026-13", "hier", "2026-10-31", "0000-00"):
        assert client.get(reverse("sharing:issue_statement", args=[service.pk, wrong])).status_code == 404
    for outside in ("9999-12", "0001-01", f"{next_month(month_of(service.ends_on)):%Y-%m}"):
        assert client.post(reverse("sharing:issue_statement", args=[service.pk, outside])).status_code == 404


def test_the_last_month_there_is_has_not_ended():
    service = make_service()

    with pytest.raises(RuleBroken, match="pas fini"):
        services.issue_statement(service, month=date(9999, 12, 1), actor=directors(service.provider)[0])


# -- home, queries ----------------------------------------------------------------------------------------------------
def due(actor):
    return [
        item["title"]
        for panel in panels.for_place("home.due")
        if panel.key == "sharing"
        for item in (panel.build(actor, actor) or {"items": []})["items"]
    ]


def test_what_awaits_each_side():
    provider, beneficiary = make_pair()
    make_request(provider, beneficiary, function="technique")
    service = make_service(provider, beneficiary)
    giver, receiver = directors(provider, beneficiary)
    log(service)
    assert due(giver) == [f"Répondre à {beneficiary.name}", f"Envoyer le relevé {of_month(last_month())}"]

    statement = services.issue_statement(service, month=last_month(), actor=giver)
    assert due(receiver) == [f"Lire le relevé {of_month(last_month())} : {euros(statement.total_cents)}"]
    services.contest_lines(statement, reasons={statement.lines.first().pk: "Trop"}, round=1, actor=receiver)
    services.choose_form(service, legal_form="loan", actor=giver)

    assert due(receiver) == [f"Réunir les pièces de {service.number}"]
    assert due(giver) == [
        f"Répondre à {beneficiary.name}", f"Répondre sur le relevé {of_month(last_month())}", f"Réunir les pièces de {service.number}",
    ]  # fmt: skip
    assert due(make_actor(provider, "advisor")) == due(make_actor(make_member())) == []


def test_queries_do_not_follow_the_data():
    provider, beneficiary = make_pair()
    service = make_service(provider, beneficiary, hourly_cost_cents=3000)
    statement = make_statement(service)
    client = sign_in(make_person(provider, "director"))
    pages = {
        "requests": reverse("sharing:requests"), "services": reverse("sharing:services"), "service": service.get_absolute_url(),
        "log": reverse("sharing:log", args=[service.pk]), "statement": statement.get_absolute_url(), "home": "/moi/",
        "request": service.request.get_absolute_url(),
    }  # fmt: skip

    def counts():
        found = {}
        for name, url in pages.items():
            client.get(url)
            with CaptureQueriesContext(connection) as captured:
                assert client.get(url).status_code == 200
            found[name] = len(captured)
        return found

    def more(number):
        other = make_member()
        make_person(other, "director")
        make_request(provider, other, function="technique")
        make_statement(make_service(provider, other))
        log(service, today(), minutes=10, work=f"Autre {number}")
        line = StatementLine.objects.filter(statement=statement).first()
        StatementLine.objects.create(
            statement=statement, position=9 + number, work="x", person=line.person, minutes=1, hourly_cost_cents=1, amount_cents=1
        )

    more(0)
    one = counts()
    more(1)
    more(2)

    assert counts() == one
