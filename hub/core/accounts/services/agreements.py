from collections.abc import Collection, Iterable, Sequence
from datetime import date, datetime
from uuid import UUID

from django.db import transaction
from django.db.models import Q
from django.db.models.functions import Length
from django.utils import timezone

from hub.core.accounts.actor import Actor
from hub.core.accounts.enums import Purpose
from hub.core.accounts.errors import DayOutside, NotAllowed, RuleBroken, WasChanged
from hub.core.accounts.models import Agreement, Membership, Organisation, User
from hub.core.accounts.models.organisations import in_force
from hub.core.accounts.permissions import Permission
from hub.core.accounts.selectors import SHARED_STAFF
from hub.core.accounts.signals import agreement_ended, agreement_ending, agreement_made
from hub.core.audit import services as audit
from hub.core.kit.dates import long_date_fr, today

STARTS_TODAY = "La convention commence aujourd’hui au plus tôt : elle ne nomme personne dans le passé."


def is_past(starts_at: datetime) -> bool:
    """Whether an agreement laid now would say that somebody was named on a day when nobody was."""
    return timezone.localtime(starts_at).date() < today()


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
    a purpose is unknown, the dates do not follow one another, or the coordinator names people in the past.
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
    if not actor.is_system and is_past(starts_at):
        raise RuleBroken(STARTS_TODAY)
    shared = Membership.unscoped.filter(in_force(), organisation=provider, role=SHARED_STAFF, user__in=people)
    if shared.values("user").distinct().count() != len(set(people)):
        raise RuleBroken("Chaque personne nommée est gestionnaire mutualisée de la CAE qui la prête.")
    row = _begin(provider, beneficiary, people, purposes, starts_at, ends_at, actor=actor)
    agreement_made.send(sender=Agreement, agreement=row, actor=actor)
    return row


@transaction.atomic
def agree_between(
    *,
    provider: Organisation,
    beneficiary: Organisation,
    people: Iterable[User],
    purposes: Iterable[str],
    starts_at: datetime,
    ends_at: datetime,
    actor: Actor,
) -> Agreement:
    """The agreement that two CAEs reach by themselves: the caller holds the consent of the one, the actor signs for the other.

    People and purposes may come later (name_people, open_purposes): until there are both, it opens nothing.
    Raises: NotAllowed; RuleBroken when a person is not of the provider's team or the dates do not follow one another.
    """
    _require_party(actor, provider.pk, beneficiary.pk)
    people, purposes = list(people), [Purpose(purpose) for purpose in purposes]
    if provider == beneficiary or ends_at <= starts_at:
        raise RuleBroken("Une convention lie deux CAE différentes, et sa fin suit son début.")
    _require_team(people, provider)
    return _begin(provider, beneficiary, people, purposes, starts_at, ends_at, actor=actor)


def _begin(
    provider: Organisation, beneficiary: Organisation, people: list[User], purposes: Sequence[str], starts_at: datetime, ends_at: datetime,
    *, actor: Actor,
) -> Agreement:  # fmt: skip
    row = Agreement(
        number=_next_number(starts_at), provider=provider, beneficiary=beneficiary, purposes=purposes, starts_at=starts_at, ends_at=ends_at
    )
    row.full_clean()
    row.save(force_insert=True)
    _name(row, people)
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
    """One after the other, in the order of the federation's row: of two made at once the second one would count the same ones before it."""
    Organisation.objects.select_for_update(no_key=True).filter(is_federation=True).first()
    prefix = f"CV-{timezone.localtime(starts_at).year}-"
    last = Agreement.unscoped.filter(number__startswith=prefix, amends=None).order_by(Length("number"), "number").last()
    return f"{prefix}{int(last.number.rsplit('-', 1)[1]) + 1 if last else 1:04d}"


@transaction.atomic
def end_agreement(agreement: Agreement, *, actor: Actor, at: datetime | None = None) -> Agreement:
    """Break an agreement off: from that moment the beneficiary's rows are closed to the people named.

    Raises: NotAllowed; RuleBroken when it is over, by its term or because somebody broke it off.
    """
    parties = (agreement.provider_id, agreement.beneficiary_id)
    if not (actor.is_coordinator or any(actor.can(Permission.ORGANISATION_MANAGE, party) for party in parties)):
        raise NotAllowed("Une convention est rompue par la coordination ou par l’une des deux CAE.")
    agreement_ending.send(sender=Agreement, agreement=agreement.amends or agreement)
    texts, moment = _texts(agreement), at or timezone.now()
    if all(row.ended_at is not None or row.ends_at <= moment for row in texts):
        raise RuleBroken(f"La convention {texts[0].number} est déjà finie : il ne reste rien à rompre.")
    agreement.ended_at = moment
    ended = [row for row in texts if row.pk == agreement.pk or (row.ended_at is None and row.ends_at > moment)]
    for row in ended:
        row.ended_at = moment
        row.save(update_fields=["ended_at", "updated_at"])
    agreement_ended.send(sender=Agreement, agreement=texts[0], actor=actor)  # what follows is changed before the line
    for row in ended:
        audit.record("accounts.agreement.end", row, actor=actor, organisation=row.beneficiary)
    return agreement


