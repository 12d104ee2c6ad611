"""Files in the data folder, when HUB_STORAGE_URL is not set."""

import errno
import logging
import os
import shutil
from collections.abc import Callable
from functools import wraps
from typing import Any

from django.core.files.storage import FileSystemStorage

from hub.core.documents.errors import StorageIsDown
from hub.core.documents.media import StaysForBackup

logger = logging.getLogger(__name__)

# The disk is full, broken, mounted read only, away (a network's), or the folder is another's.
AWAY = {
    errno.ENOSPC, errno.EDQUOT, errno.EIO, errno.EROFS, errno.ESTALE, errno.ENOTCONN, errno.EHOSTDOWN, errno.ETIMEDOUT, errno.EACCES,
    errno.EPERM,
}  # fmt: skip
LITTLE_BYTES = 1_000_000


def _speaking(method: Callable[..., Any]) -> Callable[..., Any]:
    """What the system says of a disk that is away or full becomes StorageIsDown."""

    @wraps(method)
    def call(self: FileSystemStorage, *args: Any, **kwargs: Any) -> Any:
        if not os.path.isdir(self.location):  # made at each start (hub.ops.folder): to make it here would hide that it is gone
            logger.error("stockage des fichiers : %s manque", self.location)
            raise StorageIsDown
        try:
            return method(self, *args, **kwargs)
        except OSError as error:
            if error.errno not in AWAY:
                raise
            logger.error("stockage des fichiers : %s", error.strerror)
            raise StorageIsDown from error

    return call


class PrivateFolder(StaysForBackup, FileSystemStorage):
    """The private files, and the editors' documents, which Wagtail removes without asking."""

    alias = "private"

    @_speaking
    def reach(self) -> None:
        """Raises StorageIsDown when nothing can be written."""
        if not os.access(self.location, os.W_OK | os.X_OK) or shutil.disk_usage(self.location).free < LITTLE_BYTES:
            raise StorageIsDown

    exists = _speaking(FileSystemStorage.exists)
    size = _speaking(FileSystemStorage.size)
    listdir = _speaking(FileSystemStorage.listdir)
    delete = _speaking(StaysForBackup.delete)
    get_modified_time = _speaking(FileSystemStorage.get_modified_time)
    _open = _speaking(FileSystemStorage._open)  # type: ignore[attr-defined]  # its types leave out what a storage must have
    _save = _speaking(FileSystemStorage._save)  # type: ignore[attr-defined]  # likewise


class MediaFolder(StaysForBackup, FileSystemStorage):
    """Pictures of the editors: Wagtail shows a page without a picture that cannot be read, so only what is sent says it."""

    def _save(self, name: str, content: Any) -> str:
        try:
            saved: str = super()._save(name, content)  # type: ignore[misc]  # likewise
            return saved
        except OSError as error:
            if error.errno not in AWAY:
                raise
            raise StorageIsDown from error
