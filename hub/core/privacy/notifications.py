from dataclasses import dataclass
from datetime import date
from typing import Any

from django.urls import reverse

from hub.core.accounts.models import User
from hub.core.accounts.permissions import Permission
from hub.core.kit.dates import long_date_fr
from hub.core.notifications.kinds import Category, NotificationKind, register
from hub.core.privacy.models import Erasure


@register
@dataclass(frozen=True)
class ErasureAsked(NotificationKind):
    code = "privacy.erasure_asked"
    label = "L’effacement de mon compte est demandé"
    category = Category.ACCOUNT
    may_be_disabled = False

    erasure: Erasure

    def subject(self) -> str:
        return f"Votre compte du hub inter-CAE sera effacé le {self.day}"

    def url(self) -> str:
        return reverse("privacy:own_data")

    @property
    def day(self) -> str:
        return long_date_fr(self.erasure.due_at)


@register
@dataclass(frozen=True)
class ErasureWithdrawn(NotificationKind):
    code = "privacy.erasure_withdrawn"
    label = "L’effacement de mon compte est annulé par la coordination"
    category = Category.ACCOUNT
    may_be_disabled = False

    def subject(self) -> str:
        return "Votre compte du hub inter-CAE est gardé"

    def url(self) -> str:
        return reverse("privacy:own_data")


@register
@dataclass(frozen=True)
class ErasureRefused(NotificationKind):
    code = "privacy.erasure_refused"
    label = "Une personne garde le compte dont j’ai noté l’effacement"
    category = Category.ACCOUNT
    told_to = Permission.FEDERATION_MANAGE

    user: User

    def subject(self) -> str:
        return f"{self.user.name} garde son compte"

    def url(self) -> str:
        return reverse("accounts:correct_identity", args=[self.user.pk])

    def data(self) -> dict[str, Any]:
        return {"person": self.user.pk}


@register
@dataclass(frozen=True)
class ErasurePutOff(NotificationKind):
    code = "privacy.erasure_put_off"
    label = "L’effacement de mon compte est remis à plus tard"
    category = Category.ACCOUNT
    may_be_disabled = False

    erasure: Erasure
    reason: str

    def subject(self) -> str:
        return f"L’effacement de votre compte est remis au {self.day}"

    def url(self) -> str:
        return reverse("privacy:own_data")

    @property
    def day(self) -> str:
        return long_date_fr(self.erasure.due_at)


@register
@dataclass(frozen=True)
class AccountCloses(NotificationKind):
    code = "privacy.account_closes"
    label = "Mon compte va se fermer, après mon départ"
    category = Category.ACCOUNT
    may_be_disabled = False

    closes_on: date

    def subject(self) -> str:
        return f"Votre compte du hub inter-CAE se ferme le {long_date_fr(self.closes_on)}"

    def url(self) -> str:
        return reverse("privacy:own_data")

    @property
    def day(self) -> str:
        return long_date_fr(self.closes_on)


@register
@dataclass(frozen=True)
class LeftAll(NotificationKind):
    code = "privacy.left_all"
    label = "Mon dernier rattachement à une organisation se termine"
    category = Category.ACCOUNT
    may_be_disabled = False

    closes_on: date

    def subject(self) -> str:
        return f"Vous n’êtes plus dans aucune organisation du hub : votre compte se fermera le {self.day}"

    def url(self) -> str:
        return reverse("privacy:own_data")

    @property
    def day(self) -> str:
        return long_date_fr(self.closes_on)
