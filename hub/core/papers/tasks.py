from typing import Any

from django.core.files.storage import storages

from hub.core.jobs.services import registry
from hub.core.papers.services import ERASE


@registry.handler(ERASE)
def erase(payload: dict[str, Any]) -> None:
    """Remove the file of a paper that is kept no longer; already gone is as good."""
    storages["private"].delete(payload["path"])
