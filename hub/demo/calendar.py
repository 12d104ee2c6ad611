"""Days on which a session may fall: no week-end, no French public holiday, nothing between Christmas and the new year."""

from collections.abc import Iterator
from datetime import date, timedelta
from functools import cache

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


def is_worked(day: date) -> bool:
    """Workshops are shut in the last days of December and the first of January, and the two weeks around 15 August."""
    closed = (day.month == 12 and day.day >= 23) or (day.month == 1 and day.day <= 3) or (day.month == 8 and 8 <= day.day <= 22)
    return day.weekday() < 5 and day not in holidays(day.year) and not closed


def worked_days(start: date) -> Iterator[date]:
    """Worked days from a day on, that day included."""
    day = start
    while True:
        if is_worked(day):
            yield day
        day += timedelta(days=1)


def week_of(start: date, count: int) -> list[date]:
    """The first `count` worked days in a row within one week, from a day on: a session is not cut by a week-end when it fits a week."""
    for day in worked_days(start):
        days = [day + timedelta(days=n) for n in range(count)]
        if count > 5 or all(is_worked(one) for one in days):
            return days if count <= 5 else [one for one, _ in zip(worked_days(day), range(count), strict=False)]
    raise AssertionError("the calendar has no end")
