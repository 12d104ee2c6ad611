"""Who does what: each package declares its handlers and periodic jobs in its tasks.py, imported when its app starts."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Any

from django.utils import timezone

from hub.core.jobs.errors import UnknownTopic

Payload = dict[str, Any]
One = Callable[[Payload], None]
Many = Callable[[list[Payload]], None]

ATTEMPTS = 5
LEASE = timedelta(seconds=60)


@dataclass(frozen=True)
class Handler:
    """How the lines of a topic are run: at least once, in any order, one at a time per key. `size` is 1 when they are not batched."""

    topic: str
    run: Many
    max_attempts: int
    lease: timedelta
    size: int = 1


@dataclass(frozen=True)
class Periodic:
    """A job without lines of its own: every so often, or each day at a local time."""

    name: str
    every: timedelta | None
    at: time | None

    def due_since(self, now: datetime) -> datetime:
        """A last departure before this moment is too old."""
        if self.every is not None:
            return now - self.every
        here = timezone.localtime(now)
        slot = here.replace(hour=self._at.hour, minute=self._at.minute, second=0, microsecond=0, fold=0)
        if slot > here:
            day = here.date() - timedelta(days=1)
            slot = slot.replace(year=day.year, month=day.month, day=day.day)
        return slot

    @property
    def _at(self) -> time:
        assert self.at is not None  # noqa: S101  one of the two is given
        return self.at


handlers: dict[str, Handler] = {}
periodics: dict[str, Periodic] = {}


def handler(topic: str, *, max_attempts: int = ATTEMPTS, lease: timedelta = LEASE) -> Callable[[One], One]:
    """The decorated function takes one payload; it may run twice with the same one and must leave the same result."""

    def register(run: One) -> One:
        def run_each(payloads: list[Payload]) -> None:
            for payload in payloads:
                run(payload)

        _add(Handler(topic, run_each, max_attempts, lease))
        return run

    return register


def batch_handler(topic: str, *, size: int = 500, max_attempts: int = ATTEMPTS, lease: timedelta = LEASE) -> Callable[[Many], Many]:
    """The decorated function takes up to `size` payloads at once. A batch that fails comes back in ever smaller ones."""

    def register(run: Many) -> Many:
        _add(Handler(topic, run, max_attempts, lease, size))
        return run

    return register


def periodic(
    name: str, *, every: timedelta | None = None, at: time | None = None, max_attempts: int = ATTEMPTS, lease: timedelta = LEASE
) -> Callable[[Callable[[], None]], Callable[[], None]]:
    """The decorated function is put in the outbox under its name each time it is due; slots missed while all was stopped count once."""
    if (every is None) == (at is None):
        raise ValueError(f"{name} : every ou at, l’un des deux")

    def register(run: Callable[[], None]) -> Callable[[], None]:
        _add(Handler(name, lambda payloads: run(), max_attempts, lease))
        periodics[name] = Periodic(name, every, at)
        return run

    return register


def handler_of(topic: str) -> Handler:
    try:
        return handlers[topic]
    except KeyError:
        raise UnknownTopic(f"Aucun traitement ne connaît le sujet « {topic} ».") from None


def topics() -> Sequence[str]:
    return sorted(handlers)


def _add(new: Handler) -> None:
    if new.topic in handlers:
        raise ValueError(f"Le sujet « {new.topic} » a déjà un traitement.")
    handlers[new.topic] = new
