from datetime import time, timedelta
from typing import Any

from hub.core.jobs import registry
from trainings.funding import services
from trainings.funding.services.files import CANCEL
from trainings.sessions.models import TrainingSession


@registry.periodic("funding.remind", at=time(6, 45), lease=timedelta(minutes=10))
def remind() -> None:
    """Due dates of OPCO files that come within the week, or have passed."""
    services.remind()


@registry.handler(CANCEL)
def cancel_files(payload: dict[str, Any]) -> None:
    """Cancel the files of a cancelled session; those cancelled already stay so."""
    session = TrainingSession.unscoped.filter(pk=payload["session"]).first()
    if session is not None and session.is_cancelled:
        services.cancel_files_of(session, reason=session.cancellation_reason)
