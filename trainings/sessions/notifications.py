from dataclasses import dataclass

from django.urls import reverse

from hub.core.accounts.permissions import Permission
from hub.core.notifications.kinds import Category, NotificationKind, concerning, register
from trainings.sessions.models import Registration, TrainingSession


@register
@dataclass(frozen=True)
class RegistrationPromoted(NotificationKind):
    """Somebody in the waiting line has a place now: to those who register for her employer, one line a person."""

    code = "trainings.registration_promoted"
    label = "Une personne de ma CAE passe de l’attente à l’inscription"
    told_to = Permission.TRAINEES_REGISTER
    can_wait = False
    category = Category.TRAININGS
    registration: Registration

    def subject(self) -> str:
        return f"{self.registration.trainee.name} a une place : {self.registration.session.title}"

    def url(self) -> str:
        return reverse("sessions:detail", args=[self.registration.session_id])

    def data(self) -> dict[str, str]:
        return {
            "session": str(self.registration.session_id),
            "person": str(self.registration.trainee_id),
            **concerning(self.registration.employer_id),
        }


@register
@dataclass(frozen=True)
class OwnPlace(NotificationKind):
    """To herself, who cannot give the place back: her employer does."""

    code = "trainings.own_place"
    label = "Une place se libère pour moi dans une session où j’attends"
    can_wait = False
    category = Category.TRAININGS
    registration: Registration

    def subject(self) -> str:
        return f"Vous avez une place : {self.registration.session.title}"

    def url(self) -> str:
        return reverse("sessions:detail", args=[self.registration.session_id])

    def data(self) -> dict[str, str]:
        return {"session": str(self.registration.session_id)}


@register
@dataclass(frozen=True)
class SessionCancelled(NotificationKind):
    """To those who register for an employer of people in it."""

    code = "trainings.session_cancelled"
    label = "Une session où ma CAE a inscrit quelqu’un est annulée"
    told_to = Permission.TRAINEES_REGISTER
    can_wait = False
    category = Category.TRAININGS
    session: TrainingSession
    reason: str

    def subject(self) -> str:
        return f"Session annulée : {self.session.title}"

    def url(self) -> str:
        return reverse("sessions:detail", args=[self.session.pk])

    def data(self) -> dict[str, str]:
        return {"session": str(self.session.pk)}


@register
@dataclass(frozen=True)
class SessionMoved(NotificationKind):
    """To those who register for an employer of people in it: its days, its place, its price or its programme are others."""

    code = "trainings.session_moved"
    label = "Une session où ma CAE a inscrit quelqu’un change de dates, de lieu, de prix ou de programme"
    told_to = Permission.TRAINEES_REGISTER
    can_wait = False
    category = Category.TRAININGS
    session: TrainingSession
    changes: tuple[str, ...]

    def subject(self) -> str:
        return f"Session modifiée : {self.session.title}"

    def url(self) -> str:
        return reverse("sessions:detail", args=[self.session.pk])

    def data(self) -> dict[str, str]:
        return {"session": str(self.session.pk)}
