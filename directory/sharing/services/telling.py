from collections.abc import Iterable, Sequence
from datetime import date
from uuid import UUID

from directory.sharing.models import ServiceRequest, SharedService
from directory.sharing.notifications import AgreementTold, RequestTold, ServiceTold
from directory.sharing.selectors.people import managers, team
from hub.core.accounts.models import Agreement, User
from hub.core.kit.dates import long_date_fr
from hub.core.kit.text import joined, of
from hub.core.notifications import services as notifications
from hub.core.notifications.kinds import NotificationKind


def both_sides(parties: ServiceRequest | SharedService, kind: NotificationKind, *, also: Iterable[User] = ()) -> int:
    """Whoever follows shared services in the two CAEs, and the people concerned by name."""
    return notifications.send(kind, to=[*managers([parties.provider_id, parties.beneficiary_id]), *also])


def of_request(request: ServiceRequest, event: str) -> int:
    return both_sides(request, RequestTold(request, event))


def of_service(service: SharedService, words: str, *, reason: str = "", also: Iterable[User] = ()) -> int:
    return both_sides(service, ServiceTold(service, words, reason), also=_there(also, service.provider_id))


def _there(people: Iterable[User], provider_id: UUID) -> list[User]:
    """Those who are still of the team that lends: an agreement keeps the name of who left it, who is written nothing more of its affairs."""
    people = list(people)
    here = set(team(provider_id).filter(pk__in=[person.pk for person in people]).values_list("pk", flat=True)) if people else set()
    return [person for person in people if person.pk in here]


def acting(people: Sequence[User], *, since: str = "") -> str:
    """«Ada Lovelace intervient», «Ada et Paul interviennent désormais»."""
    if not people:
        return "plus personne n’intervient"
    return f"{joined([person.name for person in people])} {'interviennent' if len(people) > 1 else 'intervient'}{since}"


def named(service: SharedService, people: Iterable[User]) -> int:
    """Those whom an agreement names, and both sides."""
    people = list(people)
    return of_service(service, acting(people), also=people)


def no_longer_named(service: SharedService, people: Iterable[User], *, on: date | None = None) -> int:
    """Those alone whom an agreement names no more: from a day on, now when none is given."""
    day = f" à compter du {long_date_fr(on)}" if on else ""
    words = f"vous n’intervenez plus pour {service.beneficiary.name}{day} ; vos heures des jours d’avant restent dans « Mon temps »"
    return notifications.send(ServiceTold(service, words), to=_there(people, service.provider_id))


def of_agreement(agreement: Agreement, words: str) -> int:
    """An agreement without a shared service: both sides, and those whom it names."""
    readers = [*managers([agreement.provider_id, agreement.beneficiary_id]), *_there(agreement.people.all(), agreement.provider_id)]
    return notifications.send(AgreementTold(agreement, words), to=readers)


def departure(agreement: Agreement, person: User) -> int:
    """Both sides learn that somebody named has left the team that lends."""
    words = f"{person.name} n’est plus de l’équipe{of(agreement.provider.name)}{agreement.provider.name}, une autre personne est à nommer"
    service = SharedService.unscoped.filter(agreement=agreement).first()
    if service is not None:
        return of_service(service, words)
    kind = AgreementTold(agreement, f"à revoir, {words}")
    return notifications.send(kind, to=managers([agreement.provider_id, agreement.beneficiary_id]))
