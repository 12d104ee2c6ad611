from typing import Any

from hub.core.jobs import registry
from trainings.sessions.models import TrainingSession
from trainings.wishes import services


@registry.handler(services.REOPEN)
def reopen(payload: dict[str, Any]) -> None:
    """Needs of a cancelled session wait again; those given back already stay so."""
    session = TrainingSession.unscoped.filter(pk=payload["session"]).first()
    if session is not None and session.is_cancelled:
        services.reopen_wishes_of(session)
