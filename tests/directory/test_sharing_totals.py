"""Bar B9: every total that is shown is the sum, in decimals, of what is shown above it; nothing here touches a database."""

import re
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from directory.sharing.models import TimeEntry
from directory.sharing.selectors.statements import Drafted, computed
from directory.sharing.statement_paper import day_rows, line_rows
from hub.core.accounts.models import User
from hub.core.kit.text import euros, hours

FIRST = date(2026, 10, 1)
PEOPLE = [User(first_name=name, last_name="Exemple") for name in ("Ana", "Bo", "Chris")]
WORKS = ["Bulletins", "DSN", "Contrats", "Devis"]


class Costs:
    """A service by its hourly costs alone: [(first day, cents)], as amendments make them."""

    def __init__(self, costs):
        self.costs = costs

    def cost_on(self, day):
        return [cents for first, cents in self.costs if first <= day][-1]


agreements = st.tuples(
    st.lists(st.tuples(st.integers(0, 30), st.integers(1, 1440), st.integers(0, 2), st.integers(0, 3)), max_size=12),
    st.lists(st.integers(0, 100_000), min_size=1, max_size=3), st.integers(1, 30),
)  # fmt: skip


def minutes_of(shown):
    """The minutes that «1 234 h 05» says."""
    hour, minute = re.search(r"([\d\s]+)\sh", shown), re.search(r"(\d+)(?:\smin)?$", shown)
    return (int(re.sub(r"\s", "", hour[1])) * 60 if hour else 0) + (int(minute[1]) if minute else 0)


def cents_of(shown):
    return int(Decimal(re.sub(r"[\s€]", "", shown).replace(",", ".")) * 100)


def check(agreement):
    noted, cents, step = agreement
    costs = [(FIRST + timedelta(days=step * rank), amount) for rank, amount in enumerate(cents)]
    entries = [
        TimeEntry(day=FIRST + timedelta(days=day), minutes=minutes, person=PEOPLE[person], work=WORKS[work])
        for day, minutes, person, work in noted
    ]
    fresh = computed(entries, Costs(costs))
    draft = Drafted(FIRST, [], fresh)

    exact = [(Decimal(line.minutes) * line.hourly_cost_cents / 60).quantize(Decimal(1), ROUND_HALF_UP) for line, _ in fresh]
    assert [line.amount_cents for line, _ in fresh] == exact
    assert sorted(entry.pk for _, some in fresh for entry in some) == sorted(entry.pk for entry in entries), "each once"
    for line, some in fresh:
        assert line.minutes == sum(entry.minutes for entry in some)
        assert {Costs(costs).cost_on(entry.day) for entry in some} == {line.hourly_cost_cents}
    assert (draft.total_minutes, draft.total_cents) == (sum(entry.minutes for entry in entries), sum(exact))
    shown, by_day = line_rows(draft.lines), day_rows(entries, "Gestion sociale")
    assert [minutes_of(hours(line.minutes)) for line in draft.lines] == [line.minutes for line in draft.lines]
    assert sum(cents_of(row[4]) for row in shown[:-1]) == cents_of(shown[-1][4]) == cents_of(euros(draft.total_cents))
    assert sum(minutes_of(row[2]) for row in shown[:-1]) == minutes_of(shown[-1][2]) == minutes_of(by_day[-1][3])
    assert sum(minutes_of(row[3]) for row in by_day[:-1]) == minutes_of(by_day[-1][3])


@settings(max_examples=500, deadline=None)
@given(agreements)
def test_every_total_is_the_sum_of_its_lines(agreement):
    check(agreement)


@pytest.mark.full
@settings(max_examples=10_000, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(agreements)
def test_ten_thousand_agreements(agreement):
    check(agreement)
