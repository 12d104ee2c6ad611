"""The drawing says what the plan says: every dated point in its place, words inside the sheet, a link for each."""

import re
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hub.core.kit.identifiers import uuid7
from tests.builders.accounts import sign_in
from tests.builders.workgroups import facilitator_of, make_roadmap
from workgroups.roadmaps import selectors, timeline
from workgroups.roadmaps.plan import Item, Milestone, Phase, ReadPlan

TODAY = date(2026, 11, 19)


def point(code, title, start, end, status="planned"):
    item = Item(id=str(uuid7()), code=code, title=title, starts_on=start, ends_on=end)
    item.progress = selectors.standing(status, start, end, TODAY)
    return item


def plan(*items, milestones=()):
    return ReadPlan(
        [Phase("x", "A", "Recenser", items=list(items))], [Milestone(str(n), title, on) for n, (title, on) in enumerate(milestones)]
    )


def test_nothing_is_drawn_without_a_date():
    assert timeline.draw(plan(point("A1", "Recueil", None, None)), "Route", TODAY) is None
    assert timeline.draw(ReadPlan([], []), "Route", TODAY) is None


def test_the_sheet_goes_from_the_first_quarter_to_the_last():
    line = timeline.draw(plan(point("A1", "Un", date(2026, 11, 15), date(2027, 2, 3))), "Route", TODAY)

    assert [tick.label for tick in line.quarters] == ["T4 2026", "T1 2027"]
    assert [tick.label for tick in line.months] == list("ONDJFM")
    assert line.title == "Frise\u00a0: Route, d’octobre 2026 à mars 2027"
    assert line.today == "19\u00a0nov."


def test_bars_stand_where_their_days_are_and_last_their_last_day():
    line = timeline.draw(plan(point("A1", "Tout", date(2026, 1, 1), date(2026, 12, 31))), "Route", TODAY)

    assert (line.bars[0].x, line.bars[0].width) == ("0", "958")


def test_shapes_follow_how_far_points_are():
    line = timeline.draw(
        plan(
            point("A1", "Un", date(2026, 10, 1), date(2026, 12, 1), "under_way"), point("A2", "Deux", date(2026, 11, 1), date(2027, 2, 1)),
            point("A3", "Trois", date(2027, 1, 1), date(2027, 2, 1)), point("A4", "Quatre", date(2026, 10, 1), date(2026, 10, 2), "done"),
            point("A5", "Cinq", date(2026, 10, 1), date(2026, 10, 2), "dropped"),
        ),
        "Route", TODAY,
    )  # fmt: skip

    assert [bar.shape for bar in line.bars] == ["bar", "late", "plan", "bar", "gone"]


def test_milestones_do_not_write_over_each_other():
    marks = [("Séminaire de tout le collectif", date(2027, 1, n)) for n in (10, 12, 14)]
    line = timeline.draw(plan(milestones=marks), "Route", TODAY)

    assert len({one.text_y for one in line.milestones}) == 3


days = st.dates(date(1990, 1, 1), date(2099, 12, 31))


@settings(max_examples=120, deadline=None)
@given(
    st.lists(st.tuples(days, days, st.text(max_size=120)), max_size=12), st.lists(st.tuples(st.text(max_size=80), days), max_size=8), days
)
def test_whatever_the_dates_everything_lies_on_the_sheet(items, milestones, today):
    points = [point(f"A{n}", title, min(one, two), max(one, two)) for n, (one, two, title) in enumerate(items)]

    line = timeline.draw(plan(*points, milestones=milestones), "Route", today)

    if line is None:
        assert not items
        assert not milestones
        return
    assert len(line.bars) == len(items)
    for bar in line.bars:
        assert 0 <= float(bar.x) <= 960
        assert float(bar.x) + float(bar.width) <= 965
        assert int(bar.y) < line.height
    assert all(0 <= float(tick.x) < 960 for tick in [*line.quarters, *line.months])
    assert len(line.quarters) <= 12 or len(line.quarters) <= 111


@pytest.mark.django_db
def test_each_bar_of_the_page_leads_to_its_row_and_the_table_says_the_same():
    roadmap = make_roadmap()
    page = sign_in(facilitator_of(roadmap.workgroup)).get(f"/groupes/{roadmap.workgroup.acronym}/feuille-de-route/").content.decode()

    svg = page[page.index('<svg class="chart frieze') : page.index("</svg>", page.index('<svg class="chart frieze'))]
    targets = re.findall(r'<a href="#(p-[0-9a-f-]+)">', svg)
    assert targets == [f"p-{item.id}" for item in roadmap.read.items]
    assert all(f'id="{target}"' in page for target in targets)
    assert "<title" in svg
    assert "aria-describedby" in svg
    assert '<section class="scroll" tabindex="0" aria-label="Frise' in page
    assert "style=" not in svg
