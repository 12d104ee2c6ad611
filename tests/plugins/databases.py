"""The test databases: which tests run on both, and a migrated SQLite kept between two runs.

`--database-only` leaves out the tests that use no database: they have run already, on the other one. `some` also keeps no more than two
sets of parameters of a test, drawn anew in each run by its seed: between two sets the data changes, seldom what the database is asked.
"""

import random
import shutil
from collections import defaultdict
from pathlib import Path

import pytest

from tests.tools.ci import bases

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
    drawn = {
        item for _, found in sorted(sets.items()) for item in chance.sample(sorted(found, key=lambda one: one.nodeid), min(2, len(found)))
    }
    return [item for item in items if item in drawn]


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
