"""The loop of a worker."""

import logging
from collections.abc import Callable
from datetime import timedelta
from time import monotonic

from hub.core.jobs import leases
from hub.core.jobs.errors import Park, TryLater
from hub.core.jobs.leases import note_run
from hub.core.jobs.reasons import reason_of

logger = logging.getLogger(__name__)


def drain(*, budget: timedelta | None = None, between: Callable[[], None] = lambda: None) -> int:
    """Run all that is due, or as much as fits in the budget.

    Args: between is called before each run.
    Returns: how many runs ended (a batch counts once).
    """
    end = monotonic() + budget.total_seconds() if budget is not None else None
    runs = 0
    while end is None or monotonic() < end:
        between()
        lease = leases.take()
        if lease is None:
            break
        run(lease)
        runs += 1
    return runs


def run(lease: leases.Lease) -> None:
    """Run the lines held and write down what came of it."""
    start = monotonic()
    try:
        lease.handler.run(lease.payloads)
    except TryLater as later:
        leases.postpone(lease, later.seconds)
        return
    except Park as refusal:
        is_ok = False
        leases.park(lease, refusal.reason)
        _log(lease, "garée", refusal)
    except Exception as error:  # a handler may raise anything; the other lines go on
        is_ok = False
        leases.fail(lease, reason_of(error))
        _log(lease, reason_of(error), error)
    else:
        is_ok = True
        leases.finish(lease)
    note_run(lease.handler.topic, lease.rows, ok=is_ok, seconds=monotonic() - start)


def _log(lease: leases.Lease, reason: str, error: Exception) -> None:
    """Which lines and why, without the error's message; whoever debugs turns DEBUG on and sees the frames."""
    some = ", ".join(str(row.pk) for row in lease.rows[:3])
    logger.warning("%s, %s ligne(s) (%s), essai %s : %s", lease.handler.topic, len(lease.rows), some, lease.rows[0].attempts, reason)
    logger.debug("détail", exc_info=error)
