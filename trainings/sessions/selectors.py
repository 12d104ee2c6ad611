from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import reduce
from itertools import groupby, islice
from operator import or_
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet

from directory.people.enums import ContractStatus
from directory.people.fields import FIELDS, words_of
from directory.people.models import AccessibilityNeed, Profile
from directory.people.selectors.reading import visible_fields, with_all_fields
from hub.core.accounts.actor import Actor, Mandate
from hub.core.accounts.models import Membership, Organisation, User
from hub.core.accounts.models.organisations import in_force
from hub.core.accounts.permissions import Permission
from hub.core.accounts.selectors import actor_for, holders
from hub.core.audit.actions import wording
from hub.core.audit.models import AuditEntry
from hub.core.audit.selectors import history_of_object
from hub.core.kit.dates import date_fr, local, today
from hub.core.kit.ordering import alphabetical
from hub.core.kit.text import counted, fold, joined
from hub.core.ui.panels import collect
from trainings.sessions.enums import RegistrationStatus, SessionStatus
from trainings.sessions.models import Registration, TrainingSession
from trainings.sessions.rules import can_read_needs

SHOWN_READINGS = 20
TOLD_OF_PEOPLE = (
    "trainings.registration.confirmed", "trainings.registration.waiting", "trainings.registration.promoted",
    "trainings.registration.cancelled", "trainings.convocation.send", "trainings.convocation.cancel",
)  # fmt: skip


def registrable_people(employer_id: UUID) -> QuerySet[User]:
    """Everybody attached to an employer today, by name; for whoever has been granted to register for it."""
    held = Membership.unscoped.filter(in_force(), organisation=employer_id)
    return User.objects.filter(is_active=True, pk__in=held.values("user")).order_by("sort_name", "id")


def registering(registrations: Collection[Registration]) -> list[User]:
    """Those who register for the employers of these people today: theirs, and whoever did it for them under an agreement that still opens it."""
    homes, named = {row.employer_id for row in registrations}, {row.registered_by_id for row in registrations}
    found = holders(Permission.TRAINEES_REGISTER, homes)
    others = User.objects.filter(pk__in=[pk for pk in named - {user.pk for user in found} if pk])
    return found + [user for user in others if any(_registers(mandate, homes) for mandate in actor_for(user).mandates)]


def _registers(mandate: Mandate, homes: Collection[UUID]) -> bool:
    return mandate.organisation_id in homes and Permission.TRAINEES_REGISTER in mandate.permissions


def held_elsewhere(session: TrainingSession, people: Iterable[User], actor: Actor) -> list[Registration]:
    """The places that these people have in other sessions at the same hours, as far as the reader may see. One query when no day is shared."""
    rows = Registration.objects.visible_to(actor).filter(trainee__in=[person.pk for person in people], status=RegistrationStatus.CONFIRMED)
    near = (
        rows.filter(session__starts_on__lte=session.ends_on, session__ends_on__gte=session.starts_on) if session.starts_on else rows.none()
    )
    found = list(near.exclude(session=session).select_related("session__organisation", "trainee").prefetch_related("session__half_days"))
    own = list(session.half_days.all()) if found else []
    return [row for row in found if any(one.overlaps(other) for one in own for other in row.session.half_days.all())]


def under_cape(people: Iterable[UUID], actor: Actor) -> dict[UUID, Profile]:
    """By person, the sheet of those whose contract is no employment (C. com. L127-1), as far as this actor may read what her contract is."""
    rows = Profile.objects.visible_to(actor).filter(user__in=list(people), contract_status=ContractStatus.CAPE)
    return {one.user_id: one for one in with_all_fields(rows) if visible_fields(one, actor, [FIELDS["contract"]])}


def needs_of(session: TrainingSession, actor: Actor) -> list[AccessibilityNeed]:
    """What its trainees show to the referent of whoever trains them, by name; nothing for anybody else."""
    if not can_read_needs(actor, session):
        return []
    people = list(Registration.objects.visible_to(actor).active().filter(session=session).values_list("trainee", flat=True))
    rows = AccessibilityNeed.objects.shown_to_referent(people).select_related("profile__user")
    return list(rows.order_by("profile__sort_name", "pk"))


def with_name(people: QuerySet[User], words: str) -> QuerySet[User]:
    """Those whose name holds every word, in any order."""
    for word in fold(words)[:80].split()[:8]:
        people = people.filter(sort_name__contains=word)
    return people


def trainers_first(organisation_id: UUID) -> QuerySet[User]:
    """The people of an organisation whose role there is to train."""
    held = Membership.unscoped.filter(in_force(), organisation=organisation_id, role="trainer")
    return registrable_people(organisation_id).filter(pk__in=held.values("user"))


@dataclass(frozen=True)
class Choice:
    """A person to tick: her name, and what tells her from another of the same name."""

    pk: UUID
    name: str
    detail: str
    is_chosen: bool = False
    is_held: bool = False


