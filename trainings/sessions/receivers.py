"""Places moved, sessions changed and cancelled are told to those who register for the employers; a new release of a programme touches its sessions' index."""

from typing import Any

from django.dispatch import receiver

from hub.core.kit.dates import today
from hub.core.notifications import services as notifications
from trainings.sessions.enums import RegistrationStatus, SessionStatus
from trainings.sessions.models import Registration, TrainingSession
from trainings.sessions.notifications import OwnPlace, RegistrationPromoted, SessionCancelled, SessionMoved
from trainings.sessions.selectors import registering
from trainings.sessions.signals import registration_promoted, session_cancelled, session_changed


@receiver(registration_promoted)
def tell_promotion(sender: Any, registration: Registration, **_: Any) -> None:
    others = [person for person in registering([registration]) if person.pk != registration.trainee_id]
    notifications.send(RegistrationPromoted(registration), to=others)
    notifications.send(OwnPlace(registration), to=[registration.trainee])


@receiver(session_changed)
def tell_change(sender: Any, session: TrainingSession, changes: tuple[str, ...], **_: Any) -> None:
    if not changes or session.status not in {SessionStatus.OPEN, SessionStatus.CLOSED} or session.is_over_on(today()):
        return
    rows = list(Registration.unscoped.filter(session=session).exclude(status=RegistrationStatus.CANCELLED))
    if rows:
        notifications.send(SessionMoved(session, changes), to=registering(rows))


@receiver(session_cancelled)
def tell_cancellation(sender: Any, session: TrainingSession, reason: str, registrations: list[Registration], **_: Any) -> None:
    notifications.send(SessionCancelled(session, reason), to=registering(registrations))
