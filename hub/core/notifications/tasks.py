from datetime import date, time
from typing import Any
from uuid import UUID

from hub.core.jobs.services import registry
from hub.core.kit.dates import today
from hub.core.notifications import digests, services


@registry.handler(services.MAIL, max_attempts=8)
def mail(payload: dict[str, Any]) -> None:
    """One letter; run twice it is sent once."""
    services.deliver(payload["mail"])


@registry.periodic("notifications.digests", at=time(7, 30))
def begin_digests() -> None:
    digests.begin(today())


@registry.handler(digests.TOPIC)
def gather_digest(payload: dict[str, Any]) -> None:
    digests.gather(UUID(payload["user"]), date.fromisoformat(payload["day"]))
