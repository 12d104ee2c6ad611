"""What the data files say: how early each OPCO wants a request (data/opco.toml), which dates a file keeps (data/due_dates.toml).

Rows keep the keys as plain text, so that a new edition of a file needs no migration; a key that an edition dropped still shows as itself.
"""

import tomllib
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from typing import Any

from hub.core.kit.holidays import working_days_before
from hub.core.kit.text import FIXED, fold
from trainings.funding.enums import LeadUnit

DATA = Path(__file__).parent / "data"
UNVERIFIED = "à vérifier"


@dataclass(frozen=True)
class Opco:
    """lead_days: how long before the first day a request is taken, in days of `lead_unit`; aim_days: how much earlier still the hub asks for it.

    read_on: the day its source was read, None for the rule that stands when no OPCO is known.
    """

    key: str
    name: str
    lead_days: int
    lead_unit: str
    aim_days: int
    verified: bool
    source: str
    portal: str = ""
    read_on: date | None = None

    def last_day(self, starts_on: date) -> date:
        """The last day on which a request is on time, for a session that starts on a day: never that day itself, on which nothing is filed."""
        days = max(self.lead_days, 1)
        return working_days_before(starts_on, days) if self.lead_unit == LeadUnit.WORKING else starts_on - timedelta(days=days)

    def aim_day(self, starts_on: date) -> date:
        return self.last_day(starts_on) - timedelta(days=self.aim_days)

    @property
    def lead_words(self) -> str:
        """«15 jours ouvrés avant le premier jour»"""
        if self.lead_days <= 1:
            return "avant le premier jour"
        return f"{self.lead_days}{FIXED}jours {LeadUnit(self.lead_unit).label} avant le premier jour"


@dataclass(frozen=True)
class DueRule:
    """One date of a file: from which day it is counted, and in which states it is still to be kept (data/due_dates.toml)."""

    key: str
    label: str
    anchor: str
    states: tuple[str, ...]
    by: str
    basis: str
    verified: bool
    days: int = 0
    months: int = 0
    aim: bool = False
    is_limit: bool = False
    unless: str = ""


@dataclass(frozen=True)
class Edition:
    edition: str
    source: str
    read_on: date
    reviewer: str = ""


def _read(name: str) -> dict[str, Any]:
    return tomllib.loads((DATA / name).read_text(encoding="utf-8"))


def _edition(name: str) -> Edition:
    data = _read(name)
    return Edition(data["edition"], data["source"], data["read_on"], data["reviewer"])


@cache
def opcos() -> dict[str, Opco]:
    """By key, as the release has them: for their names. Their figures in force are those of selectors.opcos_in_force."""
    return {row["key"]: Opco(**row, read_on=opco_edition().read_on) for row in _read("opco.toml")["opco"]}


@cache
def due_rules() -> tuple[DueRule, ...]:
    return tuple(DueRule(**(row | {"states": tuple(row["states"])})) for row in _read("due_dates.toml")["due"])


@cache
def opco_edition() -> Edition:
    return _edition("opco.toml")


@cache
def due_edition() -> Edition:
    return _edition("due_dates.toml")


def opco_named(name: str) -> Opco | None:
    """The OPCO that a table of branches writes «L'Opcommerce»."""
    return next((one for one in opcos().values() if fold(one.name) == fold(name)), None)


# When nobody has said which OPCO: the shortest promise, which no OPCO keeps less than.
UNKNOWN_OPCO = Opco("", "OPCO à choisir", 1, "calendar", 29, False, "règle par défaut, tant que l’OPCO n’est pas connu")
