from collections.abc import Callable

from django.db import transaction


def once_on_commit(call: Callable[[], None]) -> None:
    """Call it once after the commit, however many times this is asked in one transaction; never after a rollback.

    Its errors are logged, not raised: what was committed stays committed.
    """
    waiting = transaction.get_connection().run_on_commit
    if not any(known is call for _, known, _ in waiting):
        transaction.on_commit(call, robust=True)
