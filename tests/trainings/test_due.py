"""What awaits people as a session comes near: agreements to establish and to sign, people to convene."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from hub.core.accounts.selectors import actor_for
from hub.core.kit.dates import date_fr, today
from hub.core.ui.panels import collect
from tests.builders.accounts import SYSTEM, make_person, sign_in
from tests.builders.attendance import make_attended, move
from tests.builders.days import dated
from tests.builders.funding import make_party
from tests.builders.trainings import make_course, make_session
from trainings.funding import services as funding
from trainings.paperwork import services
from trainings.paperwork.models import Convocation
from trainings.sessions.enums import SessionStatus
from trainings.sessions.models import TrainingSession
from trainings.sessions.services import update_session

pytestmark = pytest.mark.django_db
AGREE, CONVENE, SIGN = "Établir les conventions", "Envoyer les convocations", "Signer la convention"
AGAIN = "Établir de nouveau les conventions"


def session_in(days: int, **facts):
    return make_attended(make_party("Organisme"), make_party("CAE Une"), starts_in=days, **facts)


def due(organisation, role="training_manager"):
    """(first words, day in days from now, note) of what paperwork says awaits somebody."""
    items = [item for found in collect("home.due", actor_for(make_person(organisation, role)), None) for item in found["items"]]
    found = [(item["title"].partition("\u00a0:")[0], (item["when"] - today()).days, item.get("note", "")) for item in items]
    return [one for one in found if one[0] in {AGREE, AGAIN, CONVENE, SIGN}]


@pytest.mark.parametrize(
    ("days", "expected"),
    [
        (60, []),
        (40, [(AGREE, 10, "")]),
        (20, [(AGREE, -10, ""), (CONVENE, 10, "")]),
        (4, [(AGREE, -26, ""), (CONVENE, -6, "")]),
        (0, [(AGREE, -30, "")]),
        (-2, [(AGREE, -32, "")]),
        (-400, []),
    ],
)
def test_the_body_is_told_of_what_a_session_lacks_and_owes_its_agreements_after_the_first_day(days, expected):
    session = session_in(days)

    assert due(session.organisation) == expected
    assert due(session.organisation, "advisor") == []
    assert due(make_party()) == []


def test_two_sessions_of_a_programme_are_told_apart():
    provider, employer = make_party("Organisme"), make_party()
    for days in (20, -2):
        make_attended(provider, employer, starts_in=days)
    items = [item for found in collect("home.due", actor_for(make_person(provider, "training_manager")), None) for item in found["items"]]

    titles = [item["title"] for item in items]

    assert len(set(titles)) == len(titles)
    assert sum(date_fr(today() - timedelta(days=2)) in title and AGREE in title for title in titles) == 1
    assert any("L6353-1" in item["text"] for item in items)


@pytest.mark.parametrize(("days", "is_late"), [(1, False), (0, True), (-2, True)])
def test_an_agreement_established_after_the_first_day_is_said_to_be_late(days, is_late):
    session = session_in(days)
    client = sign_in(make_person(session.organisation, "training_manager"))
    url = reverse("paperwork:agreements", args=[session.pk])
    assert ("se conclut avant le premier jour" in client.get(url).content.decode()) == is_late

    said = client.post(url, follow=True).content.decode()

    assert "convention établie" in said
    assert ("alors que la session a commencé" in said) == is_late
    assert ("après le premier jour" in said) == is_late
    assert "alors que" not in client.post(url, follow=True).content.decode(), "once"


def test_nothing_is_said_of_what_is_done():
    session = session_in(20)
    services.issue_agreements(session, actor=SYSTEM)
    services.send_convocations(session, actor=SYSTEM)

    assert due(session.organisation) == []


@pytest.mark.parametrize("nature", ["workshop", "internal"])
def test_no_agreement_is_asked_of_a_workshop_nor_with_oneself(nature):
    provider = make_party("Organisme")
    employer = provider if nature == "internal" else make_party()
    session = make_attended(provider, employer, starts_in=40, **({"nature": nature} if nature == "workshop" else {}))

    assert due(session.organisation) == []


def test_the_employer_is_told_to_sign_until_a_file_holds_it():
    session = session_in(25)
    employer = session.registrations.get().employer
    assert due(employer) == [], "nothing is there to sign"
    services.issue_agreements(session, actor=SYSTEM)

    assert due(employer) == [(SIGN, 24, "")]
    assert due(employer, "advisor") == []
    assert due(make_party()) == []
    funding.open_file(session, employer=employer, actor=SYSTEM)
    assert due(employer) == [], "the dates of the file say it from now on"


def change(session, **facts):
    slots = [(one.date, one.period, one.starts_at, one.ends_at, one.is_remote, one.topic) for one in session.half_days.all()]
    update_session(session, facts=facts, slots=slots, trainers=session.trainers.all(), actor=SYSTEM)
    return TrainingSession.unscoped.get(pk=session.pk)


@pytest.mark.parametrize(("days", "told", "to_sign"), [(20, -10, 19), (80, 50, None)])
def test_an_agreement_that_changed_is_the_body_s_to_establish_anew_and_nobody_s_to_sign(days, told, to_sign):
    session = session_in(days)
    employer, signing = session.registrations.get().employer, [(SIGN, to_sign, "")] if to_sign else []
    services.send_convocations(session, actor=SYSTEM)
    services.issue_agreements(session, actor=SYSTEM)
    session = change(session, capacity=9)
    assert (due(session.organisation), due(employer)) == ([], signing), "a paper says nothing of the places"
    session = change(session, price_cents=60_000)

    assert due(session.organisation) == [(AGAIN, told, "")]
    assert due(employer) == []
    services.issue_agreements(session, actor=SYSTEM)
    assert (due(session.organisation), due(employer)) == ([], signing)


def test_an_agreement_of_a_session_that_is_over_holds_whatever_changes():
    session = session_in(20)
    services.issue_agreements(session, actor=SYSTEM)
    move(session, -60)
    change(TrainingSession.unscoped.get(pk=session.pk), price_cents=60_000)

    assert due(session.organisation) == []
    assert due(session.registrations.get().employer) == [(SIGN, -41, "")]


def test_what_changed_costs_the_same_with_one_and_three():
    provider, found = make_party("Organisme"), []
    actor = actor_for(make_person(provider, "training_manager"))
    for _ in range(3):
        session = make_attended(provider, make_party(), make_party(), starts_in=20)
        services.issue_agreements(session, actor=SYSTEM)
        change(session, price_cents=60_000)
        with CaptureQueriesContext(connection) as captured:
            collect("home.due", actor, None)
        found.append(len(captured))

    assert found[0] == found[2]


@pytest.mark.parametrize(("days", "expected"), [(0, [(SIGN, -1, "")]), (-40, [(SIGN, -41, "")]), (-400, [])])
def test_an_agreement_that_is_not_signed_stays_due_once_the_session_has_begun(days, expected):
    session = session_in(days)
    employer = session.registrations.get().employer
    services.issue_agreements(session, actor=SYSTEM)

    assert due(employer) == expected
    funding.open_file(session, employer=employer, actor=SYSTEM)
    assert due(employer) == []


def test_the_item_leads_to_the_agreements():
    session = session_in(40)
    actor = actor_for(make_person(session.organisation, "training_manager"))

    urls = [item["url"] for found in collect("home.due", actor, None) for item in found["items"]]

    assert reverse("paperwork:agreements", args=[session.pk]) in urls


@pytest.mark.parametrize(("days", "is_offered"), [(3, True), (1, True), (0, False), (-1, False), (-9, False)])
def test_convocations_are_offered_until_the_first_day_only(days, is_offered):
    session = session_in(days)
    client = sign_in(make_person(session.organisation, "training_manager"))

    page = client.get(reverse("sessions:detail", args=[session.pk])).content.decode()
    said = client.post(reverse("paperwork:convene", args=[session.pk]), follow=True).content.decode()

    assert (CONVENE in page) == is_offered
    assert ("a commencé" in said) != is_offered
    assert Convocation.unscoped.filter(told_at__isnull=False).exists() == is_offered


# -- registrations to open, registrations that opened -------------------------------------------------------------------
def titles(place, organisation, since=None):
    found = collect(place, actor_for(make_person(organisation, "training_manager")), since)
    return [item for one in found for item in one["items"] if item.get("title", item["text"]).startswith(("Ouvrir les", "Session ouverte"))]


@pytest.mark.parametrize(("days", "due_in"), [(60, [30]), (30, [0]), (4, [0]), (1, [0]), (0, []), (-3, [])])
def test_registrations_are_to_open_a_month_before_the_first_day_and_not_once_it_has_come(days, due_in):
    session = make_session(make_course(make_party()), status=SessionStatus.DRAFT, starts_in=days)

    items = titles("home.due", session.organisation)

    assert [(item["when"] - today()).days for item in items] == due_in


def test_registrations_that_cannot_open_any_more_are_not_to_open():
    session = make_session(make_course(make_party()), status=SessionStatus.DRAFT, registration_closes_on=today() - timedelta(days=1))

    assert titles("home.due", session.organisation) == []


@pytest.mark.parametrize(
    ("facts", "is_news"),
    [
        ({}, True), ({"starts_on": timedelta()}, False), ({"status": SessionStatus.CLOSED}, False), ({"registration_closes_on": timedelta()}, True),
        ({"registration_closes_on": -timedelta(days=1)}, False),
    ],
)  # fmt: skip
def test_a_session_is_news_while_one_may_register(facts, is_news):
    session = make_session(make_course(make_party()))
    TrainingSession.unscoped.filter(pk=session.pk).update(**dated(facts))

    found = titles("home.news", make_party(), session.created_at - timedelta(days=1))

    assert len(found) == is_news
    assert all(f", session du {date_fr(session.starts_on)}, {session.city}" in item["text"] for item in found)
