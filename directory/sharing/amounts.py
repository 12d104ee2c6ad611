"""Money and time: integer cents, integer minutes."""

from collections.abc import Iterable
from datetime import date
from typing import Protocol

from hub.core.kit.dates import LONG_MONTHS

MINUTES_PER_DAY = 24 * 60


class Amount(Protocol):
    minutes: int
    amount_cents: int


def total_minutes(lines: Iterable[Amount]) -> int:
    return sum(line.minutes for line in lines)


def total_cents(lines: Iterable[Amount]) -> int:
    """What is asked is the sum of the amounts that are read, each rounded once: never a rate times a total."""
    return sum(line.amount_cents for line in lines)


def at_cost(minutes: int, hourly_cost_cents: int) -> int:
    """What a length costs, in cents, halves rounded up: at_cost(1110, 3480) is 64 380 (18 h 30 at 34,80 €)."""
    return (2 * minutes * hourly_cost_cents + 60) // 120


def month_of(day: date) -> date:
    """The first day of its month."""
    return day.replace(day=1)


def next_month(month: date) -> date:
    return date(month.year + month.month // 12, month.month % 12 + 1, 1)


def month_words(month: date) -> str:
    """«octobre 2026»"""
    return f"{LONG_MONTHS[month.month - 1]} {month.year}"


def of_month(month: date) -> str:
    """«d’octobre 2026», «de juin 2026»"""
    words = month_words(month)
    return f"d’{words}" if words[0] in "ao" else f"de {words}"
