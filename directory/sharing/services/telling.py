from collections.abc import Iterable

from directory.sharing.models import ServiceRequest, SharedService
from directory.sharing.notifications import AgreementTold, RequestTold, ServiceTold
from directory.sharing.selectors.people import managers
from hub.core.accounts.models import Agreement, User
from hub.core.kit.text import joined
from hub.core.notifications import services as notifications
from hub.core.notifications.kinds import NotificationKind


def both_sides(parties: ServiceRequest | SharedService, kind: NotificationKind, *, also: Iterable[User] = ()) -> int:
    """Whoever follows shared services in the two CAEs, and the people concerned by name."""
    return notifications.send(kind, to=[*managers([parties.provider_id, parties.beneficiary_id]), *also])


def of_request(request: ServiceRequest, event: str) -> int:
    return both_sides(request, RequestTold(request, event))


def of_service(service: SharedService, words: str, *, reason: str = "", also: Iterable[User] = ()) -> int:
    return both_sides(service, ServiceTold(service, words, reason), also=also)


def named(service: SharedService, people: Iterable[User]) -> int:
    """Those whom an agreement names, and both sides."""
    people = list(people)
    words = f"{joined([person.name for person in people])} {'interviennent' if len(people) > 1 else 'intervient'}"
    return of_service(service, words, also=people)


def of_agreement(agreement: Agreement, words: str) -> int:
    """An agreement without a shared service: both sides, and those whom it names."""
    readers = [*managers([agreement.provider_id, agreement.beneficiary_id]), *agreement.people.all()]
    return notifications.send(AgreementTold(agreement, words), to=readers)
