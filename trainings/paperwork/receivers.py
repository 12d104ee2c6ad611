"""What changes in a session is told to those who were convened to it; that it is cancelled, to everybody who was in it."""

from typing import Any

from django.dispatch import receiver

from hub.core.accounts.actor import Actor
from hub.core.jobs import services as jobs
from hub.core.kit.dates import today
from hub.core.notifications import services as notifications
from trainings.paperwork.models import Convocation
from trainings.paperwork.notifications import OwnSessionCancelled, OwnSessionMoved
from trainings.paperwork.services import cancel_convocations
from trainings.paperwork.tasks import CHANGED
from trainings.sessions.changes import PRICE
from trainings.sessions.enums import RegistrationStatus, SessionStatus
from trainings.sessions.models import Registration, TrainingSession
from trainings.sessions.signals import registration_cancelled, session_cancelled, session_changed


@receiver(session_changed)
def tell_change(sender: Any, session: TrainingSession, changes: tuple[str, ...], **_: Any) -> None:
    """Papers are typeset outside the transaction that changes the session: a job does it."""
    convened = Convocation.unscoped.filter(registration__session=session, told_at__isnull=False, cancelled_at=None)
    if changes and session.status in {SessionStatus.OPEN, SessionStatus.CLOSED} and not session.is_over_on(today()):
        rows = Registration.unscoped.filter(session=session, status=RegistrationStatus.CONFIRMED).select_related("trainee")
        told = [row.trainee for row in rows.exclude(pk__in=convened.values("registration"))]
        hers = tuple(one for one in changes if not one.startswith(PRICE))  # what her employer pays is not hers to follow
        if hers:
            notifications.send(OwnSessionMoved(session, hers), to=told)
    if convened.exists():
        jobs.emit(CHANGED, {"session": str(session.pk)}, key=f"{CHANGED}:{session.pk}")


@receiver(registration_cancelled)
def take_back(sender: Any, registration: Registration, **_: Any) -> None:
    cancel_convocations([registration], actor=Actor.system())


@receiver(session_cancelled)
def take_all_back(sender: Any, session: TrainingSession, reason: str, registrations: list[Registration], **_: Any) -> None:
    convened = set(
        Convocation.unscoped.filter(registration__in=registrations, told_at__isnull=False).values_list("registration", flat=True)
    )
    notifications.send(OwnSessionCancelled(session, reason), to=[row.trainee for row in registrations if row.pk not in convened])
    cancel_convocations(registrations, actor=Actor.system())  # last: it writes the audit trail
