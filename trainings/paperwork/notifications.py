from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.urls import reverse

from hub.core.kit.dates import hour_fr
from hub.core.kit.icalendar import Event, Method, calendar
from hub.core.kit.text import joined
from hub.core.notifications.kinds import Category, NotificationKind, register
from trainings.attendance.codes import code_of
from trainings.paperwork.models import Convocation
from trainings.sessions.models import HalfDay, TrainingSession
from trainings.sessions.selectors import referents_of


@register
@dataclass(frozen=True)
class Convened(NotificationKind):
    """When and where, with the appointments for a diary; said again, with a higher revision, when something changes."""

    code = "trainings.convened"
    label = "Ma convocation à une session arrive, ou elle change"
    category = Category.TRAININGS
    may_be_disabled = False

    convocation: Convocation
    appointments: tuple[Event, ...]
    changes: tuple[str, ...] = ()  # what is not as it was told before, a line each

    @property
    def session(self) -> Any:
        return self.convocation.registration.session

    @property
    def codes(self) -> list[tuple[HalfDay, str]]:
        """What signs each half-day with her name; none for a workshop, which nobody signs."""
        half_days = [] if self.session.is_workshop else self.half_days
        return [(row, code_of(self.convocation.registration, row)) for row in half_days]

    @property
    def half_days(self) -> list[HalfDay]:
        return list(self.session.half_days.all())

    @property
    def hours(self) -> str:
        """«de 9 h à 12 h 30», where one half-day is all; else each has its line."""
        rows = self.half_days
        return f"de {hour_fr(rows[0].starts_at)} à {hour_fr(rows[0].ends_at)}" if len(rows) == 1 else ""

    @property
    def referents(self) -> str:
        return joined(referents_of(self.session))

    @property
    def profile_url(self) -> str:
        return f"{settings.WAGTAILADMIN_BASE_URL}{reverse('people:own')}"

    @property
    def is_change(self) -> bool:
        return self.convocation.sequence > 0

    def subject(self) -> str:
        return f"{'Convocation changée' if self.is_change else 'Convocation'} : {self.session.title}"

    def url(self) -> str:
        return reverse("paperwork:convocation", args=[self.session.pk])

    def data(self) -> dict[str, str]:
        return {"session": str(self.session.pk)}

    def calendar(self) -> str:
        return calendar(self.appointments, name=self.session.title)


@register
@dataclass(frozen=True)
class OwnSessionMoved(NotificationKind):
    """To a trainee who was not convened yet: those who were get their convocation anew."""

    code = "trainings.own_session_moved"
    label = "Une session où je suis inscrite ou inscrit change de dates, de lieu ou de programme"
    category = Category.TRAININGS
    may_be_disabled = False

    session: TrainingSession
    changes: tuple[str, ...]

    def subject(self) -> str:
        return f"Session modifiée : {self.session.title}"

    def url(self) -> str:
        return reverse("sessions:detail", args=[self.session.pk])

    def data(self) -> dict[str, str]:
        return {"session": str(self.session.pk)}


@register
@dataclass(frozen=True)
class OwnSessionCancelled(NotificationKind):
    """To a trainee who was not convened yet: there is nothing to take out of her diary."""

    code = "trainings.own_session_cancelled"
    label = "Une session où je suis inscrite ou inscrit est annulée"
    category = Category.TRAININGS
    may_be_disabled = False

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
class ConvocationCancelled(NotificationKind):
    code = "trainings.convocation_cancelled"
    label = "Ma convocation à une session est annulée"
    category = Category.TRAININGS
    may_be_disabled = False

    convocation: Convocation
    appointments: tuple[Event, ...]

    @property
    def session(self) -> Any:
        return self.convocation.registration.session

    def subject(self) -> str:
        return f"Convocation annulée : {self.session.title}"

    def url(self) -> str:
        return reverse("sessions:detail", args=[self.session.pk])

    def data(self) -> dict[str, str]:
        return {"session": str(self.session.pk)}

    def calendar(self) -> str:
        return calendar(self.appointments, method=Method.CANCEL)
