"""Registering people and giving a place back, as the screens do it; what a session page says of both."""

import re
from datetime import date, time, timedelta

import pytest
from django.test import Client
from django.urls import reverse

from directory.people.models import Profile
from hub.core.accounts.selectors import actor_for
from hub.core.kit.dates import date_fr, day_fr, long_date_fr, period_fr, today
from hub.core.kit.identifiers import uuid7
from tests.builders.accounts import SYSTEM, join, make_loan, make_member, make_person, sign_in
from tests.builders.attendance import make_attended
from tests.builders.days import dated
from tests.builders.people import make_profile
from tests.builders.trainings import make_course, make_session, register
from trainings.sessions.enums import RegistrationStatus, SessionStatus
from trainings.sessions.models import Registration, TrainingSession
from trainings.sessions.selectors import choices, registrable_people
from trainings.sessions.services import cancel_registration, move_session

pytestmark = pytest.mark.django_db


@pytest.fixture
def buyer():
    return make_member("Qui envoie")


@pytest.fixture
def client(buyer):
    return sign_in(make_person(buyer, "training_manager", first_name="Maud", last_name="Responsable"))


def url(session):
    return reverse("sessions:register", args=[session.pk])


def test_looking_for_a_name_keeps_those_already_ticked(buyer, client):
    session = make_session(make_course(make_member()))
    rosa, idriss = make_person(buyer, first_name="Rosa", last_name="Almeida"), make_person(buyer, first_name="Idriss", last_name="Belkacem")
    key = str(uuid7())

    answer = client.post(url(session), {"key": key, "trainees": [str(rosa.pk)], "nom": "belkacem", "find": "1"})

    assert [one.name for one in answer.context["chosen"]] == ["Rosa Almeida"]
    assert [one.name for one in answer.context["people"]] == ["Idriss Belkacem"]
    assert key in answer.content.decode(), "the form is the same one"
    assert not Registration.unscoped.exists()
    client.post(url(session), {"key": key, "trainees": [str(rosa.pk), str(idriss.pk)], "nom": "belkacem", "register": "1"})
    assert Registration.unscoped.count() == 2


def test_those_ticked_are_still_ticked_when_the_form_is_refused(buyer, client):
    session = make_session(make_course(make_member()))
    rosa = make_person(buyer, first_name="Rosa")
    move_session(session, status=SessionStatus.CLOSED, actor=actor_for(rosa))

    answer = client.post(url(session), {"key": str(uuid7()), "trainees": [str(rosa.pk)]})

    assert [one.name for one in answer.context["chosen"]] == [rosa.name]
    assert f'value="{rosa.pk}" checked' in answer.content.decode()


def test_who_was_registered_by_another_employer_is_said_without_its_rank_nor_its_name(buyer, client):
    other, session = make_member("KANB autre CAE"), make_session(make_course(make_member()), capacity=1)
    rosa, ines = make_person(buyer, first_name="Rosa", last_name="Almeida"), make_person(buyer, first_name="Inès", last_name="Duval")
    join(rosa, other, "entrepreneur")
    register(session, make_person(other), rosa, employer=other)
    assert Registration.unscoped.get(trainee=rosa).rank == 1

    one, key = {"key": str(uuid7()), "trainees": [str(rosa.pk)]}, str(uuid7())
    alone, again = (said(client.post(url(session), one, follow=True)) for _ in range(2))
    both = said(client.post(url(session), {"key": key, "trainees": [str(rosa.pk), str(ines.pk)]}, follow=True))

    sentence = "Rosa Almeida est déjà dans cette session, par un autre employeur : rien n’a changé."
    assert alone == again == [sentence]
    assert both == ["1 personne en liste d’attente (rang 2).", sentence]
    assert Registration.unscoped.filter(trainee=rosa).count() == 1


def said(answer):
    assert "KANB" not in answer.content.decode()
    return [re.sub(r"[\u00a0\u202f]", " ", str(message)) for message in answer.context["messages"]]


def test_people_of_the_same_name_are_told_apart_as_far_as_the_reader_may_see(buyer):
    one, two = (make_person(buyer, first_name="Louison", last_name="Castagné") for _ in range(2))
    staff, provider = actor_for(make_person(buyer, "advisor")), make_member()
    lent = make_person(provider, "shared_staff")
    loan = make_loan(lent, provider=provider, beneficiary=buyer)
    lent_actor = actor_for(lent, f"agreement:{loan.pk}")
    people = registrable_people(buyer.pk).filter(last_name="Castagné")

    seen = {choice.detail for choice in choices(people, staff, organisation_id=buyer.pk)}
    lent_sees = {choice.detail for choice in choices(people, lent_actor, organisation_id=buyer.pk)}

    assert seen == {one.email, two.email}
    assert not any("@" in detail for detail in lent_sees)
    assert all("rattachement du" in detail for detail in lent_sees)


