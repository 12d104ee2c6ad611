"""/sante/ and /sante.json: red within a minute, states for everyone, facts for the coordinator."""

import os
from dataclasses import dataclass, field
from datetime import timedelta
from uuid import UUID

import pytest
from django.contrib.auth.models import AnonymousUser
from django.contrib.messages.storage.fallback import FallbackStorage
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.test import RequestFactory
from django.urls import resolve, reverse

from hub.core.jobs import broker, health, registry, services
from hub.core.jobs.models import Heartbeat, Outbox, TaskRun
from hub.core.kit import starting
from hub.core.kit.identifiers import uuid7
from tests.core.jobs_tools import clock, nudges, own_checks, own_registry  # noqa: F401

pytestmark = pytest.mark.usefixtures("own_registry", "own_checks", "nudges")


@dataclass(frozen=True)
class Someone:
    """An actor as the jobs see one."""

    is_coordinator: bool = False
    is_signed_in: bool = False
    user_id: UUID | None = None
    organisation_id: UUID | None = None
    organisation_name: str = ""
    permissions: frozenset = field(default=frozenset())


VISITOR, COORDINATOR = Someone(), Someone(is_coordinator=True)


@pytest.fixture
def alive(db, clock):
    """A hub where all is well."""
    services.sign_of_life("worker")
    services.sign_of_life("scheduler")


def ask(name, actor=VISITOR, *, method="get", **kwargs):
    address = reverse(f"jobs:{name}", kwargs=kwargs)
    request = getattr(RequestFactory(), method)(address)
    request.actor, request.user, request.session = actor, AnonymousUser(), {}
    request._messages = FallbackStorage(request)
    health._seen = None
    match = resolve(address)
    return match.func(request, **match.kwargs)


def states():
    return {check.name: check.state for check in health.run_checks(fresh=True)}


def ended(count, *, failed, clock):
    """So many runs ended now, so many of them badly."""
    TaskRun.objects.bulk_create(TaskRun(topic="test.work", line=uuid7(), ok=n >= failed, ended_at=clock.moment) for n in range(count))


# -- the failure ratio ------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("count", "failed", "state"),
    [(100, 5, "bad"), (100, 4, "warn"), (20, 1, "bad"), (19, 19, "warn"), (21, 1, "warn"), (1000, 0, "ok"), (0, 0, "ok")],
)
def test_failures_turn_red_at_five_percent_of_twenty(alive, clock, count, failed, state):
    ended(count, failed=failed, clock=clock)

    assert states()["failures"] == state


def test_failures_are_those_of_five_minutes(alive, clock):
    ended(20, failed=20, clock=clock)
    clock.forward(minutes=4, seconds=59)
    assert states()["failures"] == "bad"

    clock.forward(seconds=2)
    assert states()["failures"] == "ok"


def test_task_tried_again_is_one_task(alive, clock):
    """Four lines of 100 fail and fail again: 4 %, whatever the number of attempts."""
    ended(95, failed=0, clock=clock)
    fails = []
    registry.handler("test.work")(lambda payload: fails.append(1 / 0))
    for _ in range(4):
        services.emit("test.work")
    for _ in range(20):
        services.drain()
        assert states()["failures"] == "warn"
        clock.forward(seconds=10)

    assert TaskRun.objects.filter(ok=False).count() > 12
    services.emit("test.work")
    services.drain()
    assert states()["failures"] == "bad"


def test_health_turns_red_within_a_minute_of_five_percent(alive, clock, client, monkeypatch):
    """Twenty jobs a minute, all well, then one in five fails for good: watched from outside, the answer's cache included."""
    monkeypatch.setattr(health, "monotonic", lambda: clock.moment.timestamp())
    poisoned_from = None

    def work(payload):
        if poisoned_from and payload["n"] % 5 == 0:
            raise ValueError

    def live_three_seconds(n):
        services.emit("test.work", {"n": n})
        clock.forward(seconds=3)
        services.sign_of_life("scheduler")
        services.sign_of_life("worker")
        services.drain()
        return client.get("/sante.json").status_code

    registry.handler("test.work")(work)
    assert {live_three_seconds(n) for n in range(40)} == {200}

    poisoned_from = clock.moment
    n = 40
    while live_three_seconds(n) == 200:
        n += 1
        assert clock.moment - poisoned_from <= timedelta(seconds=60)


# -- the other checks -------------------------------------------------------------------------------------------------
def test_hub_that_works_is_green(alive):
    assert set(states().values()) == {"ok"}
    assert set(states()) == {"database", "broker", "worker", "scheduler", "outbox", "failures"}


@pytest.mark.parametrize(("seconds", "state"), [(5, "ok"), (25, "warn"), (46, "bad")])
def test_silent_processes_are_seen_within_a_minute(alive, clock, seconds, state):
    clock.forward(seconds=seconds)

    assert states()["worker"] == states()["scheduler"] == state


def test_processes_never_seen_are_bad(db):
    assert states()["worker"] == states()["scheduler"] == "bad"


@pytest.mark.parametrize(("seconds", "state"), [(10, "warn"), (44, "warn"), (46, "bad")])
def test_processes_of_a_hub_that_starts_are_not_late_yet(db, settings, tmp_path, clock, seconds, state):
    settings.DATA_DIR = tmp_path
    starting.mark(tmp_path)
    clock.moment = starting.began_at(tmp_path) + timedelta(seconds=seconds)

    assert states()["worker"] == states()["scheduler"] == state


