"""The test databases: which tests run on both, a migrated SQLite kept between two runs, and the first rows that every test finds.

`--database-only` leaves out the tests that use no database: they have run already, on the other one. `some` takes all the others, and of one with
parameters a set that is drawn anew in each run, by its seed: between two sets the data changes, seldom what the database is asked; `full` takes
them all (docs/decisions/0021-tests-on-both-databases.md).
"""

import random
import shutil
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.test import TransactionTestCase
from pytest_django import DjangoDbBlocker

from tests.tools.ci import bases

ALONE = {"transactional_db", "live_server"}
UNREAD = (
    "wagtailsearch_indexentry"  # Wagtail's own search, which the hub leaves alone; its twin of SQLite, not emptied, would refuse the rows
)
FIXTURES = {"db", "transactional_db", "django_db_setup", "live_server"}


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--database-only", choices=("all", "some"), help="only the tests that use a database")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    if not config.getoption("--database-only"):
        return
    kept = [item for item in items if _uses_database(item)]
    if config.getoption("--database-only") == "some":
        kept = _drawn(kept, random.Random(config.getoption("randomly_seed")))
    of_kept = set(kept)
    config.hook.pytest_deselected(items=[item for item in items if item not in of_kept])
    items[:] = kept


def _drawn(items: list[pytest.Item], chance: random.Random) -> list[pytest.Item]:
    sets = defaultdict(list)
    for item in items:
        sets[item.nodeid.partition("[")[0]].append(item)
    drawn = {chance.choice(sorted(found, key=lambda one: one.nodeid)) for _, found in sorted(sets.items())}
    return [item for item in items if item in drawn]


def sees_other_connections(item: pytest.Item) -> bool:
    database = item.get_closest_marker("django_db")
    is_whole = database is not None and database.kwargs.get("transaction", False)
    return is_whole or bool(item.get_closest_marker("both_databases")) or bool(ALONE & set(getattr(item, "fixturenames", ())))


def _uses_database(item: pytest.Item) -> bool:
    marked = item.get_closest_marker("django_db") or item.get_closest_marker("both_databases")
    is_case = getattr(getattr(item, "cls", None), "databases", None) is not None  # Django's own test cases
    return bool(marked or is_case or FIXTURES & set(getattr(item, "fixturenames", ())))


@pytest.fixture(scope="session")
def django_db_keepdb(django_db_modify_db_settings: None) -> bool:
    """Starts from the kept database if there is one: `migrate` then finds nothing to do, and says so in a second."""
    from django.db import connection

    kept = bases.kept()
    if connection.vendor != "sqlite" or not kept.exists():
        return False
    shutil.copyfile(kept, connection.creation._get_test_db_name())
    return True


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_keepdb: bool, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    from django.db import connection

    if connection.vendor == "sqlite" and not django_db_keepdb:
        bases.keep(Path(connection.creation._get_test_db_name()))
    with django_db_blocker.unblock(), pytest.MonkeyPatch.context() as patch:
        first = _rows()
        patch.setattr(TransactionTestCase, "_fixture_teardown", lambda _case: _begin_again(first))
        yield


def _rows() -> list[tuple[str, list[tuple[Any, ...]]]]:
    """The rows that the migrations and what follows them have written, each table with the statement that writes them."""
    from django.db import connection

    found = []
    with connection.cursor() as cursor:
        for table in connection.introspection.django_table_names(only_existing=True, include_views=False):
            cursor.execute(f'SELECT * FROM "{table}"')
            names = ", ".join(f'"{column[0]}"' for column in cursor.description)
            values = ", ".join(["%s"] * len(cursor.description))
            if table != UNREAD and (rows := cursor.fetchall()):
                found.append((f'INSERT INTO "{table}" ({names}) VALUES ({values})', rows))
    return found


def _begin_again(first: list[tuple[str, list[tuple[Any, ...]]]]) -> None:
    """After a test that wrote for good. Django would have each application write its first rows anew: a third of a second, and other numbers."""
    from django.core.management import call_command
    from django.db import connection, transaction

    call_command("flush", verbosity=0, interactive=False, reset_sequences=False, inhibit_post_migrate=True)
    with transaction.atomic(), connection.cursor() as cursor:
        for statement, rows in first:
            cursor.executemany(statement, rows)