@pytest.mark.parametrize(
    ("contract", "nature", "is_said"), [("cape", "training", True), ("cape", "workshop", False), ("cesa", "training", False)]
)
def test_who_has_no_contract_of_employment_is_named_when_she_is_registered(buyer, client, contract, nature, is_said):
    profile = make_profile(buyer, first_name="Rosa", last_name="Almeida")
    Profile.unscoped.filter(pk=profile.pk).update(contract_status=contract)
    session = make_session(make_course(make_member()), nature=nature)

    answer = client.post(url(session), {"key": str(uuid7()), "trainees": [str(profile.user_id)]}, follow=True)

    assert ("En contrat CAPE : Rosa Almeida." in " ".join(said(answer))) == is_said
    assert Registration.unscoped.count() == 1


def test_giving_back_is_asked_first_and_says_who_takes_the_place(buyer, client):
    session = make_session(make_course(make_member()), capacity=1)
    first, second = make_person(buyer, first_name="Rosa"), make_person(buyer, first_name="Inès")
    register(session, first, employer=buyer)
    register(session, second, employer=buyer)
    row = Registration.unscoped.get(trainee=first)
    address = reverse("sessions:cancel_registration", args=[session.pk, row.pk])

    page = client.get(address)
    row.refresh_from_db()
    assert row.status == RegistrationStatus.CONFIRMED, "reading changes nothing"
    assert "la première prend la place aussitôt" in page.content.decode()

    answer = client.post(address, follow=True)
    assert "La première personne en attente prend la place." in answer.content.decode()
    assert Registration.unscoped.get(trainee=second).status == RegistrationStatus.CONFIRMED


def test_a_place_that_nobody_waits_for_is_said_to_be_free(buyer, client):
    session = make_session(make_course(make_member()))
    person = make_person(buyer)
    register(session, person, employer=buyer)
    row = Registration.unscoped.get()

    answer = client.post(reverse("sessions:cancel_registration", args=[session.pk, row.pk]), follow=True)

    text = answer.content.decode()
    assert "La place est libre." in text
    assert "première personne en attente" not in text


def test_a_cancelled_session_says_why_and_offers_nothing(client):
    home = make_member()
    session = make_session(make_course(home))
    manager = sign_in(make_person(home, "training_manager"))
    manager.post(reverse("sessions:cancel", args=[session.pk]), {"reason": "La formatrice est absente."})
    address = reverse("sessions:detail", args=[session.pk])

    ours, theirs, anyone = (one.get(address).content.decode() for one in (manager, client, type(client)()))

    for page in (ours, theirs):
        assert "La formatrice est absente." in page
    assert "La formatrice est absente." not in anyone
    for page in (ours, theirs, anyone):
        assert f"Le {date_fr(today())}, cette session a été annulée." in page
        assert "Places prises" not in page
        assert "Établir les conventions" not in page


def test_ranks_are_said_in_the_plural(buyer, client):
    session = make_session(make_course(make_member()), capacity=1)
    people = [make_person(buyer) for _ in range(3)]

    answer = client.post(url(session), {"key": str(uuid7()), "trainees": [str(one.pk) for one in people]}, follow=True)

    assert "1\u00a0personne inscrite et 2\u00a0personnes en liste d’attente (rangs 1 et 2)." in answer.content.decode()


def test_full_sessions_are_in_the_list_until_places_are_asked_for():
    home = make_member()
    full, free = make_session(make_course(home, title="Complète"), capacity=1), make_session(make_course(home, title="Avec des places"))
    register(full, make_person(home), employer=home)

    def titles(query):
        return {row["title"] for row in Client().get(f"/formations/sessions.json{query}").json()["results"]}

    assert titles("") == {full.title, free.title}
    assert titles("?places=non") == {full.title, free.title}
    assert titles("?places=1") == {free.title}


@pytest.mark.parametrize(
    ("facts", "status", "state"),
    [
        ({}, "open", "Inscriptions ouvertes"),
        ({"starts_on": timedelta()}, "closed", "En cours"),
        ({"registration_closes_on": -timedelta(days=1)}, "closed", "Inscriptions closes"),
        ({"status": SessionStatus.CLOSED}, "closed", "Inscriptions closes"),
    ],
)
def test_a_session_where_nobody_can_be_registered_offers_no_place_anywhere(client, facts, status, state):
    home = make_member()
    session = make_session(make_course(home), capacity=8)
    TrainingSession.unscoped.filter(pk=session.pk).update(**dated(facts))

    asked = client.get("/formations/sessions.json?places=1").json()["results"]
    (row,) = client.get("/formations/sessions.json").json()["results"]
    lines = b"".join(client.get("/formations/sessions.csv").streaming_content).decode()
    pages = [
        client.get(address).content.decode() for address in (f"/cooperatives/{home.slug}/", session.course.url, "/formations/sessions/")
    ]

    assert (row["status"], row["state"], len(asked)) == (status, state, status == "open")
    assert state in lines
    assert ["8\u00a0places libres" in page for page in pages] == [status == "open"] * 3
    assert state == "En cours" or all(state.lower() in page.lower() for page in pages[2:] if status == "closed")
    assert status == "open" or all(f", {state.lower()}</span>" in page for page in pages[:2])


