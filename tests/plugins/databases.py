"""The test databases: which tests run on both, and a migrated SQLite kept between two runs.

`--database-only` leaves out the tests that use no database: they have run already, on the other one. `some` also keeps no more than three
sets of parameters of a test, drawn anew in each run by its seed: between two sets the data changes, seldom what the database is asked.
"""

import hashlib
import os
import random
import shutil
import sqlite3
from collections import defaultdict
from contextlib import closing
from pathlib import Path

import pytest

FIXTURES = {"db", "transactional_db", "django_db_setup", "live_server"}
ROOT = Path(__file__).resolve().parents[2]
KEPT = ROOT / ".cache" / "databases"
FLOORS = ("hub", "directory", "trainings", "workgroups", "search")
PLANTED_BY = {"apps.py", "roles.py", "tree.py"}  # what listens to post_migrate, and writes the first rows


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
        item for _, found in sorted(sets.items()) for item in chance.sample(sorted(found, key=lambda one: one.nodeid), min(3, len(found)))
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

    kept = _kept()
    if connection.vendor != "sqlite" or not kept.exists():
        return False
    shutil.copyfile(kept, connection.creation._get_test_db_name())
    return True


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_keepdb: bool) -> None:
    from django.db import connection

    if connection.vendor == "sqlite" and not django_db_keepdb:
        _keep(Path(connection.creation._get_test_db_name()), _kept())


def _keep(made: Path, kept: Path) -> None:
    KEPT.mkdir(parents=True, exist_ok=True)
    for older in KEPT.glob("*.sqlite3"):
        older.unlink(missing_ok=True)
    written = kept.with_suffix(f".{os.getpid()}")  # two processes of one run may come here together
    with closing(sqlite3.connect(made)) as source, closing(sqlite3.connect(written)) as target:
        source.backup(target)
    written.replace(kept)


def _kept() -> Path:
    """Named by all that makes a fresh database: migrations, data, what writes the first rows, versions of the libraries."""
    digest = hashlib.sha256((ROOT / "requirements-dev.lock").read_bytes())
    for floor in FLOORS:
        for path in sorted((ROOT / floor).rglob("*")):
            if path.is_file() and path.suffix != ".pyc" and ({"migrations", "data", "legal"} & set(path.parts) or path.name in PLANTED_BY):
                digest.update(f"{path.relative_to(ROOT)}\0".encode() + path.read_bytes())
    return KEPT / f"{digest.hexdigest()[:20]}.sqlite3"
