from dataclasses import dataclass

from django.urls import reverse

from directory.people.models import Profile
from hub.core.notifications.kinds import Category, NotificationKind, register


@register
@dataclass(frozen=True)
class MessageRelayed(NotificationKind):
    """Someone writes to a person through her page; the words are in the mail alone."""

    code = "people.relay"
    label = "Quelqu’un m’écrit par ma fiche"
    category = Category.DIRECTORY
    may_be_disabled = False

    profile: Profile
    sender_name: str
    sender_organisation: str
    sender_address: str
    sender_page: str
    words: str

    def subject(self) -> str:
        return f"{self.sender_name} ({self.sender_organisation}) vous écrit par le hub"

    def url(self) -> str:
        return self.sender_page or reverse("people:person", args=[self.profile.pk])

    def data(self) -> dict[str, str]:
        return {"profile": str(self.profile.pk)}
