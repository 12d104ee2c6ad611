"""What the two CAEs read: requests, services, time, statements. Every read starts from rows granted by `visible_to`."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet

from directory.sharing.amounts import month_of, next_month, of_month
from directory.sharing.enums import LineState, RequestStatus, Stage, StatementStatus
from directory.sharing.models import Amendment, Piece, ServiceRequest, SharedService, Statement, StatementLine, TimeEntry
from directory.sharing.reference import RequiredPiece
from hub.core.accounts.actor import Actor
from hub.core.accounts.enums import Purpose
from hub.core.accounts.models import Agreement, User
from hub.core.kit.asking import how_many
from hub.core.kit.dates import long_date_fr, today
from hub.core.kit.text import agreed, euros, joined


def requests_of(actor: Actor) -> QuerySet[ServiceRequest]:
    return ServiceRequest.objects.visible_to(actor).select_related("provider", "beneficiary", "asker", "service__agreement")


def services_of(actor: Actor) -> QuerySet[SharedService]:
    rows = SharedService.objects.visible_to(actor).select_related("provider", "beneficiary", "agreement", "request")
    return rows.prefetch_related("agreement__amendments", "amendments__agreement")


def laid_by_the_coordination(actor: Actor) -> QuerySet[Agreement]:
    """Agreements of the organisation acted for, on either side, that no shared service of the two CAEs stands on."""
    parties = Q(provider=actor.organisation_id) | Q(beneficiary=actor.organisation_id)
    rows = Agreement.objects.visible_to(actor).filter(parties, shared_service=None, amends=None)
    return rows.select_related("provider", "beneficiary").prefetch_related("people")


def lent_services(actor: Actor) -> QuerySet[SharedService]:
    """Those whose agreement names or has named the actor, as long as she is of the team that lends."""
    return SharedService.objects.all().lending(actor).select_related("provider", "beneficiary", "agreement")


def statements_of(actor: Actor) -> QuerySet[Statement]:
    rows = Statement.objects.visible_to(actor)
    return rows.select_related("service__provider", "service__beneficiary", "service__agreement", "paper").prefetch_related("lines__person")


def to_answer(actor: Actor, on: date) -> QuerySet[ServiceRequest]:
    """Requests that wait for the organisation acted for."""
    rows = ServiceRequest.objects.visible_to(actor).filter(status=RequestStatus.PENDING, expires_on__gte=on)
    said = rows.exclude(asker=actor.organisation_id).select_related("asker").only("function", "quantity", "expires_on", "asker__name")
    return said.order_by("expires_on", "id")


@dataclass(frozen=True)
class PieceRow:
    """A piece that the form asks for, and what there is of it."""

    required: RequiredPiece
    held: Piece | None

    @property
    def is_missing(self) -> bool:
        return self.held is None or (self.held.file is not None and self.held.file.is_gone)


def pieces_of(service: SharedService) -> list[PieceRow]:
    if service.form is None:
        return []
    rows = Piece.unscoped.filter(service=service, legal_form=service.legal_form).select_related("file", "waived_for", "waived_by")
    held = {row.key: row for row in rows}
    return [PieceRow(piece, held.get(piece.key)) for piece in service.form.pieces]


def amendments_of(actor: Actor) -> QuerySet[Amendment]:
    rows = Amendment.objects.visible_to(actor).select_related(
        "agreement", "asker", "service__provider", "service__beneficiary", "service__agreement"
    )
    return rows.prefetch_related("people")


@dataclass(frozen=True)
class Change:
    """One term of an agreement, from what to what."""

    label: str
    before: str
    after: str


def changes_of(rows: Sequence[Amendment]) -> dict[UUID, list[Change]]:
    """What each amendment changes, by its id; the names of those whom it no longer names are read once for all."""
    ids = {pk for row in rows for pk in row.before["people"]}
    names = {str(one.pk): one.name for one in User.objects.filter(pk__in=ids)}
    return {row.pk: [one for one in _compared(row, names) if one.before != one.after] for row in rows}


def _compared(row: Amendment, names: Mapping[str, str]) -> Iterator[Change]:
    before = row.before
    yield Change("Fin", long_date_fr(date.fromisoformat(before["ends_on"])), long_date_fr(row.ends_on))
    yield Change("Coût horaire", _cost(before["hourly_cost_cents"]), _cost(row.hourly_cost_cents))
    people = sorted(one.name for one in row.people.all())
    yield Change(
        "Personnes", ", ".join(sorted(names.get(pk, "") for pk in before["people"])) or "à nommer", ", ".join(people) or "à nommer"
    )
    yield Change("Accès", _labels(before["purposes"]), _labels(row.purposes))


def _cost(cents: int) -> str:
    return euros(cents) if cents else "sans facturation"


def _labels(purposes: Sequence[str]) -> str:
    return joined([str(Purpose(one).label) for one in sorted(purposes)]) or "aucun"


@dataclass(frozen=True)
class MonthDue:
    service: SharedService
    month: date

    @property
    def due_on(self) -> date:
        return next_month(self.month)

    @property
    def slug(self) -> str:
        """As addresses write it: «2026-10»."""
        return f"{self.month:%Y-%m}"

    @property
    def of_month(self) -> str:
        return of_month(self.month)


def _unstated(services: QuerySet[SharedService]) -> QuerySet[TimeEntry]:
    """Time given in months that are over, and on no statement that holds."""
    return TimeEntry.unscoped.filter(service__in=services.order_by().values("pk"), line=None, day__lt=month_of(today()))


def months_to_state(services: QuerySet[SharedService]) -> list[MonthDue]:
    """Months that are over and have time on no statement that holds, oldest first; those contested wait for another sending, not for this."""
    rows = _unstated(services).order_by().values_list("service", "day")
    sent = set(Statement.unscoped.filter(service__in=services.order_by().values("pk")).order_by().values_list("service", "month"))
    due = sorted({(pk, month_of(day)) for pk, day in rows} - sent, key=lambda one: (one[1], one[0]))
    by_pk = services.in_bulk([pk for pk, _ in due])
    return [MonthDue(by_pk[pk], month) for pk, month in due]


@dataclass(frozen=True)
class Unsettled:
    """Minutes noted on no statement yet, and those that a contested line of a statement holds."""

    waiting: int
    contested: int

    @property
    def contested_word(self) -> str:
        return agreed(self.contested // 60 or self.contested, "contestée")


def unsettled(service: SharedService) -> Unsettled:
    """What a contested line was sent with is known by its person, its work and its days: the statement gave the time itself back to the log."""
    lines = StatementLine.objects.filter(statement__service=service, state=LineState.CONTESTED)
    sent = {(line.person_id, line.work, day) for line in lines for day, _ in line.days}
    found = {True: 0, False: 0}
    for person, work, day, minutes in TimeEntry.unscoped.filter(service=service, line=None).values_list("person", "work", "day", "minutes"):
        found[(person, work, day.isoformat()) in sent] += minutes
    return Unsettled(waiting=found[False], contested=found[True])


def alive(rows: QuerySet[SharedService]) -> QuerySet[SharedService]:
    return rows.exclude(stage=Stage.ENDED)


@dataclass(frozen=True)
class Due:
    """What awaits the organisation acted for."""

    requests: Sequence[ServiceRequest]
    to_read: Sequence[Statement]
    contested: Sequence[Statement]
    to_state: Sequence[MonthDue]
    pieces: Sequence[SharedService]
    amendments: Sequence[Amendment]
    to_name: Sequence[SharedService]
    to_open: Sequence[SharedService]


def _of_both(actor: Actor) -> dict[str, QuerySet[Any]]:
    """By kind, what awaits whoever follows the services; months are known by the time that they hold."""
    services, statements = SharedService.objects.visible_to(actor), Statement.objects.visible_to(actor)
    loose = TimeEntry.unscoped.filter(
        service=OuterRef("service"), line=None, day__year=OuterRef("month__year"), day__month=OuterRef("month__month")
    )
    to_send = Q(status=StatementStatus.CONTESTED) | Q(Exists(loose), status=StatementStatus.RECALLED)
    returned = statements.filter(to_send, service__provider=actor.organisation_id)
    lacking = services.filter(stage=Stage.PIECES).order_by("starts_on", "id").select_related("provider", "beneficiary", "agreement")
    return {
        "contested": returned.order_by("answered_at")
        .select_related("service__beneficiary")
        .only("month", "status", "issued_at", "answered_at", *_named("service__")),
        "to_state": _unstated(services.filter(provider=actor.organisation_id)),
        "pieces": lacking.only("starts_on", "legal_form", "provider__name", "agreement__number", *_named()),
    }


def _named(prefix: str = "") -> list[str]:
    """The columns by which the line of a service is written, with the CAE that receives."""
    return [f"{prefix}function", f"{prefix}beneficiary__name"]


def _of_who_signs(actor: Actor) -> dict[str, QuerySet[Any]]:
    """By kind, what awaits whoever signs for the organisation."""
    asked = Q(status=StatementStatus.ISSUED) | ~Q(reopen_reason="")
    sent = Statement.objects.visible_to(actor).filter(asked, service__beneficiary=actor.organisation_id)
    proposed = Amendment.objects.visible_to(actor).filter(status=RequestStatus.PENDING, effective_on__gt=today())
    gone = SharedService.objects.visible_to(actor).with_somebody_gone().filter(provider=actor.organisation_id)
    return {
        "requests": to_answer(actor, today()),
        "to_read": sent.select_related("service__provider").prefetch_related("lines").order_by("issued_at"),
        "amendments": proposed.exclude(asker=actor.organisation_id)
        .select_related("asker", "service__agreement")
        .order_by("effective_on", "id"),
        "to_name": gone.select_related("beneficiary", "agreement").order_by("starts_on", "id"),
        "to_open": _to_open(actor),
    }


def _to_open(actor: Actor) -> QuerySet[SharedService]:
    """Those whose accesses a name written by the other CAE has closed, for the one that may open them again."""
    texts = Agreement.unscoped.filter(Q(pk=OuterRef("agreement")) | Q(amends=OuterRef("agreement"))).exclude(to_reopen=[])
    rows = alive(services_of(actor)).filter(Exists(texts), beneficiary=actor.organisation_id).order_by("starts_on", "id")
    return rows.prefetch_related("agreement__people", "agreement__amendments__people")


def due(actor: Actor, *, signs: bool, limit: int = 5) -> Due:
    """A constant number of queries, whatever there is: all the kinds are counted in one, and those without any cost no other."""
    kinds = _of_both(actor) | (_of_who_signs(actor) if signs else {})
    counts = how_many(kinds)

    def found(kind: str, room: int | None = limit) -> list[Any]:
        return list(kinds[kind][:room]) if counts.get(kind) else []

    given = SharedService.objects.visible_to(actor).filter(provider=actor.organisation_id).select_related("beneficiary").only(*_named())
    return Due(
        requests=found("requests"),
        to_read=found("to_read"),
        contested=found("contested"),
        to_state=months_to_state(given)[:limit] if counts["to_state"] else [],
        pieces=found("pieces"),
        amendments=found("amendments"),
        to_name=found("to_name"),
        to_open=[row for row in found("to_open", None) if row.text.to_reopen and row.text.people.all()][:limit],
    )


def counts(actor: Actor) -> dict[str, Any]:
    """Figures beside the tabs: requests waiting, what the page of conventions lists, and whether an agreement names the actor."""
    return {
        "requests": ServiceRequest.objects.visible_to(actor).filter(status=RequestStatus.PENDING, expires_on__gte=today()).count(),
        "services": SharedService.objects.visible_to(actor).count() + laid_by_the_coordination(actor).count(),
        "lends": SharedService.objects.all().lending(actor).exists(),
    }
