"""The thin thread to the broker. tasks.py ties it at start, so that services and health checks need no Celery."""

import logging
from collections.abc import Callable
from time import monotonic

logger = logging.getLogger(__name__)

QUIET_SECONDS = 5  # after a failed nudge; a broker that hangs must not slow down each write

_nudge: Callable[[], None] | None = None
_count: Callable[[], int] | None = None
_quiet_until = 0.0


def tie(*, nudge: Callable[[], None], count: Callable[[], int]) -> None:
    global _nudge, _count
    _nudge, _count = nudge, count


def wake_worker() -> None:
    """Ask some worker to look at the outbox. Nothing depends on it: the next tick looks anyway."""
    global _quiet_until
    if _nudge is None or monotonic() < _quiet_until:
        return
    try:
        _nudge()
    except Exception as error:  # whatever a broker's library raises, the write that woke us has succeeded
        _quiet_until = monotonic() + QUIET_SECONDS
        logger.warning("file de messages injoignable (%s) : les tâches attendront le prochain passage", type(error).__name__)


def waiting_messages() -> int:
    """How many messages wait in the broker. Raises: whatever its library raises when it cannot be reached within seconds."""
    return _count() if _count else 0
