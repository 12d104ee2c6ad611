"""`--quick` leaves out the tests that tests/slow.txt names: those that took more than a third of a second when the list was last made."""

from pathlib import Path

import pytest

LIST = Path(__file__).resolve().parents[1] / "slow.txt"


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--quick", action="store_true", help="leave out the tests named in tests/slow.txt")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    if not config.getoption("--quick"):
        return
    slow = set(LIST.read_text().split())
    left = [item for item in items if name(item) in slow]
    config.hook.pytest_deselected(items=left)
    items[:] = [item for item in items if name(item) not in slow]


def name(item: pytest.Item) -> str:
    """Its node, whatever its parameters."""
    return item.nodeid.partition("[")[0]
