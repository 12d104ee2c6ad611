"""A cancelled session gives back the needs that it answered. By the outbox: its transaction holds the audit trail already. One that is
deleted gives them back before it goes, and before the audit line."""

from typing import Any

from django.dispatch import receiver

from hub.core.jobs import services as jobs
from trainings.sessions.models import TrainingSession
from trainings.sessions.signals import session_cancelled, session_removed
from trainings.wishes.services import REOPEN, reopen_wishes_of


@receiver(session_cancelled, dispatch_uid="wishes.session_cancelled")
def reopen(sender: Any, session: TrainingSession, **_: Any) -> None:
    jobs.emit(REOPEN, {"session": str(session.pk)}, key=str(session.pk))


@receiver(session_removed, dispatch_uid="wishes.session_removed")
def give_back(sender: Any, session: TrainingSession, **_: Any) -> None:
    reopen_wishes_of(session)
