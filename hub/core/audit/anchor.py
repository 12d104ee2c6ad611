"""The head of the chain in a file outside the database: whoever shortens the chain, even today's part, contradicts it.

It begins with the database, never goes back, and moves on only if the chain still holds the line that it knows. After a crash between commit
and writing it is behind: the next write repairs that.
"""

import fcntl
import json
import logging
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path

from django.conf import settings

from hub.core.audit.errors import AnchorUnreadable
from hub.core.audit.models import AuditEntry, AuditHead

logger = logging.getLogger("hub.audit")


@dataclass(frozen=True)
class Anchor:
    count: int
    digest: str
    at: str


def path() -> Path:
    return Path(settings.DATA_DIR) / "audit" / "head.json"


def read() -> Anchor | None:
    """What the file says, None when there is none. Raises: AnchorUnreadable."""
    try:
        found = json.loads(path().read_text())
        return Anchor(int(found["count"]), str(found["digest"]), str(found["at"]))
    except FileNotFoundError:
        return None
    except (OSError, ValueError, TypeError, KeyError, OverflowError, RecursionError) as error:
        raise AnchorUnreadable(f"{path()} : {type(error).__name__}") from error


def advance() -> None:
    """Called once after each commit that added lines."""
    with _held():
        known = read()
        head = AuditHead.objects.filter(pk=1).first() or AuditHead()
        if known is None:
            logger.error("fichier de tête : il manque, la chaîne a %s lignes (bin/hub audit anchor le reprend, sur décision)", head.count)
        elif known.count < head.count:
            if _is_in_chain(known):
                _write(head)
            else:
                logger.error("fichier de tête : la ligne %s de la chaîne n’est plus celle qu’il connaît", known.count)
        elif known.count > head.count:
            logger.error("fichier de tête : il connaît %s lignes, la chaîne n’en a plus que %s", known.count, head.count)


def begin() -> None:
    """The file of a chain that has no line yet. A missing file is never made again by itself: it may be missing because somebody cut the chain."""
    with _held():
        if read() is None and not AuditEntry.objects.exists():
            _write(AuditHead())


def drop_unreadable() -> bool:
    """Of a backup: beside a head file that cannot be understood no line could be added any more. Returns: whether it was so."""
    with _held():
        try:
            read()
        except AnchorUnreadable:
            path().unlink()
            return True
    return False


def replace() -> None:
    """Follow the chain as it is now, even backwards: after a backup was restored, on a person's decision."""
    with _held():
        _write(AuditHead.objects.get(pk=1))


def _is_in_chain(known: Anchor) -> bool:
    return known.count == 0 or AuditEntry.objects.filter(seq=known.count, digest=known.digest).exists()


@contextmanager
def _held() -> Iterator[None]:
    folder = path().parent
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    with open(folder / "head.lock", "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _write(head: AuditHead) -> None:
    """Whole or not at all, and on the disk before we go on."""
    target = path()
    draft = target.with_suffix(".new")
    moment = datetime.now(UTC).isoformat(timespec="microseconds")
    with open(draft, "w") as file:
        json.dump(asdict(Anchor(head.count, head.digest, moment)), file)
        file.flush()
        os.fsync(file.fileno())
    draft.replace(target)
    folder = os.open(target.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
