"""What no test looks at costs nothing: objects that live as long as the process are not searched for garbage again and again, and the context
of a page is kept once, not once more for each template that it includes. A quarter of the time of a run. What Wagtail writes down of a page
for its own search and its counts of use, a fifteenth, is written on PostgreSQL alone, where each run sees it.

Calls find room (frames.py), and no long test begins last, when it would keep one processor busy and the other waiting."""

import gc
from collections.abc import Iterator

import pytest
from _pytest import runner
from django.core.cache import cache
from django.core.servers.basehttp import WSGIRequestHandler
from django.db import connection
from django.dispatch import Signal
from django.template import Context
from django.template.base import Template
from django.test import SimpleTestCase
from django.test.signals import template_rendered

from tests.plugins.databases import sees_other_connections
from tests.plugins.frames import roomy

EMPTIED = pytest.StashKey[bool]()
GARBAGE = (50_000, 20, 100)  # allocations between two searches; Python's own 700 suits a small program


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Once shuffled. Those that empty the database stay behind those that count on its first rows, and before those that use none, which are short."""
    emptying = [item for item in items if sees_other_connections(item)]
    before = items.index(emptying[0]) if emptying else len(items)
    others = [item for item in items[before:] if not sees_other_connections(item)]
    long = [item for item in others if _is_long(item)]
    items[:] = [*_spread(items[:before] + long), *_spread(emptying), *(item for item in others if not _is_long(item))]


def _is_long(item: pytest.Item) -> bool:
    return item.get_closest_marker("slow") is not None


def _spread(items: list[pytest.Item]) -> list[pytest.Item]:
    """The long ones at even distances, in the first two thirds of the others."""
    long, others = [item for item in items if _is_long(item)], [item for item in items if not _is_long(item)]
    every = max(2 * len(others) // (3 * len(long)), 1) if long else 0
    among = [one for number, item in enumerate(others) for one in (*_taken(long, number, every), item)]
    return [*long, *among]  # more of them than of the others


def _taken(long: list[pytest.Item], number: int, every: int) -> list[pytest.Item]:
    return [long.pop()] if long and number % every == 0 else []


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_protocol(item: pytest.Item, nextitem: pytest.Item | None) -> object:
    return roomy(runner.pytest_runtest_protocol)(item, nextitem)


def pytest_collection_finish() -> None:
    gc.collect()
    gc.freeze()
    gc.set_threshold(*GARBAGE)


@pytest.fixture(autouse=True, scope="session")
def _pages_are_told_once(django_test_environment: None) -> Iterator[None]:
    rendered: Signal = template_rendered

    def render(self: Template, context: Context) -> str:
        if context.template is self:  # not one that another template includes or extends
            rendered.send(sender=self, template=self, context=context)
        return self.nodelist.render(context)

    patch = pytest.MonkeyPatch()
    patch.setattr(Template, "_render", render)
    patch.setattr(WSGIRequestHandler, "handle", roomy(WSGIRequestHandler.handle))  # the server that browsers ask
    yield
    patch.undo()


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup(item: pytest.Item) -> None:
    """What builders leave is written again where the first rows are those that every test finds: never after one that emptied the database."""
    from tests.builders.kept import steps

    if sees_other_connections(item):
        item.session.stash[EMPTIED] = True
    is_case = issubclass(getattr(item, "cls", None) or object, SimpleTestCase)  # undone after each of its examples
    cache.clear()  # what it counts by a person would be counted on: the same bears the same identifier in the next test
    steps.begin(is_undone=not item.session.stash.get(EMPTIED, False), once=not is_case)


@pytest.fixture(autouse=True, scope="session")
def _builders_are_heard(django_test_environment: None) -> None:
    from tests.builders.kept import steps

    connection.execute_wrappers.append(steps.hear)


class _Unwritten:
    """A task of Wagtail that is let go."""

    @staticmethod
    def enqueue(*args: object) -> None:
        pass


@pytest.fixture(autouse=True, scope="session")
def _pages_are_not_indexed_by_wagtail(django_test_environment: None) -> Iterator[None]:
    patch = pytest.MonkeyPatch()
    if connection.vendor == "sqlite":
        patch.setattr("wagtail.signal_handlers.update_reference_index_task", _Unwritten)
        patch.setattr("modelsearch.signal_handlers.insert_or_update_object_task", _Unwritten)
    yield
    patch.undo()
