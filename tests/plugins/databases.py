"""`--database-only` leaves out the tests that use no database: they have run already, on the other one."""

import pytest

FIXTURES = {"db", "transactional_db", "django_db_setup", "live_server"}


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--database-only", action="store_true", help="only the tests that use a database")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    if not config.getoption("--database-only"):
        return
    left = [item for item in items if not _uses_database(item)]
    config.hook.pytest_deselected(items=left)
    items[:] = [item for item in items if _uses_database(item)]


def _uses_database(item: pytest.Item) -> bool:
    marked = item.get_closest_marker("django_db") or item.get_closest_marker("both_databases")
    is_case = getattr(getattr(item, "cls", None), "databases", None) is not None  # Django's own test cases
    return bool(marked or is_case or FIXTURES & set(getattr(item, "fixturenames", ())))
