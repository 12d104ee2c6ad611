"""A cancelled session gives back the needs that it answered. By the outbox: its transaction holds the audit trail already."""

from typing import Any

from django.dispatch import receiver

from hub.core.jobs import services as jobs
from trainings.sessions.models import TrainingSession
from trainings.sessions.signals import session_cancelled
from trainings.wishes.services import REOPEN


@receiver(session_cancelled, dispatch_uid="wishes.session_cancelled")
def reopen(sender: Any, session: TrainingSession, **_: Any) -> None:
    jobs.emit(REOPEN, {"session": str(session.pk)}, key=str(session.pk))
