"""Places: bars B1 (exact under load), B3 (a double click asks nothing more), and the model of the waiting line."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import IntegrityError, connections, transaction
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from hub.core.accounts.models import Membership
from hub.core.accounts.selectors import actor_for
from hub.core.accounts.services import withdraw_role
from hub.core.jobs.runner import drain
from hub.core.kit.dates import today
from hub.core.kit.identifiers import uuid7
from hub.core.notifications.models import Notification
from tests.builders.accounts import SYSTEM, join, make_actor, make_loan, make_member, make_person
from tests.builders.trainings import half_days, make_session, register
from trainings.sessions.enums import RegistrationStatus, SessionStatus
from trainings.sessions.errors import CapacityTooSmall, KeyWasUsed, NotRegistrable, SessionIsClosed
from trainings.sessions.models import Registration, TrainingSession
from trainings.sessions.services import cancel_registration, move_session, register_trainees, update_session

CONFIRMED, WAITING, CANCELLED = RegistrationStatus.CONFIRMED, RegistrationStatus.WAITING, RegistrationStatus.CANCELLED


def rows(session):
    return Registration.unscoped.filter(session=session)


def assert_exact(session, *, wanted):
    """The invariant of every bar: full before anybody waits, ranks 1..n, counts that follow."""
    session.refresh_from_db()
    confirmed = rows(session).filter(status=CONFIRMED).count()
    ranks = list(rows(session).filter(status=WAITING).order_by("rank").values_list("rank", flat=True))
    assert confirmed == min(session.capacity, wanted)
    assert ranks == list(range(1, wanted - confirmed + 1))
    assert (session.confirmed_count, session.waiting_count) == (confirmed, len(ranks))


@pytest.mark.django_db(transaction=True)
def test_last_seat_asked_by_many_at_once_is_given_once():
    employer = make_member()
    session = make_session(capacity=3)
    actor = make_actor(employer, "training_manager")
    people = [make_person(employer) for _ in range(20)]

    def ask(person):
        try:
            register_trainees(session, trainees=[person], employer=employer, actor=actor, key=uuid7())
        finally:
            connections.close_all()

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(ask, people))

    assert_exact(session, wanted=20)


@pytest.mark.django_db(transaction=True)
def test_the_same_form_sent_many_times_at_once_registers_once():
    employer = make_member()
    session = make_session(capacity=3)
    actor, person, key = make_actor(employer, "training_manager"), make_person(employer), uuid7()

    def ask(_):
        try:
            return register_trainees(session, trainees=[person], employer=employer, actor=actor, key=key).registrations[0].pk
        finally:
            connections.close_all()

    with ThreadPoolExecutor(8) as pool:
        answers = set(pool.map(ask, range(16)))

    assert len(answers) == 1
    assert_exact(session, wanted=1)


@pytest.mark.django_db
def test_a_key_with_another_request_behind_it_is_refused():
    employer, key = make_member(), uuid7()
    session, actor = make_session(), make_actor(employer, "training_manager")
    first, second = make_person(employer), make_person(employer)
    register_trainees(session, trainees=[first], employer=employer, actor=actor, key=key)

    with pytest.raises(KeyWasUsed):
        register_trainees(session, trainees=[second], employer=employer, actor=actor, key=key)

    assert_exact(session, wanted=1)


@pytest.mark.django_db
def test_registering_twice_keeps_one_row():
    employer = make_member()
    session, person = make_session(), make_person(employer)

    register(session, person, employer=employer)
    register(session, person, employer=employer)

    assert_exact(session, wanted=1)


@pytest.mark.django_db
def test_the_database_itself_refuses_one_place_too_many():
    session = make_session(capacity=1)

    with pytest.raises(IntegrityError), transaction.atomic():
        TrainingSession.unscoped.filter(pk=session.pk).update(confirmed_count=2)


@pytest.mark.django_db
def test_somebody_of_another_employer_is_not_registrable():
    employer, stranger = make_member(), make_person(make_member())

    with pytest.raises(NotRegistrable):
        register(make_session(), stranger, employer=employer)


@pytest.mark.django_db
@pytest.mark.parametrize(("status", "starts_in"), [("draft", 30), ("closed", 30), ("cancelled", 30), ("open", 0), ("open", -5)])
def test_a_session_that_is_not_open_takes_nobody(status, starts_in):
    employer = make_member()
    session = make_session(status=status, starts_in=starts_in)

    with pytest.raises(SessionIsClosed):
        register(session, make_person(employer), employer=employer)


@pytest.mark.django_db
def test_cancelling_calls_the_first_in_line_and_tells_who_registered_her(mailoutbox):
    employer = make_member()
    session = make_session(capacity=1)
    manager = make_actor(employer, "training_manager")
    people = [make_person(employer) for _ in range(3)]
    for person in people:
        register(session, person, employer=employer, actor=manager)

    cancel_registration(rows(session).get(trainee=people[0]), actor=manager)

    assert rows(session).get(trainee=people[1]).status == CONFIRMED
    assert rows(session).get(trainee=people[2]).rank == 1
    assert people[1].notifications.filter(kind="trainings.own_place").exists()


@pytest.mark.django_db
def test_a_closed_account_takes_no_place_and_keeps_nobody_waiting():
    employer = make_member()
    session = make_session(capacity=1)
    there, closed, active = (make_person(employer) for _ in range(3))
    for person in (there, closed, active):
        register(session, person, employer=employer)
    closed.is_active = False
    closed.save()

    promoted = cancel_registration(Registration.unscoped.get(trainee=there), actor=SYSTEM)

    assert [row.trainee for row in promoted] == [active]
    assert Registration.unscoped.get(trainee=closed).status == "cancelled"
    session.refresh_from_db()
    assert (session.confirmed_count, session.waiting_count) == (1, 0)


@pytest.mark.django_db
def test_who_left_her_employer_takes_no_place_that_it_would_pay_for():
    employer, other = make_member(), make_member()
    session = make_session(capacity=1)
    there, gone, stays = (make_person(employer) for _ in range(3))
    for person in (there, gone, stays):
        register(session, person, employer=employer)
    Membership.unscoped.filter(user=gone).update(starts_on=today() - timedelta(days=9), ends_on=today() - timedelta(days=1))
    join(gone, other, "entrepreneur")

    promoted = cancel_registration(Registration.unscoped.get(trainee=there), actor=SYSTEM)

    assert [row.trainee for row in promoted] == [stays]
    assert Registration.unscoped.get(trainee=gone).status == "cancelled"


@pytest.mark.django_db
def test_fewer_places_than_people_are_refused_and_more_call_the_line():
    employer = make_member()
    session = make_session(capacity=2)
    register(session, *[make_person(employer) for _ in range(4)], employer=employer)
    session.refresh_from_db()
    facts = {"capacity": 1}

    with pytest.raises(CapacityTooSmall):
        update_session(session, facts=facts, slots=half_days(session.starts_on), trainers=[], actor=SYSTEM)
    update_session(session, facts={"capacity": 3}, slots=half_days(session.starts_on), trainers=[], actor=SYSTEM)

    assert_exact(session, wanted=4)


@pytest.mark.django_db
def test_more_places_or_a_rank_given_back_promote_nobody_once_the_first_day_has_come():
    employer = make_member()
    session = make_session(capacity=1)
    register(session, *[make_person(employer) for _ in range(3)], employer=employer)
    session.refresh_from_db()

    update_session(session, facts={"capacity": 3}, slots=half_days(today()), trainers=[], actor=SYSTEM)
    cancel_registration(Registration.unscoped.get(session=session, rank=1), actor=SYSTEM)

    session.refresh_from_db()
    assert (session.confirmed_count, session.waiting_count) == (1, 1)


@pytest.mark.django_db
def test_a_place_given_back_on_the_first_day_goes_to_the_line_once_the_session_is_put_off():
    employer = make_member()
    session = make_session(capacity=1)
    register(session, *[make_person(employer) for _ in range(2)], employer=employer)
    session.refresh_from_db()
    update_session(session, facts={}, slots=half_days(today()), trainers=[], actor=SYSTEM)
    cancel_registration(rows(session).get(status=CONFIRMED), actor=SYSTEM)
    session.refresh_from_db()
    assert (session.confirmed_count, session.waiting_count) == (0, 1)

    promoted = update_session(session, facts={}, slots=half_days(today() + timedelta(days=9)), trainers=[], actor=SYSTEM)

    assert [row.status for row in promoted] == [CONFIRMED]
    session.refresh_from_db()
    assert (session.confirmed_count, session.waiting_count) == (1, 0)


@pytest.mark.django_db
def test_cancelling_a_session_cancels_its_registrations():
    employer = make_member()
    session = make_session(capacity=1)
    register(session, *[make_person(employer) for _ in range(3)], employer=employer)
    session.refresh_from_db()

    move_session(session, status=SessionStatus.CANCELLED, actor=SYSTEM, reason="Trop peu de monde")

    session.refresh_from_db()
    assert set(rows(session).values_list("status", flat=True)) == {CANCELLED}
    assert (session.confirmed_count, session.waiting_count) == (0, 0)


@pytest.mark.django_db
def test_a_cancelled_session_is_told_to_those_who_register_now_and_to_the_trainees():
    employer, other, lender = make_member(), make_member(), make_member()
    session = make_session(capacity=2)
    gone, stays, elsewhere = (make_person(home, "training_manager") for home in (employer, employer, other))
    lent = make_person(lender, "shared_staff")
    loan = make_loan(lent, provider=lender, beneficiary=employer)
    one, two, three = make_person(employer), make_person(employer), make_person(other)
    register(session, one, employer=employer, actor=actor_for(gone))
    register(session, two, employer=employer, actor=actor_for(lent, f"agreement:{loan.pk}"))
    register(session, three, employer=other, actor=actor_for(elsewhere))  # she waits
    withdraw_role(Membership.unscoped.get(user=gone), actor=SYSTEM)

    move_session(session, status=SessionStatus.CANCELLED, actor=SYSTEM, reason="Trop peu de monde")

    assert told("trainings.session_cancelled") == {stays, lent, elsewhere}
    assert told("trainings.own_session_cancelled") == {one, two, three}


@pytest.mark.django_db
def test_a_freed_place_is_told_to_those_who_register_now_and_to_who_has_it(mailoutbox):
    employer = make_member()
    session = make_session(capacity=1)
    gone, stays = (make_person(employer, "training_manager") for _ in range(2))
    one, two = make_person(employer), make_person(employer)
    for person in (one, two):
        register(session, person, employer=employer, actor=actor_for(gone))
    withdraw_role(Membership.unscoped.get(user=gone), actor=SYSTEM)

    cancel_registration(rows(session).get(trainee=one), actor=SYSTEM)

    assert told("trainings.registration_promoted") == {stays}
    assert told("trainings.own_place") == {two}
    (line,) = stays.notifications.filter(kind="trainings.registration_promoted")
    assert line.text.startswith(f"{two.name} a une place")
    drain()
    own, staff = ("".join(one.body for one in mailoutbox if one.to == [person.email]) for person in (two, stays))
    assert "annulez l’inscription" in staff
    assert f"Un empêchement\u202f? Prévenez {employer.name}" in own
    assert two.name not in own.partition("Un empêchement")[0].removeprefix(f"Bonjour {two.name}")


def told(kind):
    return {row.user for row in Notification.unscoped.filter(kind=kind).select_related("user")}


class WaitingLine(RuleBasedStateMachine):
    """Registrations, cancellations and changes of capacity in any order keep the places exact and the line dense, first come first."""

    @initialize(capacity=st.integers(1, 4))
    def open_session(self, capacity):
        self.employer = make_member()
        self.manager = make_actor(self.employer, "training_manager")
        self.session = make_session(capacity=capacity)
        self.line = []  # people in order of arrival

    @rule()
    def arrive(self):
        person = make_person(self.employer)
        register(self.session, person, employer=self.employer, actor=self.manager)
        self.line.append(person.pk)

    @precondition(lambda self: self.line)
    @rule(data=st.data())
    def leave(self, data):
        pk = data.draw(st.sampled_from(self.line))
        cancel_registration(rows(self.session).exclude(status=CANCELLED).get(trainee=pk), actor=self.manager)
        self.line.remove(pk)

    @rule(more=st.integers(1, 3))
    def enlarge(self, more):
        self.session.refresh_from_db()
        facts = {"capacity": self.session.capacity + more}
        update_session(self.session, facts=facts, slots=half_days(self.session.starts_on), trainers=[], actor=SYSTEM)

    @invariant()
    def exact(self):
        if hasattr(self, "session"):
            assert_exact(self.session, wanted=len(self.line))
            confirmed = set(rows(self.session).filter(status=CONFIRMED).values_list("trainee", flat=True))
            assert confirmed == set(self.line[: self.session.capacity]), "promotion strictly by rank"


class TestWaitingLine(TestCase):
    def test_line(self):
        from hypothesis.stateful import run_state_machine_as_test

        run_state_machine_as_test(
            WaitingLine,
            settings=settings(
                max_examples=12, stateful_step_count=14, deadline=None, suppress_health_check=list(HealthCheck), database=None
            ),
        )
