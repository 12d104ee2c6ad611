from typing import Any

from django.conf import settings
from django.core.files.storage import storages

from hub.core.jobs.errors import TryLater
from hub.core.jobs.services import registry
from hub.core.kit.held import must_stay
from hub.core.papers.services import ERASE


@registry.handler(ERASE)
def erase(payload: dict[str, Any]) -> None:
    """Remove the file of a paper that is kept no longer, once no backup reads it; already gone is as good."""
    if must_stay(settings.DATA_DIR):
        raise TryLater
    storages["private"].delete(payload["path"])
