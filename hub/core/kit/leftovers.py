"""Whole copies of the hub that a restore sets aside, or that a killed command left: they hold people who were erased since, so they end."""

import shutil
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from hub.core.kit.held import bytes_stay, must_stay

ASIDE = "before-restore-"  # then YYYYMMDD-HHMMSS, local time
KEEP_ASIDE_DAYS = 30  # as long as a backup is kept: docs/hosting.md
UNFINISHED = timedelta(days=1)  # of a restore: nobody else sees that it still runs


def set_aside(data: Path) -> dict[Path, date]:
    """What the restores set aside, each with the first day on which it is removed."""
    found = {}
    for path in sorted(data.glob(f"{ASIDE}*")):
        try:
            made = datetime.strptime(path.name, f"{ASIDE}%Y%m%d-%H%M%S").date()
        except ValueError:  # renamed by hand: whoever keeps it knows why
            continue
        found[path] = made + timedelta(days=KEEP_ASIDE_DAYS)
    return found


def remove_over(data: Path, today: date) -> None:
    """Each night: what was set aside long enough, and what a killed backup or restore left."""
    for path, ends_on in set_aside(data).items():
        if ends_on <= today:
            shutil.rmtree(path, ignore_errors=True)
    limit = datetime.now(UTC) - UNFINISHED
    for path in data.glob(".restore-*"):
        if datetime.fromtimestamp(path.stat().st_mtime, UTC) < limit:
            shutil.rmtree(path, ignore_errors=True)
    remove_backups(data)


def remove_unfinished(data: Path) -> None:
    """At a start, by the one process that holds the folder: no restore runs beside it."""
    for path in data.glob(".restore-*"):
        shutil.rmtree(path, ignore_errors=True)
    remove_backups(data)


def remove_backups(data: Path) -> None:
    """Drafts of a killed backup; one that runs keeps its own."""
    if any(data.glob(".backup-*")) and not must_stay(data):
        with bytes_stay(data):
            for path in data.glob(".backup-*"):
                shutil.rmtree(path, ignore_errors=True)