def test_a_session_that_was_held_is_not_cancelled():
    session = make_attended(make_member())
    manager = sign_in(make_person(session.organisation, "training_manager"))
    address = reverse("sessions:cancel", args=[session.pk])

    page = manager.get(reverse("sessions:detail", args=[session.pk])).content.decode()
    answer = manager.post(address, {"reason": "Erreur"}, follow=True)

    session.refresh_from_db()
    assert address not in page
    assert not session.is_cancelled
    assert "elle ne s’annule plus" in answer.content.decode()


@pytest.mark.parametrize("has_people", [False, True])
def test_cancelling_says_that_employers_are_told_when_there_are_some(has_people):
    session = make_session(make_course(make_member()))
    if has_people:
        register(session, make_person(buyer := make_member()), employer=buyer)
    manager = sign_in(make_person(session.organisation, "training_manager"))

    answer = manager.post(reverse("sessions:cancel", args=[session.pk]), {"reason": "Grève"}, follow=True).content.decode()

    assert ("les employeurs sont prévenus" in answer, "personne n’y était inscrit" in answer) == (has_people, not has_people)


@pytest.mark.parametrize(
    ("facts", "said"),
    [
        ({"status": SessionStatus.CLOSED}, "Seul l’organisme les rouvre."),
        ({"registration_closes_on": -timedelta(days=3)}, "Elles se faisaient jusqu’au {day}."),
        ({"starts_on": timedelta()}, "La session a commencé le {day}."),
        ({"status": SessionStatus.CANCELLED}, "Cette session est annulée."),
    ],
)
def test_no_form_is_shown_when_nobody_can_be_registered_and_it_is_said_why(buyer, client, facts, said):
    make_person(buyer, first_name="Rosa")
    session = make_session(make_course(make_member()))
    facts = dated(facts)
    TrainingSession.unscoped.filter(pk=session.pk).update(**facts)
    said = said.format(day=next((long_date_fr(value) for value in facts.values() if isinstance(value, date)), ""))

    page = client.get(url(session)).content.decode()

    assert said in page
    assert 'name="trainees"' not in page
    assert said in client.get(reverse("sessions:detail", args=[session.pk])).content.decode() or "annulée" in said


@pytest.mark.parametrize(
    ("starts_in", "hours", "capacity", "is_said"),
    [
        (30, {}, 12, True),
        (32, {}, 12, True),
        (33, {}, 12, False),
        (30, {"starts_at": time(18), "ends_at": time(20)}, 12, False),
        (30, {}, 1, False),
    ],
)
def test_a_place_at_the_same_hours_elsewhere_is_said_and_locks_nothing(buyer, client, starts_in, hours, capacity, is_said):
    rosa, ines = make_person(buyer, first_name="Rosa", last_name="Almeida"), make_person(buyer)
    other = make_session(make_course(make_member(), title="Badigeon"), starts_in=starts_in, capacity=capacity)
    register(other, ines, employer=buyer)  # who is registered here is the only one of whom it is said; with one place, Rosa waits
    register(other, rosa, employer=buyer)
    if hours:
        other.half_days.filter(period="pm").delete()
        other.half_days.update(**hours)
    session = make_session(make_course(make_member(), title="Badigeon"))

    page = client.post(url(session), {"key": str(uuid7()), "trainees": [str(rosa.pk)], "register": "1"}, follow=True).content.decode()

    assert Registration.unscoped.filter(session=session, trainee=rosa, status=RegistrationStatus.CONFIRMED).exists()
    assert page.count("a déjà une place à") == is_said
    where = f"Lormont, {period_fr(other.starts_on, other.ends_on)}"
    assert (f"Rosa Almeida a déjà une place à «\u00a0Badigeon\u00a0» ({where}) aux mêmes heures." in page) == is_said


def test_a_place_elsewhere_without_a_town_is_told_by_its_organiser(buyer, client):
    rosa, home = make_person(buyer, first_name="Rosa", last_name="Almeida"), make_member(name="Alter-Bâtir")
    register(make_session(make_course(home), city="", postal_code=""), rosa, employer=buyer)
    session = make_session(make_course(make_member()))

    page = client.post(url(session), {"key": str(uuid7()), "trainees": [str(rosa.pk)], "register": "1"}, follow=True).content.decode()

    assert f"(Alter-Bâtir, {period_fr(session.starts_on, session.ends_on)}) aux mêmes heures." in page


