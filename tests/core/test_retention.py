"""What is over goes by itself, on its day and not before; who is erased gives her places to those who wait."""

from datetime import date, timedelta

import pytest
from django.utils import timezone

from hub.core.accounts.models import Invitation, Membership, Recovery
from hub.core.accounts.services import ask_recovery, invite
from hub.core.audit.models import AuditEntry
from hub.core.jobs import registry
from hub.core.kit.dates import local, today, years_before
from hub.core.notifications.models import Mail, Notification
from hub.core.privacy import services
from hub.core.privacy.models import Erasure
from hub.core.ui.personal import declarations
from hub.pages.events.models import EventRegistration, Seating
from tests.builders.accounts import SYSTEM, make_member, make_person
from tests.builders.life import attend, make_event, writer
from tests.builders.trainings import make_course, make_session, register
from trainings.sessions.models import Registration, TrainingSession

pytestmark = pytest.mark.django_db


# -- places ------------------------------------------------------------------------------------------------------------
def test_places_of_who_is_erased_go_to_the_first_who_waits_and_she_is_told():
    event, leaving, waiting = make_event(capacity=1), writer(), writer()
    attend(event, leaving)
    attend(event, waiting)

    services.erase(leaving, actor=SYSTEM)

    row = EventRegistration.unscoped.get(user=waiting)
    seating = Seating.objects.get(event=event)
    assert (row.status, row.rank) == ("confirmed", None)
    assert (seating.confirmed_count, seating.waiting_count) == (1, 0)
    assert Notification.unscoped.filter(user=waiting, kind="life.place_given").exists()
    assert EventRegistration.unscoped.get(user=leaving).status == "cancelled"


def test_what_is_past_stays_as_it_was():
    event, person = make_event(), writer()
    attend(event, person)
    type(event).objects.filter(pk=event.pk).update(
        starts_at=timezone.now() - timedelta(days=2, hours=1), ends_at=timezone.now() - timedelta(days=2)
    )

    services.erase(person, actor=SYSTEM)

    assert EventRegistration.unscoped.get(user=person).status == "confirmed"


def test_places_in_a_session_to_come_are_given_back_too():
    home = make_member()
    session = make_session(make_course(make_member()), capacity=1)
    leaving, waiting = make_person(home), make_person(home)
    register(session, leaving, employer=home)
    register(session, waiting, employer=home)

    services.erase(leaving, actor=SYSTEM)

    assert Registration.unscoped.get(trainee=waiting).status == "confirmed"
    assert Registration.unscoped.get(trainee=leaving).status == "cancelled"
    assert Notification.unscoped.filter(user=waiting, kind="trainings.registration_promoted").exists()


def test_a_session_that_is_being_signed_keeps_who_was_registered():
    home = make_member()
    session = make_session(make_course(make_member()))
    person = make_person(home)
    register(session, person, employer=home)
    session.half_days.update(signing_began_at=timezone.now())

    services.erase(person, actor=SYSTEM)

    assert Registration.unscoped.get(trainee=person).status == "confirmed"
    assert TrainingSession.unscoped.get(pk=session.pk).confirmed_count == 1


# -- retention ---------------------------------------------------------------------------------------------------------
def _registration():
    event = make_event()
    attend(event)
    return EventRegistration.unscoped.filter(user__isnull=False), local(event.ends_at).date().replace(year=event.ends_at.year + 1)


def _invitation():
    home = make_member()
    role = Membership.unscoped.filter(user=make_person(home, "director")).get().role
    row, _ = invite("quelqu.une@example.org", organisation=home, role=role, actor=SYSTEM)
    return Invitation.unscoped.all(), local(row.expires_at).date() + timedelta(days=90)


def _membership():
    person = make_person(make_member())
    Membership.unscoped.filter(user=person).update(starts_on=date(2019, 1, 1), ends_on=date(2024, 2, 29))
    return Membership.unscoped.filter(user=person), date(2029, 3, 1)


def _read_notice():
    row = Notification.unscoped.create(user=writer(), kind="essai", text="Lu", read_at=timezone.now())
    return Notification.unscoped.filter(pk=row.pk), today().replace(year=today().year + 1)


def _sent_letter():
    row = Mail.objects.create(user=writer(), kind="essai", mailed_at=timezone.now())
    return Mail.objects.filter(pk=row.pk), today() + timedelta(days=30)


def _ledger():
    person = writer()
    services.erase(person, actor=SYSTEM)
    return Erasure.unscoped.filter(user=person), today().replace(year=today().year + 5)


def _lost_factor():
    person = writer()
    ask_recovery(person)
    return Recovery.unscoped.filter(user=person), today() + timedelta(days=8)  # a day begun is a day promised


KINDS = [_registration, _invitation, _membership, _read_notice, _sent_letter, _ledger, _lost_factor]


@pytest.mark.parametrize("make", KINDS, ids=lambda make: make.__name__.strip("_"))
def test_what_is_over_is_kept_the_day_before_and_gone_on_its_day(make):
    rows, day = make()
    assert rows.exists()

    services.purge(day - timedelta(days=1))
    assert rows.exists()
    services.purge(day)
    assert not rows.exists()


def test_each_declared_end_has_its_case_here():
    declared = {(one.model._meta.label, name) for one in declarations() for name, rule in one.fields.items() if rule.over}

    assert len(declared) == len(KINDS), declared


def test_purge_says_how_many_and_finds_nothing_twice():
    _, day = _registration()

    services.purge(day)
    lines = AuditEntry.objects.filter(action="privacy.retention", object_kind="events.eventregistration")
    assert [line.data for line in lines] == ['{"column":"user","rows":1}']
    assert services.purge(day) == 0
    assert lines.count() == 1
    assert EventRegistration.unscoped.exists(), "who came is forgotten, not that somebody came"


def test_purge_runs_each_night():
    assert "privacy.purge" in registry.periodics


def test_a_year_before_a_29_february_is_the_28():
    assert years_before(date(2028, 2, 29), 1) == date(2027, 2, 28)
