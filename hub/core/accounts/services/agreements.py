from collections.abc import Iterable
from datetime import datetime

from django.db import transaction
from django.utils import timezone

from hub.core.accounts.actor import Actor
from hub.core.accounts.enums import Purpose
from hub.core.accounts.errors import NotAllowed, RuleBroken
from hub.core.accounts.models import Agreement, Membership, Organisation, User
from hub.core.accounts.models.organisations import in_force
from hub.core.accounts.selectors import SHARED_STAFF
from hub.core.audit import services as audit


@transaction.atomic
def make_agreement(
    *,
    provider: Organisation,
    beneficiary: Organisation,
    people: Iterable[User],
    purposes: Iterable[str],
    starts_at: datetime,
    ends_at: datetime,
    actor: Actor,
) -> Agreement:
    """Open one CAE's door to named people of another, for named purposes, between two moments.

    Raises: NotAllowed unless the coordinator (or the hub itself) makes it; RuleBroken when a person is no shared staff of the provider,
    a purpose is unknown, or the dates do not follow one another.
    """
    if not (actor.is_coordinator or actor.is_system):
        raise NotAllowed("Une convention entre CAE est posée par la coordination.")
    people, purposes = list(people), [Purpose(purpose) for purpose in purposes]
    if not people or not purposes:
        raise RuleBroken("Une convention nomme au moins une personne et une finalité.")
    if provider == beneficiary:
        raise RuleBroken("Une convention lie deux CAE différentes.")
    if ends_at <= starts_at:
        raise RuleBroken("La fin suit le début.")
    shared = Membership.unscoped.filter(in_force(), organisation=provider, role=SHARED_STAFF, user__in=people)
    if shared.values("user").distinct().count() != len(set(people)):
        raise RuleBroken("Chaque personne nommée est gestionnaire mutualisée de la CAE qui la prête.")
    row = Agreement(
        number=_next_number(starts_at), provider=provider, beneficiary=beneficiary, purposes=purposes, starts_at=starts_at, ends_at=ends_at
    )
    row.full_clean()
    row.save(force_insert=True)
    row.people.set(people)
    named = sorted(str(person.pk) for person in people)
    audit.record(
        "accounts.agreement.begin",
        row,
        actor=actor,
        organisation=beneficiary,
        data={"provider": provider.name, "people": named, "purposes": purposes},
    )
    return row


def _next_number(starts_at: datetime) -> str:
    prefix = f"CV-{timezone.localtime(starts_at).year}-"
    last = Agreement.unscoped.select_for_update().filter(number__startswith=prefix).order_by("-number").first()
    return f"{prefix}{int(last.number.rsplit('-', 1)[1]) + 1 if last else 1:04d}"


@transaction.atomic
def end_agreement(agreement: Agreement, *, actor: Actor, at: datetime | None = None) -> Agreement:
    """Break an agreement off: from that moment the beneficiary's rows are closed to the people named."""
    if not (actor.is_coordinator or actor.can("organisation.manage", agreement.beneficiary_id)):
        raise NotAllowed("Une convention est rompue par la coordination ou par la CAE pour qui l’on agit.")
    agreement.ended_at = at or timezone.now()
    agreement.save(update_fields=["ended_at", "updated_at"])
    audit.record("accounts.agreement.end", agreement, actor=actor, organisation=agreement.beneficiary)
    return agreement
