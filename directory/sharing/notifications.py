"""What is told about shared services; each kind goes to both CAEs."""

from dataclasses import dataclass

from django.urls import reverse

from directory.sharing.models import Announcement, ServiceRequest, SharedService, Statement
from hub.core.accounts.enums import Purpose
from hub.core.accounts.models import Agreement
from hub.core.accounts.permissions import Permission
from hub.core.kit.text import joined
from hub.core.notifications.kinds import Category, NotificationKind, concerning, register

REQUEST_EVENTS = {
    "sent": "{asker} attend une réponse",
    "accepted": "{answerer} a accepté",
    "refused": "{answerer} a refusé",
    "withdrawn": "{asker} a retiré sa {noun}",
    "expired": "{noun} restée sans réponse",
}


@register
@dataclass(frozen=True)
class RequestTold(NotificationKind):
    """A request between two CAEs was sent, answered, withdrawn, or ran out."""

    code = "sharing.request"
    label = "Une demande ou une proposition entre ma CAE et une autre arrive ou change"
    told_to = Permission.SERVICES_MANAGE
    category = Category.SERVICES
    request: ServiceRequest
    event: str

    def subject(self) -> str:
        said = REQUEST_EVENTS[self.event].format(asker=self.request.asker.name, answerer=self.request.answerer.name, noun=self.request.noun)
        return f"{self.request.title} ; {said}"

    def url(self) -> str:
        return self.request.get_absolute_url()

    def data(self) -> dict[str, str]:
        return {"request": str(self.request.pk), **concerning(self.request.provider_id, self.request.beneficiary_id)}


@register
@dataclass(frozen=True)
class ServiceTold(NotificationKind):
    """Something changed in a shared service: people, accesses, legal form, a waiver, its end."""

    code = "sharing.service"
    label = "Une convention de ma CAE change (personnes, accès, forme, pièces, fin)"
    told_to = "staff"
    category = Category.SERVICES
    service: SharedService
    words: str
    reason: str = ""

    def subject(self) -> str:
        return f"Convention {self.service.number} : {self.words}"

    def url(self) -> str:
        return self.service.get_absolute_url()

    def data(self) -> dict[str, str]:
        return {"service": str(self.service.pk), **concerning(self.service.provider_id, self.service.beneficiary_id)}


@register
@dataclass(frozen=True)
class AgreementTold(NotificationKind):
    """The coordination made an agreement, or one without a shared service was broken off."""

    code = "sharing.agreement"
    label = "La coordination pose ou rompt une convention de ma CAE"
    told_to = "staff"
    category = Category.SERVICES
    agreement: Agreement
    words: str

    def subject(self) -> str:
        row = self.agreement
        return f"Convention {row.number} {self.words}, {row.provider.name} pour {row.beneficiary.name}"

    def url(self) -> str:
        return reverse("sharing:services")

    def people(self) -> str:
        return joined([person.name for person in self.agreement.people.order_by("sort_name", "id")])

    def purposes(self) -> str:
        return joined([str(Purpose(purpose).label) for purpose in self.agreement.purposes])

    def data(self) -> dict[str, str]:
        return {"agreement": str(self.agreement.pk), **concerning(self.agreement.provider_id, self.agreement.beneficiary_id)}


@register
@dataclass(frozen=True)
class AnnouncementExpired(NotificationKind):
    code = "sharing.announcement"
    label = "Une offre ou un besoin de ma CAE arrive à son terme"
    told_to = Permission.SERVICES_MANAGE
    category = Category.SERVICES
    announcement: Announcement

    def subject(self) -> str:
        return f"{self.announcement.title} ({self.announcement.quantity}) n’est plus publiée"

    def url(self) -> str:
        return self.announcement.get_absolute_url()

    def data(self) -> dict[str, str]:
        return {"announcement": str(self.announcement.pk), **concerning(self.announcement.organisation_id)}


@register
@dataclass(frozen=True)
class StatementTold(NotificationKind):
    """A month's statement was sent, recalled, accepted, contested or reopened."""

    code = "sharing.statement"
    label = "Un relevé du mois entre ma CAE et une autre est envoyé, rappelé, accepté, contesté ou rouvert"
    told_to = Permission.SERVICES_MANAGE
    category = Category.SERVICES
    statement: Statement
    words: str

    def subject(self) -> str:
        return f"Relevé {self.statement.of_month}, convention {self.statement.service.number} : {self.words}"

    def url(self) -> str:
        return self.statement.get_absolute_url()

    def data(self) -> dict[str, str]:
        return {
            "statement": str(self.statement.pk),
            **concerning(self.statement.service.provider_id, self.statement.service.beneficiary_id),
        }
