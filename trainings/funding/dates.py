"""The due dates of a file, as a pure function of its days and of the rules (data/due_dates.toml, data/opco.toml)."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from hub.core.kit.holidays import months_after
from trainings.funding.reference import UNKNOWN_OPCO, DueRule, Opco

SOON = timedelta(days=15)
STALE = timedelta(days=30)
REMIND = timedelta(days=7)


@dataclass(frozen=True)
class Days:
    """The days that the dates of a file are counted from; None for one that is not known, or not yet. has_agreement: its signed paper is there.

    is_convened: everybody whom the employer sends has her convocation.
    """

    starts_on: date | None = None
    filed_on: date | None = None
    reply_by: date | None = None
    opco_checked_on: date | None = None
    has_agreement: bool = False
    is_convened: bool = False

    def has_done(self, what: str) -> bool:
        """Whether what a rule asks for (`unless`) is done already."""
        return (what == "agreement" and self.has_agreement) or (what == "convened" and self.is_convened)


@dataclass(frozen=True)
class Due:
    """A date to keep. `is_verified`: the rule that makes it was read in a text that binds; else screens say «à vérifier»."""

    key: str
    label: str
    on: date
    by: str
    basis: str
    is_verified: bool
    is_limit: bool

    def is_late(self, day: date) -> bool:
        return self.on < day

    def still_helps(self, day: date) -> bool:
        """Whether to put it first: a limit always; a date of habit until a month after, then it teaches nothing any more."""
        return self.is_limit or self.on >= day - STALE

    def is_soon(self, day: date) -> bool:
        """Within the fortnight, today counted; a late one is not soon."""
        return day <= self.on <= day + SOON


def due_dates(status: str, days: Days, opco: Opco | None, rules: Iterable[DueRule]) -> list[Due]:
    """The dates that a file in this state still has to keep, nearest first; none for a day that is not known."""
    held = opco or UNKNOWN_OPCO
    found = [due for rule in rules if status in rule.states for due in _due(rule, days, held)]
    return sorted(found, key=lambda due: (due.on, due.key))


def _due(rule: DueRule, days: Days, opco: Opco) -> Iterator[Due]:
    if days.has_done(rule.unless):
        return
    origin = _origin(rule, days, opco)
    if origin is None:
        return
    on = months_after(origin, rule.months) + timedelta(days=rule.days)
    is_verified = rule.verified and (rule.anchor != "lead" or opco.verified)
    basis = f"{rule.basis} {opco.name}" if rule.anchor == "lead" and rule.is_limit else rule.basis
    yield Due(rule.key, rule.label, on, rule.by, basis, is_verified, rule.is_limit)


def _origin(rule: DueRule, days: Days, opco: Opco) -> date | None:
    match rule.anchor:
        case "start":
            return days.starts_on
        case "lead" if days.starts_on is not None:
            return opco.aim_day(days.starts_on) if rule.aim else opco.last_day(days.starts_on)
        case "filed":
            return days.filed_on
        case "reply":
            return days.reply_by
        case "checked":
            return days.opco_checked_on
    return None
