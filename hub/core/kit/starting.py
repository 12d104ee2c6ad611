"""A hub that starts says so: its worker and its clock are not late before they had the time to come."""

from datetime import UTC, datetime
from pathlib import Path

MARK = "up.started"  # in the data folder, from the launch of the processes to their end


def mark(data: Path) -> None:
    (data / MARK).touch()


def unmark(data: Path) -> None:
    (data / MARK).unlink(missing_ok=True)


def began_at(data: Path) -> datetime | None:
    """When the hub of this folder launched its processes; None when it was stopped, or was not started by `bin/hub up`."""
    try:
        return datetime.fromtimestamp((data / MARK).stat().st_mtime, UTC)
    except OSError:
        return None
