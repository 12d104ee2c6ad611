"""Fixtures of the jobs' tests: a registry of their own and a clock that they move."""

from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest
from django.utils import timezone

from hub.core.jobs import broker, health, registry


class Clock:
    def __init__(self) -> None:
        self.moment = timezone.now()

    def now(self) -> datetime:
        return self.moment

    def forward(self, **span: float) -> None:
        self.moment += timedelta(**span)


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    clock = Clock()
    monkeypatch.setattr(timezone, "now", clock.now)
    return clock


@pytest.fixture
def own_registry(monkeypatch: pytest.MonkeyPatch) -> None:
    """Topics declared by a test are forgotten after it, and no periodic job but its own is due."""
    monkeypatch.setattr(registry, "handlers", {})
    monkeypatch.setattr(registry, "periodics", {})


@pytest.fixture
def own_checks(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(health, "_looks", {})
    monkeypatch.setattr(health, "_seen", None)
    health.register_own()
    yield
    health._seen = None


class Nudges:
    """The far end of the broker: counts what reaches it, or refuses."""

    def __init__(self) -> None:
        self.count = 0
        self.is_down = False

    def __call__(self) -> None:
        self.count += 1
        if self.is_down:
            raise ConnectionError("redis://secret@broker refused")


@pytest.fixture
def nudges(monkeypatch: pytest.MonkeyPatch) -> Nudges:
    nudges = Nudges()
    monkeypatch.setattr(broker, "_nudge", nudges)
    monkeypatch.setattr(broker, "_quiet_until", 0.0)
    return nudges
