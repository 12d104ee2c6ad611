"""The clock: ticks, periodic jobs started once by however many schedulers, purges."""

import sqlite3
from contextlib import closing
from datetime import UTC, datetime, time, timedelta

import pytest
from celery.signals import after_task_publish
from django.core.management import CommandError, call_command

from hub.core.jobs import embedded, registry, services, tasks
from hub.core.jobs.models import Heartbeat, Outbox, PeriodicRun, TaskRun
from tests.core.jobs_tools import clock, nudges, own_registry  # noqa: F401
from tests.core.races import run_together

pytestmark = pytest.mark.usefixtures("own_registry", "nudges")


def test_tick_finishes_what_no_nudge_announced(db, nudges):
    """The bite of the sweep: every nudge is lost, the lines are done all the same."""
    nudges.is_down = True
    done = []
    registry.handler("test.work")(lambda payload: done.append(payload["n"]))
    for n in range(20):
        services.emit("test.work", {"n": n})
    assert done == []

    tasks.tick()

    assert sorted(done) == list(range(20))
    assert Outbox.objects.open().count() == 0


def test_tick_tells_that_the_worker_lives(db, clock):
    tasks.tick()
    clock.forward(seconds=30)
    tasks.tick()

    assert dict(Heartbeat.objects.values_list("name", "at")) == {"worker": clock.moment}


def test_scheduler_that_sends_its_message_lives_though_nobody_reads_it(db, clock, monkeypatch):
    """Behind a long queue the message lapses before its turn."""
    monkeypatch.setattr(tasks, "close_old_connections", lambda: None)  # the test's own connection

    after_task_publish.send(sender="jobs.drain")
    assert not Heartbeat.objects.exists()
    after_task_publish.send(sender="jobs.tick")

    assert dict(Heartbeat.objects.values_list("name", "at")) == {"scheduler": clock.moment}


def test_nudged_worker_is_no_sign_of_the_scheduler(db):
    tasks.drain()

    assert list(Heartbeat.objects.values_list("name", flat=True)) == ["worker"]


def test_interval_job_runs_at_each_interval(db, clock):
    runs = []
    registry.periodic("test.often", every=timedelta(minutes=10))(lambda: runs.append(clock.moment))

    for _ in range(31 * 60 // 5):
        tasks.tick()
        clock.forward(seconds=5)

    assert len(runs) == 4


def test_daily_job_runs_at_its_local_hour_and_makes_up_one_missed_day(db, clock):
    runs = []
    registry.periodic("test.daily", at=time(6, 30))(lambda: runs.append(clock.moment))

    def visit(*moment):
        clock.moment = datetime(*moment, tzinfo=UTC)
        tasks.tick()

    visit(2027, 1, 10, 9, 0)  # opened at ten in Paris: the job of this morning is not owed
    visit(2027, 1, 11, 5, 29)
    assert len(runs) == 0
    visit(2027, 1, 11, 5, 30)  # half past six in Paris
    visit(2027, 1, 11, 5, 31)
    assert len(runs) == 1
    visit(2027, 1, 15, 13, 0)  # the machine was off for three days
    visit(2027, 1, 15, 13, 1)
    assert len(runs) == 2
    visit(2027, 7, 1, 4, 29)  # summer time: half past six is 4 h 30 UTC; the days before are owed once
    assert len(runs) == 3
    visit(2027, 7, 1, 4, 30)
    assert len(runs) == 4


def test_daily_job_runs_once_in_the_night_of_the_clock_change(db, clock):
    runs = []
    registry.periodic("test.night", at=time(2, 30))(lambda: runs.append(clock.moment))
    clock.moment = datetime(2027, 10, 30, 12, 0, tzinfo=UTC)

    for _ in range(48):  # 2 h 30 comes twice in the night of the 31st
        tasks.tick()
        clock.forward(minutes=30)

    assert len(runs) == 1


def test_two_schedulers_start_a_job_once(transactional_db):
    runs = []
    registry.periodic("test.often", every=timedelta(hours=1))(lambda: runs.append(1))

    started = run_together(lambda _: services.start_due(), 6)

    assert sorted(started, key=len)[-1] == ["test.often"]
    assert sum(map(len, started)) == 1
    assert Outbox.objects.count() == 1
    assert PeriodicRun.objects.count() == 1


def test_periodic_that_fails_is_retried_like_any_line(db, clock):
    answers = [ValueError, None]

    def work():
        if error := answers.pop(0):
            raise error

    registry.periodic("test.often", every=timedelta(hours=1))(work)
    tasks.tick()
    clock.forward(seconds=10)
    tasks.tick()

    assert answers == []
    assert Outbox.objects.get().done_at


def test_periodic_says_when():
    for wrong in ({}, {"every": timedelta(1), "at": time(1)}):
        with pytest.raises(ValueError):
            registry.periodic("test.when", **wrong)


# -- purges -----------------------------------------------------------------------------------------------------------
def test_purge_forgets_old_lines_and_runs_and_nothing_else(db, clock):
    registry.handler("test.work")(lambda payload: None)
    services.emit("test.work", {"n": "old"})
    services.drain()
    clock.forward(days=29)
    services.emit("test.work", {"n": "young"})
    services.drain()
    services.emit("test.work", {"n": "open"})
    Outbox.objects.create(topic="test.work", payload={"n": "parked"}, parked_at=clock.moment)
    clock.forward(days=2)
    TaskRun.objects.create(topic="test.work", ok=True, ended_at=clock.moment - timedelta(hours=23))

    assert services.purge() == 3

    assert {row.payload["n"] for row in Outbox.objects.all()} == {"young", "open", "parked"}
    assert TaskRun.objects.count() == 1


def test_embedded_broker_forgets_the_messages_it_handed_out(settings, tmp_path):
    path = tmp_path / "broker.sqlite3"
    settings.BROKER_URL = f"sqla+sqlite:///{path}"
    assert embedded.purge() == 0
    with closing(sqlite3.connect(path)) as broker, broker:
        broker.execute("CREATE TABLE kombu_message (id INTEGER PRIMARY KEY, visible BOOLEAN)")
        broker.execute("INSERT INTO kombu_message (visible) VALUES (0), (1), (0)")

    assert embedded.purge() == 2
    with closing(sqlite3.connect(path)) as broker:
        assert broker.execute("SELECT visible FROM kombu_message").fetchall() == [(1,)]


# -- commands ---------------------------------------------------------------------------------------------------------
def test_command_drains_lists_and_retries(db, clock, capsys):
    done = []

    def work(payload):
        assert payload["n"] < 1 or len(done) > 1
        done.append(payload["n"])

    registry.handler("test.work", max_attempts=1)(work)
    for n in range(3):
        services.emit("test.work", {"n": n})
    call_command("jobs", "drain")
    call_command("jobs", "parked")
    shown = capsys.readouterr().out
    assert "3\u00a0exécutions." in shown
    assert "2\u00a0tâches garées." in shown
    assert "Erreur inattendue (AssertionError" in shown

    done.append(None)
    call_command("jobs", "retry", str(Outbox.objects.parked().first().pk))
    call_command("jobs", "retry", "--all")
    call_command("jobs", "drain")

    assert len(done) == 4
    assert Outbox.objects.open().count() == Outbox.objects.parked().count() == 0


def test_command_refuses_to_retry_what_is_not_parked(db):
    row = Outbox.objects.create(topic="test.work")

    with pytest.raises(CommandError):
        call_command("jobs", "retry", str(row.pk))
