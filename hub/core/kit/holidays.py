"""Public holidays of metropolitan France (Code du travail L3133-1) and «jours ouvrés», Monday to Friday less those."""

from calendar import monthrange
from datetime import date, timedelta
from functools import cache

from hub.core.kit.dates import date_fr

FIXED = ((1, 1), (5, 1), (5, 8), (7, 14), (8, 15), (11, 1), (11, 11), (12, 25))


def easter(year: int) -> date:
    """Easter Sunday (anonymous Gregorian algorithm)."""
    a, b, c = year % 19, year // 100, year % 100
    d, e = divmod(b, 4)
    g = (8 * b + 13) // 25
    h = (19 * a + b - d - g + 15) % 30
    i, k = divmod(c, 4)
    m = (32 + 2 * e + 2 * i - h - k) % 7
    n = (a + 11 * h + 22 * m) // 451
    month, day = divmod(h + m - 7 * n + 114, 31)
    return date(year, month, day + 1)


@cache
def holidays(year: int) -> frozenset[date]:
    sunday = easter(year)
    moving = (sunday + timedelta(days=days) for days in (1, 39, 50))  # Easter Monday, Ascension, Whit Monday
    return frozenset([*(date(year, month, day) for month, day in FIXED), *moving])


def holiday_words(day: date) -> str:
    """«le 14 juill. est un jour férié», or empty."""
    return f"le {date_fr(day, year=False)} est un jour férié" if day in holidays(day.year) else ""


def is_working_day(day: date) -> bool:
    return day.weekday() < 5 and day not in holidays(day.year)


def working_days_before(day: date, count: int) -> date:
    """The working day that stands `count` working days before a day, itself not counted."""
    while count:
        day -= timedelta(days=1)
        count -= is_working_day(day)
    return day


def months_after(day: date, count: int) -> date:
    """The same day of the month `count` calendar months later, or the last day of that month when it is shorter."""
    year, month = divmod(day.year * 12 + day.month - 1 + count, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))
