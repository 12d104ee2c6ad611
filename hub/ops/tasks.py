from datetime import time

from django.conf import settings
from django.utils import timezone

from hub.core.jobs.services import registry
from hub.core.kit import leftovers


@registry.periodic("ops.leftovers", at=time(3, 50))
def remove_leftovers() -> None:
    """Copies of the hub in its own data folder, past their term."""
    leftovers.remove_over(settings.DATA_DIR, timezone.localdate())
