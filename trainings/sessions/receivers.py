"""Places moved and sessions cancelled are told to whoever registered people; a new release of a programme touches its sessions' index."""

from typing import Any
from uuid import UUID

from django.dispatch import receiver

from hub.core.accounts.models import User
from hub.core.notifications import services as notifications
from trainings.sessions.models import Registration, TrainingSession
from trainings.sessions.notifications import RegistrationPromoted, SessionCancelled
from trainings.sessions.signals import registration_promoted, session_cancelled


@receiver(registration_promoted)
def tell_promotion(sender: Any, registration: Registration, **_: Any) -> None:
    people = User.objects.filter(pk__in=[pk for pk in (registration.registered_by_id, registration.trainee_id) if pk])
    notifications.send(RegistrationPromoted(registration), to=people)


@receiver(session_cancelled)
def tell_cancellation(sender: Any, session: TrainingSession, reason: str, registered_by: list[UUID], **_: Any) -> None:
    notifications.send(SessionCancelled(session, reason), to=User.objects.filter(pk__in=registered_by))
