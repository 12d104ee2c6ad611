"""`--quick` leaves out the tests that tests/slow.txt names: those that took more than an eighth of a second, whatever their parameters together,
when the list was last made (`bin/test -- --write-slow`, on a quiet machine)."""

from collections import defaultdict
from pathlib import Path

import pytest

LIST = Path(__file__).resolve().parents[1] / "slow.txt"
SLOW_SECONDS = 0.13
DATABASE_SECONDS = 20  # a setup longer than that made the database of its process: it says nothing of the test


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--quick", action="store_true", help="leave out the tests named in tests/slow.txt")
    parser.addoption("--write-slow", action="store_true", help="write tests/slow.txt anew from this run")


def pytest_configure(config: pytest.Config) -> None:
    if config.getoption("--write-slow") and not hasattr(config, "workerinput"):
        config.pluginmanager.register(Clock(), "clock of slow tests")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    if not config.getoption("--quick"):
        return
    slow = set(LIST.read_text().split())
    left = [item for item in items if _name(item.nodeid) in slow]
    config.hook.pytest_deselected(items=left)
    items[:] = [item for item in items if _name(item.nodeid) not in slow]


class Clock:
    def __init__(self) -> None:
        self.seconds: dict[str, float] = defaultdict(float)

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        if report.when != "setup" or report.duration < DATABASE_SECONDS:
            self.seconds[_name(report.nodeid)] += report.duration

    def pytest_sessionfinish(self) -> None:
        known = set(LIST.read_text().split()) - self.seconds.keys() if LIST.exists() else set()
        slow = {name for name, seconds in self.seconds.items() if seconds > SLOW_SECONDS}
        LIST.write_text("\n".join(sorted(slow | known)) + "\n")


def _name(nodeid: str) -> str:
    """A test, whatever its parameters."""
    return nodeid.partition("[")[0]
