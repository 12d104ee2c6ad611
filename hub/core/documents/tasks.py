import logging
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.core.files.storage import storages

from hub.core.documents import antivirus
from hub.core.documents.errors import FileIsUnread
from hub.core.documents.media import ERASE_MEDIA
from hub.core.documents.models.private import private_storage
from hub.core.documents.selectors import orphans, waiting
from hub.core.documents.services import ERASE, SCAN, SCAN_AGAIN, scan_again, tell_who_waits
from hub.core.jobs.errors import TryLater
from hub.core.jobs.services import registry
from hub.core.kit.held import must_stay
from hub.core.kit.text import counted
from hub.core.ui.errors import PartIsDown

logger = logging.getLogger(__name__)

ORPHAN_AGE = timedelta(days=1)
UNREAD_AGAIN = timedelta(minutes=10)  # each try may hold the worker for twenty seconds: letters wait behind it


@registry.handler(ERASE)
def erase(payload: dict[str, Any]) -> None:
    """Remove the bytes of a deleted file, once no backup reads them; already gone is as good."""
    _wait_for_backup()
    private_storage().delete(payload["storage_name"])


@registry.handler(SCAN)
def scan(payload: dict[str, Any]) -> None:
    """Scan a file in quarantine. It waits as long as the antivirus or the storage does not answer, whatever the number of times."""
    try:
        scan_again(payload["file"])
    except FileIsUnread:
        raise TryLater(UNREAD_AGAIN.total_seconds()) from None
    except PartIsDown:
        raise TryLater(SCAN_AGAIN.total_seconds()) from None


@registry.periodic("documents.quarantine", every=timedelta(hours=1))
def watch_quarantine() -> None:
    """Tell who waits too long; and say to the host, once for all files, that a setting taken away leaves them there."""
    tell_who_waits()
    number, _ = waiting()
    if number and not antivirus.is_set():
        files = counted(number, "fichier attend", "fichiers attendent")
        logger.warning("HUB_CLAMAV_URL n’est plus réglé : %s en quarantaine, et ne se lisent pas (docs/settings.md)", files)


@registry.handler(ERASE_MEDIA)
def erase_media(payload: dict[str, Any]) -> None:
    """The same for a picture or a document of the editors, in the storage that put it off."""
    _wait_for_backup()
    storages[payload.get("storage", "default")].delete(payload["name"])


@registry.periodic("documents.sweep", every=timedelta(days=1))
def sweep() -> None:
    """Remove bytes that no row names: what a rolled back transaction or a killed process left behind."""
    _wait_for_backup()
    for storage, name in list(orphans(older_than=ORPHAN_AGE)):
        storage.delete(name)


def _wait_for_backup() -> None:
    if must_stay(settings.DATA_DIR):
        raise TryLater
