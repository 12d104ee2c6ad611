from datetime import timedelta
from typing import Any

from hub.core.documents.models.private import private_storage
from hub.core.documents.selectors import orphans
from hub.core.documents.services import ERASE
from hub.core.jobs.services import registry

ORPHAN_AGE = timedelta(days=1)


@registry.handler(ERASE)
def erase(payload: dict[str, Any]) -> None:
    """Remove the bytes of a deleted file; already gone is as good."""
    private_storage().delete(payload["storage_name"])


@registry.periodic("documents.sweep", every=timedelta(days=1))
def sweep() -> None:
    """Remove bytes that no row names: what a rolled back transaction or a killed process left behind."""
    for name in list(orphans(older_than=ORPHAN_AGE)):
        private_storage().delete(name)
