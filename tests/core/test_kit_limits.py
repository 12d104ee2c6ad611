"""Limits, in the cache of the tests and in the table that a hub without Redis uses: each try counts, however many come at once."""

import time
from datetime import UTC, datetime

import pytest
from django.core.cache import caches
from django.core.management import call_command
from django.db import OperationalError, connection

from hub.core.kit import limits
from hub.settings.env import TABLE_CACHE
from tests.core.races import run_together


@pytest.fixture(autouse=True)
def _nothing_counted_yet():
    caches["default"].clear()


@pytest.fixture
def table(settings):
    settings.CACHES = {"default": TABLE_CACHE}
    call_command("createcachetable", verbosity=0)
    caches["default"].clear()


def test_a_count_lasts_as_long_as_it_was_told_from_the_first_and_no_longer(monkeypatch):
    began = time.time()

    found = [limits.count("essai", limits.HOUR) for _ in range(3)]
    monkeypatch.setattr(limits.time, "time", lambda: began + limits.HOUR - 5)
    before = limits.counted("essai")
    monkeypatch.setattr(limits.time, "time", lambda: began + limits.HOUR + 5)

    assert (found, before, limits.counted("essai"), limits.count("essai")) == ([1, 2, 3], 3, 0, 1)


def test_one_is_given_back_and_never_more_than_there_are():
    for _ in range(2):
        limits.count("essai")

    seen = []
    for _ in range(3):
        limits.give_back("essai")
        seen.append(limits.counted("essai"))

    assert seen == [1, 0, 0]


@pytest.mark.django_db(transaction=True)
def test_in_a_table_it_lasts_its_whole_hour_too(table):
    for _ in range(3):
        limits.count("essai", limits.HOUR)

    with connection.cursor() as cursor:
        cursor.execute("SELECT cache_key, expires FROM hub_cache")
        rows = cursor.fetchall()

    ((key, expires),) = rows
    ends = datetime.fromisoformat(str(expires))
    left = (ends if ends.tzinfo else ends.replace(tzinfo=UTC)).timestamp() - time.time()
    assert key.endswith("essai:count")
    assert limits.HOUR - 60 < left <= limits.HOUR + 1


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("place", ["memory", "table"])
def test_twelve_at_once_are_twelve(place, request):
    if place == "table":
        request.getfixturevalue("table")

    found = run_together(lambda number: limits.count("essai", limits.HOUR), 12)

    assert sorted(found) == list(range(1, 13))
    assert limits.counted("essai") == 12


@pytest.mark.django_db(transaction=True)
def test_a_holder_that_died_stops_nobody_for_long(table, monkeypatch):
    monkeypatch.setattr(limits, "WAIT_SECONDS", 0.05)
    caches["default"].add("essai:lock", 1, timeout=limits.HELD_SECONDS)

    assert limits.count("essai") == limits.PAST_ALL
    caches["default"].delete("essai:lock")
    assert limits.count("essai") == 1


@pytest.mark.django_db(transaction=True)
def test_a_disk_that_takes_nothing_is_no_limit(table, monkeypatch):
    monkeypatch.setattr(limits, "WAIT_SECONDS", 0.05)

    def full(execute, sql, params, many, context):
        if sql.startswith(("INSERT", "UPDATE")):
            raise OperationalError("database or disk is full")
        return execute(sql, params, many, context)

    with connection.execute_wrapper(full):
        assert limits.count("essai") == 1
