"""How often something was done from one place or to one row: counted in the cache that all processes share."""

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager

from django.core.cache import cache

MINUTE, HOUR = 60, 3600  # seconds
HELD_SECONDS = 5  # then the holder is taken for dead
WAIT_SECONDS, PAUSE_SECONDS = 1.0, 0.005
PAST_ALL = sys.maxsize


def count(name: str, seconds: int = MINUTE) -> int:
    """One more; how many since the first, which is forgotten after so many seconds. Of two at the same moment each counts.

    More than can be counted one after the other are past every limit.
    """
    with _alone(name) as is_alone:
        if not is_alone:  # nobody holds it: nothing can be written down just now, and what follows will say so
            return 1 if cache.get(_lock(name)) is None else PAST_ALL
        found, ends = _since(name)
        ends = ends or time.time() + seconds
        _keep(name, found + 1, ends)
        return found + 1


def give_back(name: str) -> None:
    """One less: it was counted before anybody knew that it was good."""
    with _alone(name) as is_alone:
        found, ends = _since(name)
        if is_alone and found:
            _keep(name, found - 1, ends)


def counted(name: str) -> int:
    return _since(name)[0]


def _since(name: str) -> tuple[int, float]:
    """How many, and the moment when they are forgotten; zero and zero when nothing stands."""
    found, ends = cache.get(f"{name}:count") or (0, 0.0)
    return (found, ends) if ends > time.time() else (0, 0.0)


def _keep(name: str, found: int, ends: float) -> None:
    cache.set(f"{name}:count", (found, ends), timeout=max(1, round(ends - time.time())))


def _lock(name: str) -> str:
    return f"{name}:lock"


@contextmanager
def _alone(name: str) -> Iterator[bool]:
    """Whether it is ours to count, one process after the other: the `incr` of a table reads, then writes, and two may read the same."""
    until = time.monotonic() + WAIT_SECONDS
    while not (is_ours := cache.add(_lock(name), 1, timeout=HELD_SECONDS)) and time.monotonic() < until:
        time.sleep(PAUSE_SECONDS)
    try:
        yield is_ours
    finally:
        if is_ours:
            cache.delete(_lock(name))