@transaction.atomic
def amend_agreement(
    agreement: Agreement, *, people: Iterable[User], purposes: Iterable[str], starts_at: datetime, ends_at: datetime, actor: Actor
) -> Agreement:
    """Other terms from a moment to come on: the terms before hold until then. The caller holds the consent of the other CAE.

    Raises: NotAllowed; RuleBroken when a person is not of the provider's team, or the moments do not follow one another.
    """
    _require_party(actor, agreement.provider_id, agreement.beneficiary_id)
    texts, people, purposes = _texts(agreement), list(people), [Purpose(purpose) for purpose in purposes]
    first, last = texts[0], texts[-1]
    if last.ended_at is not None:
        raise RuleBroken("Cette convention est rompue : elle ne s’amende plus.")
    if not max(last.starts_at, timezone.now()) < starts_at <= last.ends_at or ends_at <= starts_at:
        raise RuleBroken("Un avenant prend effet plus tard, au lendemain du terme au plus tard, et finit après.")
    _require_team(people, first.provider)
    row = Agreement(
        number=f"{first.number}-{len(texts)}", provider=first.provider, beneficiary=first.beneficiary, purposes=purposes, starts_at=starts_at,
        ends_at=ends_at, suspended_at=last.suspended_at, amends=first,
    )  # fmt: skip
    row.full_clean()
    row.save(force_insert=True)
    _name(row, people)
    if last.ends_at != starts_at:
        last.ends_at = starts_at
        last.save(update_fields=["ends_at", "updated_at"])
    data = {"people": sorted(str(person.pk) for person in people), "purposes": purposes, "starts_at": starts_at.isoformat()}
    audit.record("accounts.agreement.amend", row, actor=actor, organisation=row.beneficiary, data=data)
    return row


@transaction.atomic
def name_people(
    agreement: Agreement,
    *,
    people: Iterable[User],
    people_seen: Iterable[UUID],
    actor: Actor,
    following: Collection[UUID] = (),
    since: date | None = None,
) -> Agreement:
    """The lending CAE says who; somebody new closes the purposes until the other CAE opens them again, knowing whom.

    `following` are the texts to come that take the same list; those whom the list drops are dropped from the others too. `since` is the
    day from which those who are new give time (`naming_day`); what the purposes open is opened to them from now on, never before.
    Raises: NotAllowed; RuleBroken when a person is not of its team, the day is outside, or somebody else changed the people meanwhile.
    """
    _require_party(actor, agreement.provider_id)
    row = _lock(agreement)
    people = list(people)
    _require_team(people, row.provider)
    before = _require_seen(row, people_seen)
    named = {person.pk for person in people}
    if named == before:
        return row
    since = since or row.naming_day
    if not row.first_day <= since <= max(today(), row.first_day):
        raise DayOutside(f"Au plus tôt le {long_date_fr(row.first_day)}, premier jour de la convention ; au plus tard aujourd’hui.")
    for one in [row, *(later for later in _later(row) if later.pk in following)]:
        _take_people(one, people, since=since, actor=actor)
    _drop_later(row, people=before - named, actor=actor)
    return row


def _take_people(row: Agreement, people: list[User], *, since: date, actor: Actor) -> None:
    before, named = set(row.people.values_list("pk", flat=True)), {person.pk for person in people}
    _name(row, people, changed_on=today(), since=since)
    if named - before and row.purposes:
        row.purposes, row.to_reopen = [], row.purposes
        row.save(update_fields=["purposes", "to_reopen", "updated_at"])
    data = {"before": sorted(map(str, before)), "after": sorted(map(str, named)), "since": since.isoformat(), "purposes": row.purposes}
    audit.record("accounts.agreement.people", row, actor=actor, organisation=row.beneficiary, data=data)


@transaction.atomic
def open_purposes(
    agreement: Agreement,
    *,
    purposes: Iterable[str],
    people_seen: Iterable[UUID],
    purposes_seen: Iterable[str],
    actor: Actor,
    following: Collection[UUID] = (),
) -> Agreement:
    """The CAE for which others act opens named purposes to the people that it was shown, or closes them.

    `following` are the texts to come that take the same purposes, as long as they name the same people.
    Raises: NotAllowed; RuleBroken when people or purposes have changed since they were shown, or an unknown purpose.
    """
    _require_party(actor, agreement.beneficiary_id)
    row = _lock(agreement)
    named = _require_seen(row, people_seen)
    if set(purposes_seen) != set(row.purposes):
        raise WasChanged("Les accès ont changé entre-temps : relisez-les.")
    wanted = [Purpose(purpose) for purpose in purposes]
    _drop_later(row, purposes=set(row.purposes) - set(wanted) if wanted else set(Purpose.values), actor=actor)
    for one in [row, *(later for later in _later(row) if later.pk in following)]:
        if set(one.people.values_list("pk", flat=True)) == named:
            _take_purposes(one, wanted, actor=actor)
    return row


