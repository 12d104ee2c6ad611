"""Shared services between CAEs, with good defaults."""

from datetime import date, timedelta

from directory.sharing import services
from directory.sharing.amounts import month_of
from directory.sharing.enums import AnnouncementKind
from directory.sharing.models import Amendment, Announcement, ServiceRequest, SharedService, Statement, TimeEntry
from directory.sharing.selectors.inventory import Declared
from directory.sharing.services import NewTerms, Terms
from hub.core.accounts.actor import Actor
from hub.core.accounts.models import Membership, Organisation, User
from hub.core.accounts.selectors import actor_for
from hub.core.kit.dates import today
from hub.core.kit.identifiers import uuid7
from tests.builders.accounts import SYSTEM, make_member, make_person
from tests.builders.kept import kept


@kept
def make_announcement(
    organisation: Organisation | None = None, *, kind: str = "offer", function: str = "gestion_sociale", quantity: str = "2 j par mois",
    ends_in: int = 60, **facts,
) -> Announcement:  # fmt: skip
    facts = {"details": "", "hourly_cost_cents": 3480 if kind == "offer" else None, "actor": SYSTEM} | facts
    return services.publish_announcement(
        organisation or make_member(), kind=AnnouncementKind(kind), function=function, quantity=quantity,
        expires_on=today() + timedelta(days=ends_in), **facts,
    )  # fmt: skip


@kept
def declare(organisation: Organisation, *lines: Declared, version: int = 0, actor=SYSTEM):
    return services.declare_inventory(organisation, lines=lines, version=version, actor=actor)


@kept
def make_pair() -> tuple[Organisation, Organisation]:
    """Two CAEs of the federation, each with somebody who follows shared services: provider, beneficiary."""
    pair = make_member(), make_member()
    for organisation in pair:
        make_person(organisation, "director")
    return pair


def directors(*organisations: Organisation) -> list[Actor]:
    """The actor of the first director of each."""
    held = (Membership.unscoped.filter(organisation=one, role="director").earliest("created_at") for one in organisations)
    return [actor_for(membership.user) for membership in held]


def make_terms(**facts) -> Terms:
    usual = {
        "function": "gestion_sociale", "quantity": "2 j par mois", "starts_on": today() - timedelta(days=100),
        "ends_on": today() + timedelta(days=60), "hourly_cost_cents": 3480, "expires_on": today() + timedelta(days=30),
    }  # fmt: skip
    return Terms(**usual | facts)


@kept
def make_request(provider: Organisation, beneficiary: Organisation, *, by_provider: bool = False, key=None, **facts) -> ServiceRequest:
    """Asked by the one that receives, unless told otherwise; its signatory is its director."""
    asker = provider if by_provider else beneficiary
    (actor,) = directors(asker)
    return services.send_request(
        provider=provider, beneficiary=beneficiary, asker=asker, terms=make_terms(**facts), key=key or uuid7(), actor=actor
    )


@kept
def make_service(provider: Organisation | None = None, beneficiary: Organisation | None = None, *, people=(), **facts) -> SharedService:
    """An accepted request for somebody of the provider's shared staff."""
    if provider is None or beneficiary is None:
        provider, beneficiary = make_pair()
    request = make_request(provider, beneficiary, **facts)
    (actor,) = directors(provider)
    people = people or [make_person(provider, "shared_staff")]
    return services.accept_request(request, people=people, actor=actor)


def lent(service: SharedService) -> User:
    return service.agreement.people.first()


def last_month() -> date:
    return month_of(month_of(today()) - timedelta(days=1))


@kept
def log(
    service: SharedService, day: date | None = None, *, minutes: int = 60, work: str = "Bulletins de paie", person=None, **facts
) -> TimeEntry:
    (actor,) = directors(service.provider)
    facts = {"minutes": minutes, "actor": actor} | facts
    return services.log_time(service, person=person or lent(service), day=day or last_month(), work=work, **facts)


@kept
def make_statement(service: SharedService | None = None, *, minutes=(60, 45)) -> Statement:
    service = service or make_service()
    for number, length in enumerate(minutes):
        log(service, minutes=length, work=f"Travail {number}")
    (actor,) = directors(service.provider)
    return services.issue_statement(service, month=last_month(), actor=actor)


@kept
def make_amendment(service: SharedService, *, by_provider: bool = True, **facts) -> Amendment:
    """Other terms from ten days ahead, proposed by one side; what is not given stays as it is."""
    asker = service.provider if by_provider else service.beneficiary
    (actor,) = directors(asker)
    seen = services.terms_of(service)
    usual = {
        "effective_on": today() + timedelta(days=10), "ends_on": service.ends_on, "hourly_cost_cents": seen["hourly_cost_cents"],
        "people": list(User.objects.filter(pk__in=seen["people"])), "purposes": seen["purposes"],
    }  # fmt: skip
    return services.propose_amendment(service, terms=NewTerms(**usual | facts), terms_seen=seen, organisation=asker, actor=actor)


@kept
def amend(service: SharedService, **facts) -> Amendment:
    """Proposed by the provider, accepted by the other."""
    return services.accept_amendment(make_amendment(service, **facts), actor=directors(service.beneficiary)[0])
