from dataclasses import dataclass

from django.urls import reverse

from hub.core.accounts.permissions import Permission
from hub.core.kit.text import counted, joined
from hub.core.notifications.kinds import Category, NotificationKind, concerning, register
from trainings.catalogue.models import CoursePage
from trainings.sessions.models import TrainingSession
from trainings.wishes.models import Wish


@register
@dataclass(frozen=True)
class WishAnswered(NotificationKind):
    """A session is being prepared for what a CAE needs."""

    code = "trainings.wish_answered"
    label = "Une session se prépare pour un besoin de ma CAE"
    told_to = Permission.TRAINEES_REGISTER
    category = Category.TRAININGS
    wish: Wish

    def subject(self) -> str:
        return f"Une session se prépare : {self.wish.theme}"

    def url(self) -> str:
        return reverse("wishes:own")

    def data(self) -> dict[str, str]:
        return {"wish": str(self.wish.pk), "session": str(self.wish.session_id), **concerning(self.wish.organisation_id)}


@register
@dataclass(frozen=True)
class SessionAsked(NotificationKind):
    """The federation asks an organisation that trains for a session on one of its programmes."""

    code = "trainings.session_asked"
    label = "La fédération demande une session à mon organisation"
    told_to = Permission.SESSION_MANAGE
    category = Category.TRAININGS
    wishes: tuple[Wish, ...]
    course: CoursePage

    @property
    def people_count(self) -> int:
        return sum(wish.people_count for wish in self.wishes)

    def subject(self) -> str:
        return f"Session demandée : {self.wishes[0].theme}, {counted(self.people_count, 'personne')}"

    def url(self) -> str:
        first, *others = self.wishes
        return first.answer_url(self.course.public_id, others)

    def data(self) -> dict[str, str]:
        return {"course": str(self.course.public_id), **concerning(self.course.organisation_id)}


@register
@dataclass(frozen=True)
class SessionAskedNoMore(NotificationKind):
    """What was asked of an organisation is asked elsewhere, or the need has changed or gone: it has nothing to prepare."""

    code = "trainings.session_asked_no_more"
    label = "La demande de session faite à mon organisation est retirée"
    told_to = Permission.SESSION_MANAGE
    category = Category.TRAININGS
    wishes: tuple[Wish, ...]
    course: CoursePage

    def subject(self) -> str:
        return f"Demande de session retirée : {self.wishes[0].theme}"

    def text(self) -> str:
        return (
            f"{self.subject()}. Vous n’avez plus rien à préparer pour {joined(sorted({wish.organisation.name for wish in self.wishes}))}."
        )

    def url(self) -> str:
        return reverse("wishes:census")

    def data(self) -> dict[str, str]:
        return {"course": str(self.course.public_id), **concerning(self.course.organisation_id)}


@register
@dataclass(frozen=True)
class SessionPrepared(NotificationKind):
    """An organisation prepares the session that the federation asked for."""

    code = "trainings.session_prepared"
    label = "Une session que j’ai demandée se prépare"
    told_to = Permission.FEDERATION_MANAGE
    category = Category.TRAININGS
    wishes: tuple[Wish, ...]
    session: TrainingSession

    def subject(self) -> str:
        return f"{self.session.organisation.name} prépare la session demandée : {self.wishes[0].theme}"

    def url(self) -> str:
        return self.session.course.url or reverse("wishes:census")

    def data(self) -> dict[str, str]:
        return {"session": str(self.session.pk)}


@register
@dataclass(frozen=True)
class WishWithdrawn(NotificationKind):
    """A CAE takes back a need while a session is being prepared for it: fewer people will come."""

    code = "trainings.wish_withdrawn"
    label = "Un besoin pour lequel mon organisation prépare une session est retiré"
    told_to = Permission.SESSION_MANAGE
    category = Category.TRAININGS
    wish: Wish
    session: TrainingSession

    def subject(self) -> str:
        return f"Besoin retiré par {self.wish.organisation.name} : {self.wish.theme}"

    def url(self) -> str:
        return reverse("sessions:detail", args=[self.session.pk])

    def data(self) -> dict[str, str]:
        return {"wish": str(self.wish.pk), "session": str(self.session.pk), **concerning(self.session.organisation_id)}


@register
@dataclass(frozen=True)
class SessionDeclined(NotificationKind):
    """The organisation that was asked will not hold it: at once, or because it cancels the session that it prepared."""

    code = "trainings.session_declined"
    label = "Une session que j’ai demandée est déclinée ou annulée"
    told_to = Permission.FEDERATION_MANAGE
    category = Category.TRAININGS
    wish: Wish
    course: CoursePage
    reason: str
    is_cancelled: bool = False

    def subject(self) -> str:
        return f"Session {'annulée' if self.is_cancelled else 'déclinée'} par {self.course.organisation.name} : {self.wish.theme}"

    def text(self) -> str:
        return f"{self.subject()}. Motif : {self.reason}"

    def url(self) -> str:
        return reverse("wishes:choose", args=[self.wish.pk])

    def data(self) -> dict[str, str]:
        return {"wish": str(self.wish.pk)}


@register
@dataclass(frozen=True)
class WishWaitsAgain(NotificationKind):
    """The session that answered a need will not be held."""

    code = "trainings.wish_waits"
    label = "La session qui répondait à un besoin de ma CAE est annulée"
    told_to = Permission.TRAINEES_REGISTER
    category = Category.TRAININGS
    wish: Wish

    def subject(self) -> str:
        return f"Ce besoin attend de nouveau une session : {self.wish.theme}"

    def url(self) -> str:
        return reverse("wishes:own")

    def data(self) -> dict[str, str]:
        return {"wish": str(self.wish.pk), **concerning(self.wish.organisation_id)}
