"""Running the outbox: at least once, retried with growing pauses, parked with a reason, one bad line never in the way of the others."""

import smtplib
from contextlib import suppress
from datetime import timedelta

import pytest
from django.core.exceptions import ObjectDoesNotExist
from django.db import transaction

from hub.core.jobs import leases, registry, runner, services
from hub.core.jobs.errors import Park, TryLater
from hub.core.jobs.models import Outbox, TaskRun
from hub.core.jobs.reasons import reason_of
from tests.core.jobs_tools import clock, nudges, own_registry  # noqa: F401
from tests.core.races import run_together

pytestmark = pytest.mark.usefixtures("own_registry", "nudges")


def drain_for(clock, **span) -> None:
    """Sweep after sweep until this much time has passed."""
    end = clock.moment + timedelta(**span)
    while clock.moment < end:
        services.drain()
        clock.forward(seconds=5)


@pytest.mark.parametrize("count", [100, pytest.param(500, marks=pytest.mark.full)])
def test_poison_parks_with_a_reason_and_the_others_finish(db, clock, count):
    done = []

    def work(payload):
        if payload["n"] == count // 2:
            raise ValueError("Mme Secrète, secrete@example.org")
        done.append(payload["n"])

    registry.handler("test.work", max_attempts=5)(work)
    for n in range(count):
        services.emit("test.work", {"n": n})

    drain_for(clock, minutes=5)

    assert len(done) == count - 1
    row = Outbox.objects.parked().get()
    assert row.payload == {"n": count // 2}
    assert row.attempts == 5
    assert row.last_error.startswith("Erreur inattendue (ValueError, tests/core/test_jobs_runs.py, ligne ")
    assert TaskRun.objects.filter(ok=False).count() == 5


def test_poison_in_a_batch_is_found_and_the_other_499_finish(db, clock):
    done, sizes = set(), []

    def work(payloads):
        sizes.append(len(payloads))
        if any(payload["n"] == 250 for payload in payloads):
            raise ValueError
        done.update(payload["n"] for payload in payloads)

    registry.batch_handler("test.batch", size=500, max_attempts=5)(work)
    for n in range(500):
        services.emit("test.batch", {"n": n})

    drain_for(clock, minutes=5)

    assert sizes[0] == 500
    assert done == set(range(500)) - {250}
    assert Outbox.objects.parked().get().payload == {"n": 250}
    assert len(sizes) < 100, "the batch shrinks by steps, it is not run line by line at once"


def test_batch_takes_many_lines_in_one_call(db):
    sizes = []
    registry.batch_handler("test.batch", size=500)(lambda payloads: sizes.append(len(payloads)))
    for n in range(1200):
        services.emit("test.batch", {"n": n})

    assert services.drain() == 3
    assert sizes == [500, 500, 200]


def test_pauses_grow_and_are_spread(db, clock, monkeypatch):
    registry.handler("test.fail", max_attempts=4)(lambda payload: 1 / 0)
    row = services.emit("test.fail")
    pauses = []
    for _ in range(3):
        services.drain()
        row.refresh_from_db()
        pauses.append((row.available_at - clock.moment).total_seconds())
        clock.moment = row.available_at

    for pause, base in zip(pauses, [5, 10, 20], strict=True):
        assert base * 0.75 <= pause <= base * 1.25
    assert pauses != [5, 10, 20]


def test_try_later_costs_no_attempt_and_is_no_failure(db, clock):
    answers = [TryLater(120)] * 9 + [None]

    def work(payload):
        answer = answers.pop(0)
        if answer:
            raise answer

    registry.handler("test.later", max_attempts=3)(work)
    row = services.emit("test.later")
    for _ in range(9):
        services.drain()
        clock.forward(seconds=119)
        assert services.drain() == 0
        clock.forward(seconds=1)
    services.drain()

    row.refresh_from_db()
    assert row.done_at
    assert row.attempts == 1
    assert list(TaskRun.objects.values_list("ok", flat=True)) == [True]


def test_park_stops_at_once_with_its_reason(db):
    def work(payload):
        raise Park("Ce dossier n’a pas d’employeur.")

    registry.handler("test.park")(work)
    row = services.emit("test.park")

    services.drain()

    row.refresh_from_db()
    assert (row.attempts, row.last_error) == (1, "Ce dossier n’a pas d’employeur.")
    assert row.parked_at


def test_retry_gives_a_parked_line_all_its_attempts(db, clock):
    is_repaired = False

    def work(payload):
        assert is_repaired

    registry.handler("test.work", max_attempts=2)(work)
    row = services.emit("test.work")
    drain_for(clock, minutes=1)
    assert Outbox.objects.parked().count() == 1

    is_repaired = True
    assert services.retry(row) is True
    assert services.retry(row) is False
    services.drain()

    row.refresh_from_db()
    assert row.done_at
    assert row.parked_at is None


def test_line_without_handler_fails_and_parks(db, clock):
    """Written by a newer version of the hub, met by a worker of the older one."""
    Outbox.objects.create(topic="test.unborn")
    drain_for(clock, minutes=5)

    assert Outbox.objects.parked().get().last_error == "Aucun traitement ne connaît ce sujet (UnknownTopic)."


# -- leases -----------------------------------------------------------------------------------------------------------
def test_killed_worker_leaves_its_line_to_another(db, clock):
    done = []
    registry.handler("test.work", lease=timedelta(seconds=30))(lambda payload: done.append(payload["n"]))
    row = services.emit("test.work", {"n": 1})
    leases.take()  # and the process dies here

    clock.forward(seconds=29)
    assert services.drain() == 0
    clock.forward(seconds=1)
    assert services.drain() == 1

    row.refresh_from_db()
    assert done == [1]
    assert row.attempts == 2
    assert list(TaskRun.objects.order_by("pk").values_list("ok", flat=True)) == [False, True]


def test_line_that_kills_every_worker_is_parked(db, clock):
    registry.handler("test.kill", max_attempts=3, lease=timedelta(seconds=30))(lambda payload: None)
    row = services.emit("test.kill")
    for _ in range(3):
        assert leases.take()
        clock.forward(seconds=31)

    assert services.drain() == 0

    row.refresh_from_db()
    assert row.parked_at
    assert row.last_error == "Interrompue à chaque essai : processus arrêté, ou plus de 30 s de travail."


def test_batch_that_kills_every_worker_gives_up_only_its_bad_line(db, clock):
    done = set()

    def work(payloads):
        if any(payload["n"] == 7 for payload in payloads):
            raise SystemExit  # as after kill -9: nothing is written down
        done.update(payload["n"] for payload in payloads)

    registry.batch_handler("test.batch", size=100, max_attempts=4, lease=timedelta(seconds=30))(work)
    for n in range(100):
        services.emit("test.batch", {"n": n})
    for _ in range(30):
        with suppress(SystemExit):
            services.drain()
        clock.forward(seconds=10)

    assert done == set(range(100)) - {7}
    assert Outbox.objects.parked().get().payload == {"n": 7}


def test_slow_worker_that_lost_its_lease_changes_nothing(db, clock):
    registry.handler("test.slow", lease=timedelta(seconds=30))(lambda payload: None)
    row = services.emit("test.slow")
    slow = leases.take()
    clock.forward(seconds=31)
    quick = leases.take()

    for close in (leases.finish, lambda lease: leases.fail(lease, "x"), lambda lease: leases.park(lease, "x")):
        close(slow)
        row.refresh_from_db()
        assert (row.done_at, row.parked_at, row.lease_until) == (None, None, quick.until)
    leases.finish(quick)

    row.refresh_from_db()
    assert row.done_at


def test_eight_workers_run_each_line_once(transactional_db):
    runs = []
    registry.handler("test.work")(lambda payload: runs.append(payload["n"]))
    with transaction.atomic():
        for n in range(60):
            services.emit("test.work", {"n": n})

    ended = run_together(lambda _: services.drain(), 8)

    assert sorted(runs) == list(range(60))
    assert sum(ended) == 60
    assert Outbox.objects.open().count() == 0


def test_eight_workers_never_run_one_key_together(transactional_db):
    running, overlaps, seen = set(), [], []

    def work(payload):
        key = payload["key"]
        overlaps.extend([key] if key in running else [])
        running.add(key)
        seen.append((key, payload["n"]))
        if payload["n"] < 10:  # comes back while it runs
            services.emit("test.keyed", {"key": key, "n": payload["n"] + 1}, key=key)
        running.discard(key)

    registry.handler("test.keyed")(work)
    for key in "abcd":
        services.emit("test.keyed", {"key": key, "n": 0}, key=key)

    run_together(lambda _: services.drain(), 8)
    services.drain()

    assert overlaps == []
    assert sorted(seen) == sorted((key, n) for key in "abcd" for n in range(11))


def test_worker_stops_at_its_budget_and_leaves_the_rest(db):
    registry.handler("test.work")(lambda payload: None)
    for n in range(5):
        services.emit("test.work", {"n": n})

    assert runner.drain(budget=timedelta(0)) == 0
    assert Outbox.objects.open().count() == 5


# -- words ------------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("error", "words"),
    [
        (smtplib.SMTPRecipientsRefused({"ada@example.org": (550, b"no")}), "Le serveur de courrier a refusé (SMTPRecipientsRefused)."),
        (ConnectionRefusedError("10.0.0.1"), "Un service est injoignable (ConnectionRefusedError)."),
        (TimeoutError(), "Un service n’a pas répondu à temps (TimeoutError)."),
        (ObjectDoesNotExist(), "L’objet n’existe plus (ObjectDoesNotExist)."),
        (KeyError("ada@example.org"), "Erreur inattendue (KeyError)."),
    ],
)
def test_reason_says_what_failed_without_the_message(error, words):
    assert reason_of(error) == words


def test_log_of_a_failure_holds_no_message(db, caplog):
    def work(payload):
        raise ValueError("secrete@example.org")

    registry.handler("test.work")(work)
    services.emit("test.work")
    services.drain()

    assert "ValueError" in caplog.text
    assert "secrete" not in caplog.text


def test_topic_has_one_handler():
    registry.handler("test.work")(lambda payload: None)

    with pytest.raises(ValueError):
        registry.batch_handler("test.work")(lambda payloads: None)
