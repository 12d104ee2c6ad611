"""Days on which a session may fall: no week-end, no French public holiday, nothing between Christmas and the new year."""

from collections.abc import Iterator
from datetime import date, timedelta

from hub.core.kit.holidays import is_working_day


def is_worked(day: date) -> bool:
    """Workshops are shut in the last days of December and the first of January, and the two weeks around 15 August."""
    closed = (day.month == 12 and day.day >= 23) or (day.month == 1 and day.day <= 3) or (day.month == 8 and 8 <= day.day <= 22)
    return is_working_day(day) and not closed


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