def choices(
    people: Iterable[User],
    actor: Actor,
    *,
    organisation_id: UUID,
    chosen: Collection[str] = (),
    held: Collection[UUID] = (),
) -> list[Choice]:
    """People as a list to choose from: trade and commune as far as the reader may see them, and for those whom these leave alike,
    the address that the organisation's own staff knows, or else since when they are attached to it."""
    rows = list(people)
    details = _details(rows, actor)
    alike = Counter((person.name, details.get(person.pk, "")) for person in rows)
    twins = [person for person in rows if alike[person.name, details.get(person.pk, "")] > 1]
    for person, more in _told_apart(twins, actor, organisation_id):
        details[person.pk] = ", ".join(part for part in (details.get(person.pk, ""), more) if part)
    return [Choice(person.pk, person.name, details.get(person.pk, ""), str(person.pk) in chosen, person.pk in held) for person in rows]


SHOWN_EVENTS = 6
READ_EVENTS = 200  # lines looked at to make those: one names as many people as were registered at once
NEEDS_READ = "trainings.needs.read"  # in the audit trail


def _details(people: Sequence[User], actor: Actor) -> dict[UUID, str]:
    """By person: her first trade and her commune, the fields of her profile that this actor sees."""
    fields = [FIELDS[key] for key in ("trades", "commune", "department")]
    found = {}
    for profile in with_all_fields(Profile.objects.visible_to(actor).filter(user__in=[person.pk for person in people])):
        seen = visible_fields(profile, actor, fields)
        if "trades" in seen:
            seen["trades"] = seen["trades"][:1]
        words = words_of(seen)
        found[profile.user_id] = ", ".join(part for part in (words.get("trades"), words.get("commune") or words.get("department")) if part)
    return found


def _told_apart(people: Sequence[User], actor: Actor, organisation_id: UUID) -> Iterable[tuple[User, str]]:
    if not people:
        return
    if actor.is_staff_of(organisation_id):
        yield from ((person, person.email) for person in people)
        return
    held = Membership.unscoped.filter(in_force(), organisation=organisation_id, user__in=[person.pk for person in people])
    since = dict(held.order_by("-starts_on").values_list("user", "starts_on"))
    yield from ((person, f"rattachement du {date_fr(since[person.pk], year=True)}") for person in people if person.pk in since)


@dataclass(frozen=True)
class EmployerRows:
    """The registrations of one employer at a session."""

    employer: Organisation
    confirmed: Sequence[Registration]
    waiting: Sequence[Registration]
    unit_price_cents: int

    @property
    def price_cents(self) -> int:
        return self.unit_price_cents * len(self.confirmed)

    @property
    def rows(self) -> list[Registration]:
        return [*self.confirmed, *self.waiting]

    @property
    def ranks(self) -> str:
        """«1, 4 et 5», for those who wait."""
        return joined([str(row.rank) for row in self.waiting])


def registrations_by_employer(session: TrainingSession, actor: Actor) -> list[EmployerRows]:
    """What the actor may see of a session's registrations, grouped by employer."""
    rows = Registration.objects.visible_to(actor).active().filter(session=session).select_related("trainee", "employer")
    found = []
    for employer, held in groupby(
        rows.order_by(alphabetical("employer__name"), "employer_id", "rank", "trainee__sort_name"), key=lambda row: row.employer
    ):
        mine = list(held)
        found.append(
            EmployerRows(
                employer,
                [row for row in mine if row.status == RegistrationStatus.CONFIRMED],
                [row for row in mine if row.status == RegistrationStatus.WAITING],
                session.price_cents,
            )
        )
    return found


def state_on(session: TrainingSession, day: date) -> tuple[str, str]:
    """The tone and the words of where a session stands on a day: its status, then what the calendar and the places make of it."""
    match session.status:
        case SessionStatus.CANCELLED:
            return "no", "Annulée"
        case SessionStatus.DRAFT:
            return "draft", "Brouillon"
    if session.ends_on and session.ends_on < day:
        return "none", "Passée"
    if session.starts_on and session.starts_on <= day:
        return "info", "En cours"
    if not session.is_open_on(day):
        return "none", "Inscriptions closes"
    return ("wait", "Complète, liste d’attente ouverte") if session.free_count < 1 else ("ok", "Inscriptions ouvertes")


