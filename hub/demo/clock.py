"""The hub at another moment, while the demo plays what happened then: everything here reads the clock through django.utils.timezone."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

from django.utils import timezone


@contextmanager
def at(moment: datetime) -> Iterator[None]:
    """Args: moment, aware. One thread, and never in a hub that serves people: only `bin/hub demo` calls it."""
    real = timezone.now
    there = moment.astimezone(UTC)  # as the real clock tells it: the audit's digests read it so
    timezone.now = lambda: there
    try:
        yield
    finally:
        timezone.now = real
