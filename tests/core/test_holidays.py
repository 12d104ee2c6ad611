"""Public holidays and working days."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.core.kit.holidays import easter, holidays, is_working_day, months_after, working_days_before

days = st.dates(date(2000, 1, 1), date(2100, 1, 1))


@pytest.mark.parametrize(("year", "day"), [(2024, (3, 31)), (2026, (4, 5)), (2027, (3, 28)), (2038, (4, 25))])
def test_easter(year, day):
    assert easter(year) == date(year, *day)


def test_fifteen_working_days_before_a_monday_of_january():
    assert working_days_before(date(2027, 1, 18), 15) == date(2026, 12, 24)


@given(days, st.integers(0, 60))
def test_working_days_before_are_counted_one_by_one(day, count):
    found = working_days_before(day, count)

    between = [found + timedelta(days=n) for n in range((day - found).days)]
    assert sum(map(is_working_day, between)) == count
    assert count == 0 or (is_working_day(found) and found not in holidays(found.year))


@pytest.mark.parametrize(
    ("day", "count", "expected"),
    [
        ("2027-01-03", 2, "2027-03-03"),
        ("2026-12-31", 2, "2027-02-28"),
        ("2027-12-31", 2, "2028-02-29"),
        ("2027-01-31", 12, "2028-01-31"),
        ("9999-12-31", 0, "9999-12-31"),
    ],
)
def test_months_after(day, count, expected):
    assert months_after(date.fromisoformat(day), count) == date.fromisoformat(expected)


@given(days, st.integers(0, 36))
def test_months_after_stays_in_the_month_that_it_counts_to(day, count):
    found = months_after(day, count)

    assert (found.year * 12 + found.month) - (day.year * 12 + day.month) == count
    assert found.day == day.day or (found.day < day.day and (found + timedelta(days=1)).day == 1)
