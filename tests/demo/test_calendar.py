"""The days of the demo's sessions: worked ones, in one week."""

from datetime import date, timedelta

import pytest

from hub.demo import calendar, programmes


@pytest.mark.parametrize(
    "day", ["2026-12-25", "2027-01-01", "2027-03-29", "2027-05-06", "2027-05-17", "2027-05-08", "2026-11-11", "2026-11-28", "2026-12-24"]
)
def test_shut_days(day):
    assert not calendar.is_worked(date.fromisoformat(day))


def test_sessions_fall_on_worked_days_of_one_week():
    start = date(2026, 1, 1)
    for offset in range(800):
        days = calendar.week_of(start + timedelta(days=offset), 3)
        assert all(calendar.is_worked(day) for day in days)
        assert len({day.isocalendar()[:2] for day in days}) == 1
        assert days[-1] - days[0] == timedelta(days=2)


def test_each_programme_has_a_sequence_per_half_day():
    for title, hours, _price, _nsf, _trades, objectives, sequences in [*programmes.BUILDING, *programmes.GENERAL, programmes.IN_REVIEW]:
        assert len(sequences) == -(-hours * 60 // 210), title
        assert len(objectives) >= 2, title
