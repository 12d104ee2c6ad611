"""Who was erased, kept beside the backups: one that is older than an erasure brings her back, and its restore erases her again.

A text file without names: a first line that says what it is, then «day identifier» for each person. The data folder has one, which no
backup takes along; each backup brings the one beside it up to date. Lines end with the rows of the erasures, after five years.
Source: CNIL, guide de la sécurité, fiche 13 (backups); RGPD art. 17.
"""

import os
from collections.abc import Mapping
from contextlib import suppress
from datetime import date
from pathlib import Path
from uuid import UUID

from hub.core.kit.dates import local, today, years_before
from hub.core.privacy.models import Erasure

FILE = "hub-erased.txt"
FIRST_LINE = "# Personnes effacées du hub, par identifiant seul : à garder avec les sauvegardes, une restauration les efface de nouveau."
Erased = Mapping[UUID, date]


def done() -> dict[UUID, date]:
    """Those that the database knows."""
    rows = Erasure.unscoped.exclude(done_at=None).values_list("user", "done_at")
    return {user: local(at).date() for user, at in rows if at is not None}


def read(folder: Path) -> dict[UUID, date]:
    """Those of the file of a folder; none when there is no file. Raises: ValueError when a file of that name is something else."""
    try:
        first, *lines = (folder / FILE).read_text("utf-8").splitlines() or [""]
    except FileNotFoundError:
        return {}
    if first != FIRST_LINE:
        raise ValueError(f"{folder / FILE} n’est pas une liste d’effacements.")
    return {UUID(who): date.fromisoformat(day) for day, who in (line.split() for line in lines)}


def add(folder: Path, erased: Erased) -> dict[UUID, date]:
    """Put them in the file of a folder beside those it has; whole or not at all. Returns: what it holds now. Raises: ValueError, OSError."""
    limit = years_before(today(), 5)
    kept = {who: day for who, day in (read(folder) | dict(erased)).items() if day > limit}
    lines = sorted(f"{day} {who}" for who, day in kept.items())
    path, draft = folder / FILE, folder / f".{FILE}.{os.getpid()}"
    draft.unlink(missing_ok=True)
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as file:
        file.write("\n".join([FIRST_LINE, *lines]) + "\n")
        with suppress(PermissionError):  # root's, when it erases by hand: the hub goes on writing it
            os.fchown(file.fileno(), folder.stat().st_uid, -1)
        file.flush()
        os.fsync(file.fileno())
    draft.replace(path)
    return kept
