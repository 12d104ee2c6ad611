"""Files of the editors, which Wagtail removes by itself once the row is gone."""

from datetime import timedelta
from typing import Any

from django.conf import settings

from hub.core.jobs import services as jobs
from hub.core.kit.held import must_stay

ERASE_MEDIA = "documents.erase_media"
LATER = timedelta(minutes=1)


class StaysForBackup:
    """Before a storage class: what is removed while a backup is being made goes afterwards.

    `alias`: the storage's name in STORAGES. The jobs that remove asked already; a backup that begins since puts them off once more.
    """

    alias = "default"

    def delete(self, name: str) -> None:
        if must_stay(settings.DATA_DIR):
            jobs.emit(ERASE_MEDIA, {"name": name, "storage": self.alias}, delay=LATER)
        else:
            _next: Any = super()
            _next.delete(name)
