"""What changes in a session is told to those who were convened to it."""

from typing import Any

from django.dispatch import receiver

from hub.core.accounts.actor import Actor
from hub.core.jobs import services as jobs
from trainings.paperwork.models import Convocation
from trainings.paperwork.services import cancel_convocations
from trainings.paperwork.tasks import CHANGED
from trainings.sessions.models import Registration, TrainingSession
from trainings.sessions.signals import registration_cancelled, session_cancelled, session_changed


@receiver(session_changed)
def tell_change(sender: Any, session: TrainingSession, **_: Any) -> None:
    """Papers are typeset outside the transaction that changes the session: a job does it."""
    if Convocation.unscoped.filter(registration__session=session, told_at__isnull=False, cancelled_at=None).exists():
        jobs.emit(CHANGED, {"session": str(session.pk)}, key=f"{CHANGED}:{session.pk}")


@receiver(registration_cancelled)
def take_back(sender: Any, registration: Registration, **_: Any) -> None:
    cancel_convocations([registration], actor=Actor.system())


@receiver(session_cancelled)
def take_all_back(sender: Any, session: TrainingSession, **_: Any) -> None:
    cancel_convocations(Registration.unscoped.filter(session=session), actor=Actor.system())
