from datetime import time
from typing import Any

from hub.core.jobs.services import registry
from hub.core.notifications import services


@registry.handler(services.MAIL, max_attempts=8)
def mail(payload: dict[str, Any]) -> None:
    """One letter; run twice it is sent once."""
    services.deliver(payload["mail"])


@registry.periodic("notifications.forget", at=time(4, 20))
def forget() -> None:
    services.forget_old()
