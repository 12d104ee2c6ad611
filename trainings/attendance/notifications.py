from dataclasses import dataclass

from django.urls import reverse

from hub.core.notifications.kinds import Category, NotificationKind, register
from trainings.sessions.models import HalfDay, Registration


@register
@dataclass(frozen=True)
class SigningCode(NotificationKind):
    """Asked on the spot by who holds the sheet, for a trainee who has not her code at hand."""

    code = "trainings.signing_code"
    label = "Mon code pour signer au clavier"
    category = Category.TRAININGS
    may_be_disabled = False
    can_wait = False

    registration: Registration
    half_day: HalfDay
    figures: str

    def subject(self) -> str:
        return f"Votre code pour signer : {self.registration.session.title}"

    def url(self) -> str:
        return reverse("paperwork:mine")

    def data(self) -> dict[str, str]:
        return {"session": str(self.registration.session_id)}
