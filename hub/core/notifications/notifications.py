"""What accounts announce: an invitation, and what touches the safety of an account."""

from dataclasses import dataclass
from typing import Any

from django.urls import reverse

from hub.core.kit.dates import long_date_fr
from hub.core.notifications.kinds import Category, NotificationKind, register


@register
@dataclass(frozen=True)
class InvitationSent(NotificationKind):
    """To an address that may have no account yet; the link is the key, so it stands nowhere but in this mail."""

    code = "accounts.invitation"
    label = "Une organisation m’invite sur le hub"
    category = Category.ACCOUNT
    may_be_disabled = False
    on_screen = False
    is_choosable = False

    invitation: Any
    link: str

    def subject(self) -> str:
        return f"{self.invitation.organisation.name} vous invite sur le hub inter-CAE"

    def url(self) -> str:
        return self.link

    @property
    def expires_on(self) -> str:
        return long_date_fr(self.invitation.expires_at)


@register
@dataclass(frozen=True)
class SecurityAlert(NotificationKind):
    code = "accounts.security"
    label = "La sécurité de mon compte change (nouvel appareil, mot de passe, second facteur)"
    category = Category.ACCOUNT
    may_be_disabled = False

    event: str
    event_label: str

    def subject(self) -> str:
        return f"{self.event_label} : votre compte du hub inter-CAE"

    def text(self) -> str:
        return f"{self.event_label}. Si ce n’est pas vous, fermez vos sessions et prévenez votre coordination."

    def url(self) -> str:
        return reverse("accounts:security")

    def data(self) -> dict[str, str]:
        return {"event": self.event}