def _take_purposes(row: Agreement, wanted: list[Purpose], *, actor: Actor) -> None:
    if wanted == row.purposes and not row.to_reopen:
        return
    before, row.purposes, row.to_reopen = row.purposes, wanted, []
    row.save(update_fields=["purposes", "to_reopen", "updated_at"])
    audit.record("accounts.agreement.purposes", row, actor=actor, organisation=row.beneficiary, data={"before": before, "after": wanted})


def _later(row: Agreement) -> list[Agreement]:
    return [one for one in _texts(row) if one.starts_at > row.starts_at]


def _drop_later(row: Agreement, *, people: Collection[UUID] = (), purposes: Collection[str] = (), actor: Actor) -> None:
    """What is closed today does not open again with an amendment agreed before."""
    for one in _later(row):
        gone, before = list(one.people.filter(pk__in=people)), list(one.purposes)
        data = {"people": sorted(str(person.pk) for person in gone), "purposes": [name for name in before if name in purposes]}
        if not any(data.values()):
            continue
        _name(one, one.people.exclude(pk__in=people), changed_on=today())
        one.purposes = [name for name in before if name not in purposes]
        one.save(update_fields=["purposes", "updated_at"])
        audit.record("accounts.agreement.drop", one, actor=actor, organisation=one.beneficiary, data=data)


@transaction.atomic
def suspend_agreement(agreement: Agreement, *, actor: Actor) -> Agreement:
    """Close what it opens, until resumed. Suspending twice changes nothing."""
    _require_party(actor, agreement.provider_id, agreement.beneficiary_id)
    for row in _texts(agreement):
        if row.suspended_at is None:
            row.suspended_at = timezone.now()
            row.save(update_fields=["suspended_at", "updated_at"])
            audit.record("accounts.agreement.suspend", row, actor=actor, organisation=row.beneficiary)
    return _lock(agreement)


@transaction.atomic
def resume_agreement(agreement: Agreement, *, actor: Actor) -> Agreement:
    _require_party(actor, agreement.provider_id, agreement.beneficiary_id)
    for row in _texts(agreement):
        if row.suspended_at is not None:
            row.suspended_at = None
            row.save(update_fields=["suspended_at", "updated_at"])
            audit.record("accounts.agreement.resume", row, actor=actor, organisation=row.beneficiary)
    return _lock(agreement)


def _name(row: Agreement, people: Iterable[User], *, changed_on: date | None = None, since: date | None = None) -> None:
    """Write the list of who is named and keep the one before, which holds until the day of the change; `since` is when the new ones begin."""
    people = list(people)
    row.people.set(people)
    begins = row.first_day
    day = max(changed_on or begins, begins)
    gone = row.namings.filter(until_on=None).exclude(person__in=people)
    gone.filter(from_on__gt=today()).delete()  # never begun
    gone.update(until_on=day)
    held = set(row.namings.filter(until_on=None).values_list("person", flat=True))
    for person in people:
        if person.pk not in held and not row.namings.filter(person=person, until_on=day).update(until_on=None):
            row.namings.create(person=person, from_on=max(since or day, begins))


def _lock(agreement: Agreement) -> Agreement:
    return Agreement.unscoped.select_for_update(of=("self",), no_key=True).select_related("provider", "beneficiary").get(pk=agreement.pk)


def _texts(agreement: Agreement) -> list[Agreement]:
    """The first text and its amendments, locked, in the order in which they hold."""
    family = Q(pk=agreement.root_id) | Q(amends=agreement.root_id)
    rows = Agreement.unscoped.select_for_update(of=("self",), no_key=True).select_related("provider", "beneficiary")
    return list(rows.filter(family).order_by("starts_at"))


def _require_seen(row: Agreement, people_seen: Iterable[UUID]) -> set[UUID]:
    """The people named now, if they are those that the actor was shown."""
    named = set(row.people.values_list("pk", flat=True))
    if named != set(people_seen):
        raise WasChanged("Les personnes nommées ont changé entre-temps : relisez leurs noms.")
    return named


def _require_party(actor: Actor, *parties: UUID) -> None:
    if not (actor.is_system or any(actor.can(Permission.SERVICES_SIGN, party) for party in parties)):
        raise NotAllowed("Cet acte est celui d’une CAE partie à la convention, par qui peut l’engager.")


def _require_team(people: list[User], provider: Organisation) -> None:
    team = Membership.unscoped.filter(in_force(), organisation=provider, role__is_staff=True, user__in=people)
    if team.values("user").distinct().count() != len(set(people)):
        raise RuleBroken("Chaque personne nommée est de l’équipe d’appui de la CAE qui la prête.")
