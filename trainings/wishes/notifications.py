from dataclasses import dataclass

from django.urls import reverse

from hub.core.accounts.permissions import Permission
from hub.core.notifications.kinds import Category, NotificationKind, register
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
        return {"wish": str(self.wish.pk), "session": str(self.wish.session_id)}


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
        return {"wish": str(self.wish.pk)}