def journal(session: TrainingSession, actor: Actor) -> list[dict[str, Any]]:
    """The last things done to a session and for those registered to it, for whoever manages it, as items of ui/log.html; what one day did for one
    employer is one line. That needs were read is told to who reads them: among few trainees it would say whose."""
    own = history_of_object(TrainingSession._meta.label_lower, session.pk, actor=actor)
    if not actor.can(Permission.NEEDS_READ, session.organisation_id):
        own = own.exclude(action=NEEDS_READ)
    people = [str(pk) for pk in Registration.objects.visible_to(actor).filter(session=session).values_list("pk", flat=True)]
    theirs = {Registration._meta.label_lower: people}
    for found in collect("session.history", actor, session):
        theirs.update(found)
    about = reduce(or_, (Q(object_kind=kind, object_id__in=ids) for kind, ids in theirs.items()))
    of_people = AuditEntry.objects.filter(about, action__in=TOLD_OF_PEOPLE).order_by("-seq")
    lines = sorted([*own[:SHOWN_EVENTS], *of_people[:READ_EVENTS]], key=lambda row: row.seq, reverse=True)
    counts = Counter(_happening(row) for row in lines)
    return [_item(*what, count=count) for what, count in islice(counts.items(), SHOWN_EVENTS)]


def _happening(row: AuditEntry) -> tuple[date, str, str, int]:
    """What is told once: the same thing done on a day for people of one employer; what was done to the session is told each time."""
    of_people = row.action in TOLD_OF_PEOPLE
    return local(row.at).date(), row.action, row.organisation_label if of_people else "", 0 if of_people else row.seq


def _item(on: date, action: str, employer: str, _seq: int, *, count: int) -> dict[str, Any]:
    whose = f", {employer}" if employer else ""
    many = f" ({counted(count, 'personne')})" if count > 1 else ""
    return {"at": on, "text": f"{wording(action)}{whose}{many}"}


def needs_read(person: User) -> list[dict[str, Any]]:
    """When, by whom and for which session her accessibility needs were read, newest first, as items of ui/log.html; for herself."""
    hers = Registration.unscoped.filter(trainee=person).values_list("session", flat=True)
    lines = AuditEntry.objects.filter(object_kind=TrainingSession._meta.label_lower, object_id__in=[str(pk) for pk in set(hers)])
    found = list(lines.filter(action=NEEDS_READ, data__contains=str(person.pk)).order_by("-seq")[:SHOWN_READINGS])
    names: dict[UUID | None, str] = {one.pk: one.name for one in User.objects.filter(pk__in=[line.actor_id for line in found])}
    return [
        {"at": local(line.at).date(), "text": f"Lus par {names.get(line.actor_id, 'une personne partie depuis')}, pour {line.object_label}"}
        for line in found
    ]


def unread_needs(actor: Actor) -> list[tuple[UUID, str, date, int]]:
    """Of the sessions to come of the organisation acted for: identifier, title, first day, how many needs are shown that nobody has read as they
    are now. Two queries."""
    shown = Registration.objects.visible_to(actor).active().filter(
        session__organisation=actor.organisation_id, session__ends_on__gte=today(), session__needs_closed_on=None,
        trainee__profile__accessibility__shared=True,
    ).exclude(session__status=SessionStatus.CANCELLED)  # fmt: skip
    columns = ("session", "session__title", "session__starts_on", "trainee", "trainee__profile__accessibility__updated_at")
    rows = list(shown.order_by("session__starts_on", "session").values_list(*columns))
    kind = TrainingSession._meta.label_lower
    lines = AuditEntry.objects.filter(action=NEEDS_READ, object_kind=kind, object_id__in=[str(pk) for pk in {row[0] for row in rows}])
    read = [(line.object_id, line.at, line.data) for line in lines] if rows else []
    waiting = Counter(
        (session, title, starts_on)
        for session, title, starts_on, trainee, written_at in rows
        if not any(of == str(session) and at >= written_at and str(trainee) in data for of, at, data in read)
    )
    return [(*session, count) for session, count in waiting.items()]


def referents_of(session: TrainingSession) -> list[str]:
    """The names of those who read the needs of its trainees."""
    return [person.name for person in holders(Permission.NEEDS_READ, [session.organisation_id])]


def without_referent(person: User) -> list[TrainingSession]:
    """Her sessions to come whose organisation has nobody who reads accessibility needs; the nearest of each organisation."""
    hers = Registration.unscoped.filter(trainee=person).exclude(status=RegistrationStatus.CANCELLED)
    coming = TrainingSession.unscoped.filter(pk__in=hers.values("session"), ends_on__gte=today()).exclude(status=SessionStatus.CANCELLED)
    rows = coming.select_related("organisation").order_by("-starts_on", "pk")
    nearest = {session.organisation_id: session for session in rows}
    return [session for session in nearest.values() if not holders(Permission.NEEDS_READ, [session.organisation_id])]


def employers_of(session: TrainingSession) -> QuerySet[Organisation]:
    """Employers with somebody confirmed, other than the organisation that trains (its own people need no convention)."""
    confirmed = Registration.unscoped.filter(session=session, status=RegistrationStatus.CONFIRMED)
    return (
        Organisation.objects.filter(pk__in=confirmed.values("employer")).exclude(pk=session.organisation_id).order_by(alphabetical("name"))
    )
