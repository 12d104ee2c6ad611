"""While a backup is being made, the bytes that its database names stay: a lock in the data folder, which ends with the process."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

LOCK = "backup.lock"


@contextmanager
def bytes_stay(data: Path) -> Iterator[None]:
    """Nobody removes a file until the end; a second backup waits for the first."""
    with os.fdopen(os.open(data / LOCK, os.O_RDWR | os.O_CREAT, 0o644), "rb") as lock:
        with suppress(PermissionError):  # root's, when cron makes the backup: the hub asks this file before each removal
            os.fchown(lock.fileno(), data.stat().st_uid, -1)
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def must_stay(data: Path) -> bool:
    """Whether a backup is being made. Ask once the row is gone: a backup that begins after the answer knows no row of these bytes."""
    try:
        with open(data / LOCK, "rb") as lock:
            fcntl.flock(lock, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    except FileNotFoundError:
        return False
    return False
