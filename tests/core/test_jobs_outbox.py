"""Writing to the outbox: with the change or not at all, one nudge a transaction, none that can break a write."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from hub.core.jobs import broker, registry, services
from hub.core.jobs.errors import UnknownTopic
from hub.core.jobs.models import Outbox
from hub.core.kit.identifiers import uuid7
from tests.core.jobs_tools import clock, nudges, own_registry  # noqa: F401

pytestmark = pytest.mark.usefixtures("own_registry")


@pytest.fixture
def seen():
    found = []
    registry.handler("test.note")(lambda payload: found.append(payload["n"]))
    return found


def test_emit_writes_a_line_that_a_rollback_takes_back(transactional_db, nudges, seen):
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        services.emit("test.note", {"n": 1})
        raise ZeroDivisionError
    assert Outbox.objects.count() == 0
    assert nudges.count == 0

    with transaction.atomic():
        services.emit("test.note", {"n": 1})
        assert nudges.count == 0
    assert Outbox.objects.count() == 1
    assert nudges.count == 1


def test_emit_nudges_once_a_transaction(transactional_db, nudges, seen):
    with transaction.atomic():
        for n in range(10):
            services.emit("test.note", {"n": n})
        with pytest.raises(ZeroDivisionError), transaction.atomic():
            services.emit("test.note", {"n": 10})
            raise ZeroDivisionError

    assert nudges.count == 1
    assert Outbox.objects.count() == 10


def test_emit_nudges_when_the_first_line_was_taken_back(transactional_db, nudges, seen):
    with transaction.atomic():
        with pytest.raises(ZeroDivisionError), transaction.atomic():
            services.emit("test.note", {"n": 0})
            raise ZeroDivisionError
        services.emit("test.note", {"n": 1})

    assert nudges.count == 1


def test_emit_refuses_an_unknown_topic(db):
    with pytest.raises(UnknownTopic):
        services.emit("test.nobody")


def test_emit_refuses_what_is_not_json(db, seen):
    with pytest.raises(TypeError):
        services.emit("test.note", {"n": uuid7()})


def test_broker_that_refuses_breaks_no_write(transactional_db, nudges, seen, caplog):
    nudges.is_down = True

    with transaction.atomic():
        services.emit("test.note", {"n": 1})

    assert nudges.count == 1
    assert Outbox.objects.open().count() == 1
    assert "ConnectionError" in caplog.text
    assert "secret" not in caplog.text


def test_broker_that_refuses_is_left_alone_for_a_while(transactional_db, nudges, seen, monkeypatch):
    nudges.is_down = True
    for n in range(5):
        services.emit("test.note", {"n": n})
    assert nudges.count == 1

    monkeypatch.setattr(broker, "monotonic", lambda: broker._quiet_until + 1)
    services.emit("test.note", {"n": 5})
    assert nudges.count == 2


def test_delayed_line_waits_and_nudges_nobody(transactional_db, nudges, seen, clock):
    services.emit("test.note", {"n": 1}, delay=timedelta(minutes=5))

    assert services.drain() == 0
    assert nudges.count == 0
    clock.forward(minutes=5)
    assert services.drain() == 1
    assert seen == [1]


def test_lines_of_one_key_run_once_with_the_newest_payload(db, seen):
    for n in range(3):
        services.emit("test.note", {"n": n}, key="note:a")
    services.emit("test.note", {"n": 7}, key="note:b")
    services.emit("test.note", {"n": 8})
    services.emit("test.note", {"n": 9})

    services.drain()

    assert sorted(seen) == [2, 7, 8, 9]
    assert Outbox.objects.open().count() == 0


def test_line_emitted_while_its_key_runs_is_run_again(db):
    """The run may have read the row before this change: coalescing with it would lose the change."""
    seen = []

    def note(payload):
        seen.append(payload["n"])
        if payload["n"] == 1:
            services.emit("test.again", {"n": 2}, key="again")
            assert services.drain() == 0, "lines of one key are run one at a time"

    registry.handler("test.again")(note)
    services.emit("test.again", {"n": 1}, key="again")

    services.drain()

    assert seen == [1, 2]


def test_two_runs_of_one_key_are_refused_by_the_database(db, seen):
    first, second = (services.emit("test.note", {"n": n}, key="note:a") for n in range(2))
    until = timezone.now() + timedelta(minutes=1)
    Outbox.objects.filter(pk=first.pk).update(lease_until=until)

    with pytest.raises(IntegrityError), transaction.atomic():
        Outbox.objects.filter(pk=second.pk).update(lease_until=until)


def test_same_key_of_two_topics_is_not_the_same(db, seen):
    other = []
    registry.handler("test.other")(lambda payload: other.append(payload["n"]))
    services.emit("test.note", {"n": 1}, key="a")
    services.emit("test.other", {"n": 2}, key="a")

    services.drain()

    assert (seen, other) == ([1], [2])


def test_finding_nothing_due_reads_once_and_locks_nothing(db, django_assert_num_queries):
    with django_assert_num_queries(1):
        assert services.drain() == 0


def test_due_lines_are_found_by_index(db, seen):
    """Among thousands that are done, which the index leaves out."""
    now = timezone.now()
    Outbox.objects.bulk_create(Outbox(topic="test.note", done_at=now) for _ in range(3000))
    services.emit("test.note", {"n": 1})
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE jobs_outbox")

    plan = Outbox.objects.due(timezone.now()).order_by("available_at", "pk").explain()

    assert "jobs_due" in plan