def test_one_that_started_again_waits_for_them_anew_and_one_that_stopped_does_not(alive, settings, tmp_path, clock):
    settings.DATA_DIR = tmp_path
    clock.forward(hours=1)
    before = states()["worker"]
    starting.mark(tmp_path)
    os.utime(tmp_path / starting.MARK, (clock.moment.timestamp(), clock.moment.timestamp()))
    clock.forward(seconds=10)
    during = states()["worker"]
    services.sign_of_life("worker")
    after = states()["worker"]
    starting.unmark(tmp_path)

    assert (before, during, after, states()["scheduler"]) == ("bad", "warn", "ok", "bad")


def test_scheduler_alone_can_be_dead(alive, clock):
    clock.forward(minutes=1)
    services.sign_of_life("worker")

    assert (states()["worker"], states()["scheduler"]) == ("ok", "bad")


@pytest.mark.parametrize(("seconds", "state"), [(0, "ok"), (61, "warn"), (301, "bad")])
def test_late_lines_show(alive, clock, seconds, state):
    registry.handler("test.work")(lambda payload: None)
    services.emit("test.work")
    clock.forward(seconds=seconds)

    assert states()["outbox"] == state


def test_delayed_and_held_lines_are_not_late(alive, clock):
    registry.handler("test.work")(lambda payload: None)
    services.emit("test.work", delay=timedelta(hours=1))
    held = services.emit("test.work")
    Outbox.objects.filter(pk=held.pk).update(lease_until=clock.moment + timedelta(minutes=20))
    clock.forward(minutes=10)

    assert states()["outbox"] == "ok"


def test_parked_line_is_to_be_looked_at(alive, clock):
    Outbox.objects.create(topic="test.work", parked_at=clock.moment)

    assert states()["outbox"] == "warn"


def test_broker_that_refuses_is_bad_and_its_password_stays_hidden(alive, monkeypatch):
    def count():
        raise ConnectionError("redis://:motdepasse@broker")

    monkeypatch.setattr(broker, "_count", count)

    check = next(check for check in health.run_checks(fresh=True) if check.name == "broker")
    assert check.state == "bad"
    assert check.fact == "Injoignable (ConnectionError)"


def test_real_broker_of_the_tests_answers(db):
    """`memory://`, through Celery's own connection."""
    assert broker.waiting_messages() >= 0


def test_answer_is_kept_five_seconds_and_no_longer_than_ten(alive, clock, monkeypatch):
    moment = [1000.0]
    monkeypatch.setattr(health, "monotonic", lambda: moment[0])
    calls = []
    health.register("own", lambda: (calls.append(1), (health.State.OK, ""))[1])
    for second in (0, 4, 9, 12):
        moment[0] = 1000.0 + second
        health.run_checks()

    assert len(calls) == 2
    assert health.CACHE_SECONDS <= 10


# -- the addresses ----------------------------------------------------------------------------------------------------
def test_json_gives_visitors_states_only(alive, client):
    response = client.get("/sante.json")

    assert response.status_code == 200
    assert set(response.json()) == {"state", "at", "checks"}
    assert all(set(line) == {"name", "state"} for line in response.json()["checks"])
    assert "no-store" in response["Cache-Control"]


def test_json_gives_the_coordinator_facts(alive):
    response = ask("health_json", COORDINATOR)

    assert b'"fact"' in response.content
    assert b'"latency_ms"' in response.content


def test_json_says_503_when_something_is_bad(alive, clock, client):
    Heartbeat.objects.all().delete()
    health._seen = None

    response = client.get("/sante.json")

    assert response.status_code == 503
    assert response.json()["state"] == "bad"


def test_json_says_200_when_something_is_only_to_be_looked_at(alive, clock):
    Outbox.objects.create(topic="test.work", parked_at=clock.moment)

    response = ask("health_json")

    assert response.status_code == 200
    assert b'"warn"' in response.content


def test_page_shows_parked_lines_to_the_coordinator_only(alive, clock):
    row = Outbox.objects.create(topic="test.<b>work", parked_at=clock.moment, attempts=5, last_error="Erreur <i>inattendue")
    again = reverse("jobs:retry", args=[row.pk])

    shown = ask("health", COORDINATOR).content.decode()
    hidden = ask("health", VISITOR).content.decode()

    for words in ("test.&lt;b&gt;work", "Erreur &lt;i&gt;inattendue", again, "Relancer", "1\u00a0tâche n’a pas abouti"):
        assert words in shown
    for words in ("test.", "Erreur", "Relancer", "Constat"):
        assert words not in hidden
    assert "À surveiller" in hidden


def test_page_is_open_to_visitors(alive, client):
    response = client.get("/sante/")

    assert response.status_code == 200
    assert "Tout est en ordre" in response.content.decode()


def test_retry_sends_a_parked_line_again(alive, clock):
    row = Outbox.objects.create(topic="test.work", parked_at=clock.moment, attempts=5)

    response = ask("retry", COORDINATOR, method="post", pk=row.pk)

    row.refresh_from_db()
    assert (response.status_code, response.url) == (302, "/sante/")
    assert (row.parked_at, row.attempts) == (None, 0)
    with pytest.raises(Http404):
        ask("retry", COORDINATOR, method="post", pk=row.pk)


def test_retry_is_refused_to_others_and_to_get(alive, clock, client):
    row = Outbox.objects.create(topic="test.work", parked_at=clock.moment)

    with pytest.raises(PermissionDenied):
        ask("retry", VISITOR, method="post", pk=row.pk)
    assert ask("retry", COORDINATOR, pk=row.pk).status_code == 405
    assert client.post(reverse("jobs:retry", args=[row.pk])).status_code in {302, 403}

    row.refresh_from_db()
    assert row.parked_at
