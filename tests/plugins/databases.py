"""The test databases: which tests run on both, and a migrated SQLite kept between two runs.

`--database-only` leaves out the tests that use no database: they have run already, on the other one. `some` also draws, anew in each run
by its seed: of a test with parameters one set, since between two sets the data changes, seldom what the database is asked; of the tests that
stay inside one transaction every other one. Those that see locks, other connections or several processes all stay; `full` runs everything
(docs/decisions/0021-tests-on-both-databases.md).
"""

import random
import shutil
from collections import defaultdict
from pathlib import Path

import pytest

from tests.tools.ci import bases

ALONE = {"transactional_db", "live_server"}
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
    drawn = {item for item in sorted(drawn, key=lambda one: one.nodeid) if sees_other_connections(item) or chance.random() < 0.5}
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
def django_db_setup(django_db_setup: None, django_db_keepdb: bool) -> None:
    from django.db import connection

    if connection.vendor == "sqlite" and not django_db_keepdb:
        bases.keep(Path(connection.creation._get_test_db_name()))
