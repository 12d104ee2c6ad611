"""A request, from the sending to the answer. Every answer locks the request's row, so that there is one."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils import timezone

from directory.sharing import reference
from directory.sharing.enums import RequestStatus
from directory.sharing.errors import MoveRefused, RuleBroken
from directory.sharing.models import Announcement, ServiceRequest, SharedService
from directory.sharing.models.requests import HALF_DAY_MINUTES
from directory.sharing.selectors.inventory import caes
from directory.sharing.selectors.people import team
from directory.sharing.services import telling
from hub.core.accounts import services as accounts
from hub.core.accounts.actor import Actor
from hub.core.accounts.enums import Purpose
from hub.core.accounts.models import Organisation, User
from hub.core.audit import services as audit
from hub.core.kit.dates import today
from hub.core.kit.twins import once, twin

USUAL_WAIT = timedelta(days=30)
LONGEST_WAIT = timedelta(days=120)
LONGEST_SERVICE = timedelta(days=3 * 366)
PLAIN = ("function", "quantity", "starts_on", "ends_on", "hourly_cost_cents", "half_day_minutes", "expires_on", "message", "announcement")
WAITS = "Une {} de votre part attend déjà une réponse pour cette fonction : retirez-la d’abord."


@dataclass(frozen=True)
class Terms:
    """What is asked. People are the provider's to name, purposes the beneficiary's to open: the other list stays empty."""

    function: str
    quantity: str
    starts_on: date
    ends_on: date
    hourly_cost_cents: int
    expires_on: date
    message: str = ""
    half_day_minutes: int = HALF_DAY_MINUTES
    people: Sequence[User] = field(default=())
    purposes: Sequence[str] = field(default=())
    announcement: Announcement | None = None


def lock(request: ServiceRequest) -> ServiceRequest:
    rows = ServiceRequest.unscoped.select_for_update(of=("self",), no_key=True).select_related(
        "provider", "beneficiary", "asker", "announcement"
    )
    return rows.get(pk=request.pk)


@transaction.atomic
def send_request(
    *, provider: Organisation, beneficiary: Organisation, asker: Organisation, terms: Terms, key: UUID, actor: Actor
) -> ServiceRequest:
    """Ask another CAE; the same form sent twice with the same words asks once. Raises: RuleBroken."""

    def find() -> tuple[ServiceRequest | None, UUID | None]:
        return twin(
            key, (provider.pk, beneficiary.pk, asker.pk, terms), rows=lambda one: ServiceRequest.unscoped.filter(key=one),
            is_same=lambda row: _says_the_same(row, provider, beneficiary, asker, terms),
        )  # fmt: skip

    before, _ = find()
    if before is not None:
        return before
    _check_parties(provider, beneficiary)
    _check_terms(terms)
    people, purposes = (
        _people(provider, terms.people if asker == provider else ()),
        _purposes(terms.purposes if asker == beneficiary else ()),
    )
    waiting = ServiceRequest.unscoped.select_for_update(of=("self",), no_key=True).filter(
        provider=provider, beneficiary=beneficiary, asker=asker, function=terms.function, status=RequestStatus.PENDING
    )
    for row in waiting:
        if row.is_open_on(today()):
            raise RuleBroken(WAITS.format(row.noun))
        expire_request(row, actor=actor)
    asked = ServiceRequest(
        provider=provider, beneficiary=beneficiary, asker=asker, announcement=terms.announcement, function=terms.function,
        quantity=terms.quantity, message=terms.message, starts_on=terms.starts_on, ends_on=terms.ends_on,
        hourly_cost_cents=terms.hourly_cost_cents, half_day_minutes=terms.half_day_minutes, purposes=purposes, sent_on=today(),
        sent_by_id=actor.user_id, expires_on=terms.expires_on,
    )  # fmt: skip

    def write(free: UUID) -> ServiceRequest:
        asked.key = free
        asked.save(force_insert=True)
        return asked

    try:
        with transaction.atomic():
            row, is_new = once(find, write)
    except IntegrityError:  # another request won the race
        raise RuleBroken(WAITS.format(asked.noun)) from None
    if not is_new:
        return row
    row.people.set(people)
    telling.of_request(row, "sent")
    _record("send", row, actor, {"function": terms.function, "hourly_cost_cents": terms.hourly_cost_cents, "purposes": purposes})
    return row


def _says_the_same(row: ServiceRequest, provider: Organisation, beneficiary: Organisation, asker: Organisation, terms: Terms) -> bool:
    """Whether a request was sent between these parties, with these terms."""
    parties = (row.provider_id, row.beneficiary_id, row.asker_id) == (provider.pk, beneficiary.pk, asker.pk)
    people = {person.pk for person in terms.people} if asker == provider else set()
    purposes = _purposes(terms.purposes) if asker == beneficiary else []
    return (
        parties
        and all(getattr(row, name) == getattr(terms, name) for name in PLAIN)
        and row.purposes == purposes
        and set(row.people.values_list("pk", flat=True)) == people
    )


def _check_parties(provider: Organisation, beneficiary: Organisation) -> None:
    if provider == beneficiary:
        raise RuleBroken("Une demande ou une proposition lie deux CAE différentes.")
    if caes().filter(pk__in=[provider.pk, beneficiary.pk]).count() != 2:
        raise RuleBroken("Les deux CAE sont membres de la fédération : l’une ne l’est pas, ou plus.")


def _check_terms(terms: Terms) -> None:
    if terms.function not in reference.functions():
        raise RuleBroken(f"La fonction « {terms.function} » n’est pas dans l’inventaire.")
    if terms.ends_on < terms.starts_on:
        raise RuleBroken("La fin suit le début.", field="ends_on")
    if terms.ends_on < today():
        raise RuleBroken("Ces dates sont passées.", field="ends_on")
    if not today() - LONGEST_SERVICE <= terms.starts_on <= today() + LONGEST_SERVICE:
        raise RuleBroken("Une convention commence à moins de trois ans d’aujourd’hui.", field="starts_on")
    if terms.ends_on - terms.starts_on > LONGEST_SERVICE:
        raise RuleBroken("Une convention dure trois ans au plus.", field="ends_on")
    if not today() <= terms.expires_on <= today() + LONGEST_WAIT:
        raise RuleBroken("La réponse s’attend d’aujourd’hui à quatre mois.", field="expires_on")


def _people(provider: Organisation, people: Iterable[User]) -> list[User]:
    asked = list(people)
    if team(provider.pk).filter(pk__in=[person.pk for person in asked]).count() != len(set(asked)):
        raise RuleBroken("Chaque personne nommée est de l’équipe d’appui de la CAE qui donne le temps.")
    return asked


def _purposes(purposes: Iterable[str]) -> list[str]:
    return [str(Purpose(purpose)) for purpose in purposes]


@transaction.atomic
def accept_request(request: ServiceRequest, *, actor: Actor, people: Iterable[User] = (), purposes: Iterable[str] = ()) -> SharedService:
    """Say yes: the agreement begins, light, between the two days asked.

    Args: people are taken when the provider answers, purposes when the beneficiary does. Raises: MoveRefused, RuleBroken.
    """
    row = lock(request)
    _require_open(row)
    _check_parties(row.provider, row.beneficiary)
    if row.ends_on < today():
        raise RuleBroken("Ces dates sont passées : demandez-en de nouvelles.")
    named = _people(row.provider, people if row.asks_for_time else row.people.all())
    opened = row.purposes if row.asks_for_time else _purposes(purposes)
    row.move_to(RequestStatus.ACCEPTED)
    row.answered_at, row.answered_by_id = timezone.now(), actor.user_id
    row.save(update_fields=["status", "answered_at", "answered_by", "updated_at"])
    agreement = accounts.agree_between(
        provider=row.provider, beneficiary=row.beneficiary, people=named, purposes=opened, starts_at=first_moment(row.starts_on),
        ends_at=first_moment(row.ends_on + timedelta(days=1)), actor=actor,
    )  # fmt: skip
    service = SharedService.unscoped.create(
        request=row, agreement=agreement, provider=row.provider, beneficiary=row.beneficiary, function=row.function, quantity=row.quantity,
        starts_on=row.starts_on, ends_on=row.ends_on, hourly_cost_cents=row.hourly_cost_cents, half_day_minutes=row.half_day_minutes,
    )  # fmt: skip
    telling.of_request(row, "accepted")
    if named:
        telling.named(service, named)
    _record("accept", row, actor, {"agreement": agreement.number})
    return service


def first_moment(day: date) -> datetime:
    """Midnight in Paris, when the day begins."""
    return timezone.make_aware(datetime.combine(day, time.min))


@transaction.atomic
def refuse_request(request: ServiceRequest, *, reason: str, actor: Actor) -> ServiceRequest:
    """Say no, and why. Raises: MoveRefused, RuleBroken."""
    row = lock(request)
    _require_open(row)
    if not reason.strip():
        raise RuleBroken("Un refus dit pourquoi.")
    row.move_to(RequestStatus.REFUSED)
    row.reason, row.answered_at, row.answered_by_id = reason, timezone.now(), actor.user_id
    row.save(update_fields=["status", "reason", "answered_at", "answered_by", "updated_at"])
    telling.of_request(row, "refused")
    _record("refuse", row, actor, {"has_reason": True})
    return row


@transaction.atomic
def withdraw_request(request: ServiceRequest, *, actor: Actor) -> ServiceRequest:
    """Take one's own request back before it is answered. Raises: MoveRefused."""
    row = lock(request)
    row.move_to(RequestStatus.WITHDRAWN)
    row.save(update_fields=["status", "updated_at"])
    telling.of_request(row, "withdrawn")
    _record("withdraw", row, actor)
    return row


@transaction.atomic
def expire_request(request: ServiceRequest, *, actor: Actor) -> ServiceRequest:
    """Close a request that nobody answered. Raises: MoveRefused."""
    row = lock(request)
    row.move_to(RequestStatus.EXPIRED)
    row.save(update_fields=["status", "updated_at"])
    telling.of_request(row, "expired")
    _record("expire", row, actor)
    return row


def _require_open(row: ServiceRequest) -> None:
    if row.status == RequestStatus.PENDING and not row.is_open_on(today()):
        raise MoveRefused("le délai de réponse est passé")
    if row.status != RequestStatus.PENDING:
        raise MoveRefused(f"elle est {row.get_status_display().lower()}")


def _record(verb: str, row: ServiceRequest, actor: Actor, data: dict[str, object] | None = None) -> None:
    """One line for each of the two CAEs: each finds it in its own trail."""
    for organisation in (row.provider, row.beneficiary):
        audit.record(f"sharing.request.{verb}", row, actor=actor, organisation=organisation, data=data)
