"""A cancelled session has no OPCO file left. By the outbox: the session's transaction holds the audit trail already, no row may be waited for."""

from typing import Any

from django.dispatch import receiver

from hub.core.jobs import services as jobs
from trainings.funding.services.files import CANCEL
from trainings.sessions.models import TrainingSession
from trainings.sessions.signals import session_cancelled


@receiver(session_cancelled, dispatch_uid="funding.session_cancelled")
def cancel_files(sender: Any, session: TrainingSession, **_: Any) -> None:
    jobs.emit(CANCEL, {"session": str(session.pk)}, key=str(session.pk))
