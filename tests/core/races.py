"""Several threads at once, each with a database connection of its own."""

import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from threading import Barrier
from typing import Any, TypeVar

from django.db import connection, connections
from django.dispatch import Signal

Result = TypeVar("Result")


def run_together(call: Callable[[int], Result], count: int) -> list[Result]:
    """call(0), call(1)… started at the same moment. Returns their results; raises the first error met."""
    gate = Barrier(count)

    def enter(number: int) -> Result:
        try:
            gate.wait(timeout=30)
            return call(number)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(count) as pool:
        return list(pool.map(enter, range(count)))


@contextmanager
def meanwhile(signal: Signal, call: Callable[[], Any], *, until: Callable[[Future[Any]], Any], sender: Any = None) -> Iterator[Future[Any]]:
    """When the signal comes, in the transaction under way, `call` begins on another connection; there it goes on once `until` returns.

    SQLite lets one write at a time: there it goes on at once, and `call` comes after it. Yields: what becomes of `call`.
    """
    result, begun = Future[Any](), list[bool]()

    def apart() -> None:
        try:
            result.set_result(call())
        except Exception as error:
            result.set_exception(error)
        finally:
            connections.close_all()

    def begin(sender: Any, **_: Any) -> None:
        if begun:
            return
        begun.append(True)
        pool.submit(apart)
        if connection.vendor == "postgresql":
            until(result)

    with ThreadPoolExecutor(1) as pool:
        signal.connect(begin, sender=sender)
        try:
            yield result
        finally:
            signal.disconnect(begin, sender=sender)


def it_ends(call: Future[Any]) -> None:
    call.exception(timeout=15)  # waited for; whoever asks for the result hears of it


def it_waits(call: Future[Any]) -> None:
    """Until it waits for a row that is held here, or is over."""
    waiting = "SELECT count(*) FROM pg_locks WHERE NOT granted AND pg_backend_pid() = ANY(pg_blocking_pids(pid))"
    end = time.monotonic() + 15
    with connection.cursor() as cursor:
        while not call.done():
            cursor.execute(waiting)
            if cursor.fetchone() != (0,):
                return
            assert time.monotonic() < end, "it neither waits nor ends"
            time.sleep(0.02)
