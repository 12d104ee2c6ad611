"""A statement before it is sent: the lines that the other CAE will read."""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from directory.sharing.amounts import at_cost, of_month, total_cents, total_minutes
from directory.sharing.enums import LineState
from directory.sharing.models import SharedService, Statement, StatementLine, TimeEntry

Group = tuple[UUID, str, int]  # person, work, hourly cost in cents


def grouped(entries: Iterable[TimeEntry], service: SharedService) -> dict[Group, list[TimeEntry]]:
    """One group per person, piece of work and cost agreed for the day, in the order of the first day."""
    costs: dict[date, int] = {}
    groups: dict[Group, list[TimeEntry]] = {}
    for entry in sorted(entries, key=lambda one: (one.day, one.pk)):
        cost = costs.setdefault(entry.day, service.cost_on(entry.day))
        groups.setdefault((entry.person_id, entry.work, cost), []).append(entry)
    return groups


@dataclass(frozen=True)
class Drafted:
    """`kept` were accepted already, `fresh` are computed from the log, not yet saved, each with its entries."""

    month: date
    kept: Sequence[StatementLine]
    fresh: Sequence[tuple[StatementLine, Sequence[TimeEntry]]]

    @property
    def lines(self) -> list[StatementLine]:
        return [*self.kept, *(line for line, _ in self.fresh)]

    @property
    def of_month(self) -> str:
        return of_month(self.month)

    @property
    def total_minutes(self) -> int:
        return total_minutes(self.lines)

    @property
    def total_cents(self) -> int:
        return total_cents(self.lines)

    @property
    def seen(self) -> str:
        """Digest of what is shown: what is sent is what was read, or nothing is."""
        said = [f"{one.person_id} {one.work} {one.minutes} {one.hourly_cost_cents} {one.amount_cents}" for one in self.lines]
        return hashlib.sha256("\n".join(said).encode()).hexdigest()


def waiting(service: SharedService, month: date) -> list[TimeEntry]:
    """Time of a month on no statement that holds."""
    entries = TimeEntry.unscoped.filter(service=service, line=None, day__year=month.year, day__month=month.month)
    return list(entries.select_related("person"))


def contested_days(service: SharedService) -> list[date]:
    """The days of the lines that wait for a correction, in order."""
    lines = StatementLine.objects.filter(statement__service=service, state=LineState.CONTESTED)
    return sorted({date.fromisoformat(day) for line in lines for day, _ in line.days})


def drafted(service: SharedService, month: date) -> Drafted:
    """What would be sent now for a month, given by its first day."""
    statement = Statement.unscoped.filter(service=service, month=month).first()
    held = statement.lines.exclude(state=LineState.CONTESTED).select_related("person") if statement else ()
    kept = list(held)
    first = max((line.position for line in kept), default=0)
    return Drafted(month, kept, computed(waiting(service, month), service, after=first))


def computed(entries: Iterable[TimeEntry], service: SharedService, *, after: int = 0) -> list[tuple[StatementLine, list[TimeEntry]]]:
    """The lines that these entries make, ranked after those that are there, each with its entries; nothing is saved."""
    found = []
    for position, ((_, work, cost), some) in enumerate(grouped(entries, service).items(), start=after + 1):
        minutes = sum(entry.minutes for entry in some)
        amount = at_cost(minutes, cost)
        line = StatementLine(
            position=position, work=work, person=some[0].person, minutes=minutes, hourly_cost_cents=cost, amount_cents=amount
        )
        found.append((line, some))
    return found
