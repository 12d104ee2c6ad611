"""An amendment, from the proposal to the answer. The service's row is locked first, so that one thing happens to a service at a time."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, time, timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone

from directory.sharing.enums import RequestStatus
from directory.sharing.errors import MoveRefused, RuleBroken, TermsChanged
from directory.sharing.models import Amendment, SharedService
from directory.sharing.services import telling
from directory.sharing.services.requests import LONGEST_SERVICE
from directory.sharing.services.shared import lock, record, require_alive
from hub.core.accounts import services as accounts
from hub.core.accounts.actor import Actor
from hub.core.accounts.enums import Purpose
from hub.core.accounts.errors import RuleBroken as AccountsRuleBroken
from hub.core.accounts.models import Organisation, User
from hub.core.kit.dates import at_home, long_date_fr, today

CHANGED = "La convention a changé depuis : relisez ses termes, et proposez un nouvel avenant."
FREE = "L’entraide ne se facture pas : le coût horaire reste à zéro."
WAITS = "Un avenant attend déjà une réponse : il faut d’abord y répondre, ou le retirer."


@dataclass(frozen=True)
class NewTerms:
    """All of the terms from `effective_on` on, whether they change or not."""

    effective_on: date
    ends_on: date
    hourly_cost_cents: int
    people: Sequence[User] = field(default=())
    purposes: Sequence[str] = field(default=())
    message: str = ""


def terms_of(service: SharedService) -> dict[str, Any]:
    """The last terms agreed, as an amendment keeps them: they hold, or will."""
    last = service.texts[-1]
    return {
        "ends_on": service.ends_on.isoformat(), "hourly_cost_cents": service.cost_on(timezone.localtime(last.starts_at).date()),
        "people": sorted(str(pk) for pk in last.people.values_list("pk", flat=True)), "purposes": sorted(last.purposes),
    }  # fmt: skip


def _proposed(what: NewTerms | Amendment) -> tuple[date, str, dict[str, Any]]:
    people = list(what.people.all()) if isinstance(what, Amendment) else what.people
    terms = NewTerms(what.effective_on, what.ends_on, what.hourly_cost_cents, people, what.purposes)
    return what.effective_on, what.message, _written(terms)


def _written(terms: NewTerms) -> dict[str, Any]:
    return {
        "ends_on": terms.ends_on.isoformat(), "hourly_cost_cents": terms.hourly_cost_cents,
        "people": sorted(str(person.pk) for person in terms.people), "purposes": sorted(terms.purposes),
    }  # fmt: skip


@transaction.atomic
def propose_amendment(
    service: SharedService, *, terms: NewTerms, terms_seen: dict[str, Any], organisation: Organisation, actor: Actor
) -> Amendment:
    """One of the two CAEs proposes other terms; nothing changes until the other accepts, nor before the day. Twice is once.

    Raises: RuleBroken, MoveRefused.
    """
    row = lock(service)
    require_alive(row)
    before = terms_of(row)
    if before != terms_seen:
        raise TermsChanged("La convention a changé entre-temps : relisez ses termes.")
    purposes = [str(Purpose(purpose)) for purpose in terms.purposes]
    _check(row, terms, before)
    waiting = Amendment.unscoped.select_for_update(of=("self",), no_key=True).filter(service=row, status=RequestStatus.PENDING)
    for other in waiting:
        if other.asker_id == organisation.pk and _proposed(other) == _proposed(terms):  # the same form, sent twice
            return other
        if other.is_open_on(today()):
            raise RuleBroken(WAITS)
        expire_amendment(other, actor=actor)
    found = Amendment.unscoped.create(
        service=row, asker=organisation, effective_on=terms.effective_on, ends_on=terms.ends_on, hourly_cost_cents=terms.hourly_cost_cents,
        purposes=purposes, before=before, message=terms.message, sent_on=today(), sent_by_id=actor.user_id,
    )  # fmt: skip
    found.people.set(terms.people)
    telling.of_service(row, f"{organisation.name} propose un avenant pour le {long_date_fr(terms.effective_on)}", reason=terms.message)
    record("propose", row, actor, {"amendment": str(found.pk), "before": before, "after": _written(terms), "on": terms.effective_on})
    return found


def check_effect(row: SharedService, day: date) -> None:
    """When an amendment may take effect. Raises: RuleBroken."""
    last = timezone.localtime(row.texts[-1].starts_at).date()
    words = ""
    if day <= today():
        words = "Un avenant prend effet demain au plus tôt : les termes d’aujourd’hui tiennent jusque-là."
    elif day <= last:
        words = f"Les termes à changer commencent le {long_date_fr(last)} : l’avenant prend effet après."
    elif day > row.ends_on + timedelta(days=1):
        words = f"La convention va jusqu’au {long_date_fr(row.ends_on)} : l’avenant prend effet le lendemain au plus tard."
    if words:
        raise RuleBroken(words, field="effective_on")


def _check(row: SharedService, terms: NewTerms, before: dict[str, Any]) -> None:
    check_effect(row, terms.effective_on)
    if terms.ends_on < terms.effective_on:
        raise RuleBroken("La fin suit la prise d’effet ; pour arrêter plus tôt, terminez la convention.", field="ends_on")
    if terms.ends_on - row.starts_on > LONGEST_SERVICE:
        raise RuleBroken("Une convention dure trois ans au plus, avenants compris.", field="ends_on")
    if row.legal_form == "mutual_help" and terms.hourly_cost_cents:
        raise RuleBroken(FREE, field="hourly_cost")
    if _written(terms) == before:
        raise RuleBroken("Cet avenant ne change rien : modifiez au moins un terme.")


def _lock(amendment: Amendment) -> Amendment:
    service = lock(amendment.service)
    rows = Amendment.unscoped.select_for_update(of=("self",), no_key=True).select_related("asker", "agreement")
    row = rows.get(pk=amendment.pk)
    row.service = service
    return row


def _close(row: Amendment, status: RequestStatus, actor: Actor) -> None:
    row.move_to(status)
    row.answered_at, row.answered_by_id = timezone.now(), actor.user_id
    row.save()


@transaction.atomic
def accept_amendment(amendment: Amendment, *, actor: Actor) -> Amendment:
    """Both have agreed: the terms before end with the eve, these begin with the day. Raises: MoveRefused, RuleBroken, TermsChanged."""
    row = _lock(amendment)
    service, people = row.service, list(row.people.all())
    require_alive(service)
    if row.status == RequestStatus.PENDING and not row.is_open_on(today()):
        raise MoveRefused("le jour où elle prenait effet est venu")
    if terms_of(service) != row.before:
        raise TermsChanged(CHANGED)
    if service.legal_form == "mutual_help" and row.hourly_cost_cents:
        raise RuleBroken(FREE)
    try:
        row.agreement = accounts.amend_agreement(
            service.agreement, people=people, purposes=row.purposes, starts_at=at_home(row.effective_on, time.min),
            ends_at=at_home(row.ends_on + timedelta(days=1), time.min), actor=actor,
        )  # fmt: skip
    except AccountsRuleBroken as refusal:
        raise RuleBroken(str(refusal)) from None
    _close(row, RequestStatus.ACCEPTED, actor)
    service.ends_on = row.ends_on
    service.save(update_fields=["ends_on", "updated_at"])
    telling.of_service(service, f"{row.title} accepté, à compter du {long_date_fr(row.effective_on)}", also=people)
    dropped = User.objects.filter(pk__in=row.before["people"]).exclude(pk__in=[person.pk for person in people])
    telling.no_longer_named(service, dropped, on=row.effective_on)
    record("amend", service, actor, {"amendment": row.agreement.number, "on": row.effective_on})
    return row


@transaction.atomic
def refuse_amendment(amendment: Amendment, *, reason: str, actor: Actor) -> Amendment:
    """The terms stay; the other CAE reads why. Raises: MoveRefused, RuleBroken."""
    row = _lock(amendment)
    if not reason.strip():
        raise RuleBroken("Un refus dit pourquoi.")
    row.reason = reason
    _close(row, RequestStatus.REFUSED, actor)
    telling.of_service(row.service, f"{row.answerer.name} refuse l’avenant proposé", reason=reason)
    record("refuse_amendment", row.service, actor, {"amendment": str(row.pk), "has_reason": True})
    return row


@transaction.atomic
def withdraw_amendment(amendment: Amendment, *, actor: Actor) -> Amendment:
    """Its author takes it back before it is answered. Raises: MoveRefused."""
    row = _lock(amendment)
    _close(row, RequestStatus.WITHDRAWN, actor)
    telling.of_service(row.service, f"{row.asker.name} retire l’avenant proposé")
    record("withdraw_amendment", row.service, actor, {"amendment": str(row.pk)})
    return row


@transaction.atomic
def expire_amendment(amendment: Amendment, *, actor: Actor) -> Amendment:
    """Its day came, or the service ended, without an answer. Raises: MoveRefused."""
    row = _lock(amendment)
    _close(row, RequestStatus.EXPIRED, actor)
    telling.of_service(row.service, "un avenant proposé est resté sans réponse")
    record("expire_amendment", row.service, actor, {"amendment": str(row.pk)})
    return row


def expire_late_amendments(rows: Iterable[Amendment]) -> int:
    """Each in its own transaction; those answered meanwhile are left as they are."""
    moved = 0
    for row in rows:
        try:
            expire_amendment(row, actor=Actor.system())
            moved += 1
        except MoveRefused:
            continue
    return moved
