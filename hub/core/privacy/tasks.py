from datetime import time
from typing import Any

from hub.core.accounts.actor import Actor
from hub.core.accounts.models import User
from hub.core.jobs.services import registry
from hub.core.kit.dates import today
from hub.core.privacy import services


@registry.periodic("privacy.due", at=time(3, 40))
def begin_due() -> None:
    """Who left is told, warned, then closed; then every erasure whose day has come."""
    try:
        services.tell_departed(today())
        services.warn_departed(today())
        services.close_departed(today())
    finally:  # what people asked does not wait for what nobody asked
        services.begin_due()


@registry.periodic("privacy.purge", at=time(4, 20))
def purge() -> None:
    services.purge(today())
    services.keep_ledger()


@registry.handler(services.ERASE)
def erase(payload: dict[str, Any]) -> None:
    """One person whose day has come; a request withdrawn meanwhile is gone, and then nothing happens."""
    services.erase_if_due(User.objects.get(pk=payload["user"]), actor=Actor.system())