@pytest.mark.parametrize("closes_in", [None, 20, 29, 30, 45])
def test_the_last_day_that_the_pages_say_is_the_last_on_which_one_registers(buyer, client, closes_in):
    closes_on = today() + timedelta(days=closes_in) if closes_in else None
    session = make_session(make_course(make_member()), starts_in=30, registration_closes_on=closes_on)
    last = today() + timedelta(days=min(closes_in or 29, 29))

    assert (session.is_open_on(last), session.is_open_on(last + timedelta(days=1))) == (True, False)
    assert f"Inscriptions jusqu’au {long_date_fr(last)}." in client.get(url(session)).content.decode()
    page = client.get(reverse("sessions:detail", args=[session.pk])).content.decode()
    assert f"<dt>Inscriptions</dt><dd>jusqu’au {day_fr(last)}</dd>" in page


@pytest.mark.parametrize(
    ("facts", "is_offered"),
    [({}, True), ({"starts_on": timedelta()}, False), ({"registration_closes_on": -timedelta(days=1)}, False)],
)
def test_registrations_that_are_closed_are_not_offered_to_be_closed(facts, is_offered):
    body = make_member()
    session = make_session(make_course(body))
    TrainingSession.unscoped.filter(pk=session.pk).update(**dated(facts))

    page = sign_in(make_person(body, "training_manager")).get(reverse("sessions:detail", args=[session.pk])).content.decode()

    assert ("Clore les inscriptions" in page) == is_offered


def test_registrations_that_nobody_could_use_are_not_opened():
    body = make_member()
    session = make_session(make_course(body), status=SessionStatus.CLOSED, registration_closes_on=today() - timedelta(days=3))
    manager = sign_in(make_person(body, "training_manager"))
    opening = reverse("sessions:open", args=[session.pk])
    assert opening not in manager.get(reverse("sessions:detail", args=[session.pk])).content.decode()

    said = manager.post(opening, follow=True).content.decode()

    assert "ne peuvent plus s’ouvrir" in said
    assert TrainingSession.unscoped.get().status == SessionStatus.CLOSED
    TrainingSession.unscoped.update(registration_closes_on=today())
    manager.post(opening)
    assert TrainingSession.unscoped.get().status == SessionStatus.OPEN


@pytest.mark.parametrize(("starts_in", "is_said"), [(30, True), (33, False)])
def test_a_person_reads_of_two_places_at_the_same_hours(buyer, starts_in, is_said):
    rosa, badigeon = make_person(buyer), make_session(make_course(make_member(), title="Badigeon"), starts_in=starts_in)
    chaux = make_session(make_course(make_member(), title="Chaux"))
    for session in (badigeon, chaux):
        register(session, rosa, employer=buyer)
    reader = sign_in(rosa)

    page = reader.get("/moi/formations/").content.decode()

    assert [f"Aux mêmes heures que «&nbsp;{title}&nbsp;»" in page for title in ("Badigeon", "Chaux")] == [is_said] * 2
    cancel_registration(badigeon.registrations.get(), actor=SYSTEM)
    assert "Aux mêmes heures" not in reader.get("/moi/formations/").content.decode()


@pytest.mark.parametrize(("minutes", "is_said"), [(21 * 60, False), (21 * 60 + 30, True), (None, False)])
def test_a_session_shorter_than_its_programme_says_so_to_who_holds_it(client, minutes, is_said):
    session = make_session(make_course(make_member(), duration_minutes=minutes))
    manager, words = sign_in(make_person(session.organisation, "training_manager")), "plus courte que son programme"
    page = reverse("sessions:detail", args=[session.pk])

    shown = [manager.get(address).content.decode() for address in (page, reverse("sessions:edit", args=[session.pk]))]

    assert [words in one for one in shown] == [is_said] * 2
    assert all("Il manque 30\u00a0min" in one for one in shown if is_said)
    assert words not in client.get(page).content.decode(), "advice to who can change it"


def test_place_given_back_at_the_moment_when_somebody_signs_is_refused_in_words(buyer, client, monkeypatch):
    session = make_session()
    row = register(session, make_person(buyer), employer=buyer).registrations[0]
    answers = iter([False, True])  # the page looks, somebody signs, the service looks again
    monkeypatch.setattr(TrainingSession, "has_begun", lambda held, day: next(answers, True))

    answer = client.post(reverse("sessions:cancel_registration", args=[session.pk, row.pk]), follow=True)

    assert "une absence se note sur la feuille d’émargement" in answer.content.decode()
    assert Registration.unscoped.get(pk=row.pk).status == RegistrationStatus.CONFIRMED
