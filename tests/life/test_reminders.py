"""Reminders of events: a week before and the day before, once each, to who has a place still."""

from datetime import timedelta

import pytest
from django.utils import timezone

from hub.core.accounts.models import Membership
from hub.core.accounts.services import withdraw_role
from hub.core.jobs import registry
from hub.core.kit.dates import local, today
from hub.core.notifications.digests import choose_rhythm
from hub.core.notifications.models import Mail, Notification, Rhythm
from hub.pages.events import services
from hub.pages.events.models import EventPage, EventRegistration
from hub.pages.writing import services as writing
from tests.builders.accounts import SYSTEM
from tests.builders.life import attend, make_event, writer

pytestmark = pytest.mark.django_db
WEEK, EVE = "life.event_next_week", "life.event_tomorrow"


@pytest.fixture
def event():
    return make_event(starts_in=20, capacity=1)


@pytest.fixture
def person(event):
    user = writer()
    attend(event, user)
    return user


def day_of(event):
    return local(event.starts_at).date()


def told(user):
    return list(Notification.unscoped.filter(user=user, kind__in=[WEEK, EVE]).order_by("created_at", "id").values_list("kind", flat=True))


def each_morning(event):
    for before in range(10, -2, -1):
        services.remind(day_of(event) - timedelta(days=before))
        services.remind(day_of(event) - timedelta(days=before))


def test_who_has_a_place_is_told_a_week_before_and_the_day_before_and_never_twice(event, person):
    waiting = writer()
    attend(event, waiting)

    assert services.remind(day_of(event) - timedelta(days=8)) == 0
    assert services.remind(day_of(event) - timedelta(days=7)) == 1
    assert services.remind(day_of(event) - timedelta(days=2)) == 0
    assert services.remind(day_of(event) - timedelta(days=1)) == 1
    assert services.remind(day_of(event) - timedelta(days=1)) == 0

    assert (told(person), told(waiting)) == ([WEEK, EVE], [])


def test_a_morning_that_was_missed_is_made_up_for(event, person):
    assert services.remind(day_of(event) - timedelta(days=5)) == 1
    assert told(person) == [WEEK]


def test_who_registers_late_is_told_nothing_she_has_just_read(event, person):
    EventRegistration.unscoped.filter(user=person).update(created_at=timezone.now() + timedelta(days=15))

    each_morning(event)

    assert told(person) == [EVE]


def give_back(event, user):
    services.cancel_registration(EventRegistration.unscoped.get(user=user), actor=SYSTEM)


def cancel(event, user):
    services.cancel_event(event, reason="Neige", actor=SYSTEM)


def take_down(event, user):
    writing.take_down(event, actor=SYSTEM)


def leave_the_federation(event, user):
    withdraw_role(Membership.unscoped.get(user=user), actor=SYSTEM)


@pytest.mark.parametrize("happens", [give_back, cancel, take_down, leave_the_federation])
def test_who_comes_no_more_is_told_nothing(event, person, happens):
    happens(event, person)

    each_morning(event)

    assert told(person) == []


def test_an_event_moved_to_another_day_is_told_again(event, person):
    each_morning(event)
    EventPage.objects.filter(pk=event.pk).update(starts_at=event.starts_at + timedelta(days=30), ends_at=event.ends_at + timedelta(days=30))
    event.refresh_from_db()

    each_morning(event)

    assert told(person) == [WEEK, EVE] * 2


def test_the_week_waits_for_the_digest_and_the_day_before_does_not(event, person):
    choose_rhythm(person, Rhythm.WEEKLY)

    each_morning(event)

    assert {row.kind: row.held for row in Mail.objects.filter(user=person, kind__in=[WEEK, EVE])} == {WEEK: True, EVE: False}


def test_the_letter_says_when_and_where_and_never_the_link(person, event):
    EventPage.objects.filter(pk=event.pk).update(link="https://visio.example.org/secret")

    each_morning(event)

    words = "".join(Mail.objects.filter(user=person, kind=EVE).values_list("subject", "body").get())
    assert "Demain" in words
    assert "Cadillac" in words
    assert "visio.example.org" not in words


def test_a_job_does_it_each_morning():
    assert "events.remind" in registry.periodics
    assert services.remind(today()) == 0
