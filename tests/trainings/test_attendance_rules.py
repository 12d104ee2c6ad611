"""Hours really followed, drawings and names: pure rules, tried on anything."""

import json
import random
from datetime import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.builders.attendance import drawing
from trainings.attendance import strokes
from trainings.attendance.errors import AttendanceRefused, ReasonNeeded, SignatureRefused
from trainings.attendance.hours import Followed, Times, counted_minutes, followed_minutes
from trainings.attendance.rules import check_times, is_name_of

minutes = st.integers(0, 23 * 60 + 59)


def hour(value):
    return time(*divmod(value, 60))


half_days = st.tuples(st.integers(0, 23 * 60 - 1), st.integers(1, 59)).map(lambda pair: (hour(pair[0]), hour(sum(pair))))


def length(start, end):
    return (end.hour - start.hour) * 60 + end.minute - start.minute


@given(half_days, st.none() | minutes.map(hour), st.none() | minutes.map(hour), st.booleans())
def test_hours_followed_are_never_negative_and_never_more_than_planned(planned, arrived, left, present):
    found = followed_minutes(Times(*planned, arrived, left), is_present=present)

    assert 0 <= found <= length(*planned)
    assert present or found == 0


@given(half_days, minutes, minutes)
def test_coming_later_or_leaving_earlier_never_adds(planned, one, two):
    early, late = hour(min(one, two)), hour(max(one, two))

    assert followed_minutes(Times(*planned, late), is_present=True) <= followed_minutes(Times(*planned, early), is_present=True)
    assert followed_minutes(Times(*planned, None, early), is_present=True) <= followed_minutes(Times(*planned, None, late), is_present=True)


@given(half_days, minutes)
def test_half_day_cut_in_two_is_whole(planned, cut):
    middle = hour(planned[0].hour * 60 + planned[0].minute + cut % length(*planned))

    before = followed_minutes(Times(*planned, None, middle), is_present=True)
    after = followed_minutes(Times(*planned, middle), is_present=True)

    assert before + after == followed_minutes(Times(*planned), is_present=True) == length(*planned)


followed = st.builds(Followed, st.integers(0, 600), st.booleans(), st.booleans(), st.booleans())


@given(st.lists(followed), st.lists(followed))
def test_hours_of_a_certificate_are_the_sum_of_its_half_days(some, more):
    assert counted_minutes([*some, *more]) == counted_minutes(some) + counted_minutes(more) == sum(one.counted for one in [*some, *more])
    assert counted_minutes(some) <= sum(one.minutes for one in some)


def test_two_half_days_missed_of_six_leave_fourteen_hours():
    """Case 1 of the trade."""
    assert counted_minutes([Followed(210)] * 4 + [Followed(0)] * 2) == 14 * 60


@pytest.mark.parametrize(
    ("arrived", "left", "reason", "error"),
    [
        (None, None, "", None), (time(9), None, "Train", None), (None, time(11), "Enfant", None), (time(9), time(11), "Rendez-vous", None),
        (time(8, 30), None, "", None), (time(9), None, "", ReasonNeeded), (time(12), None, "Train", AttendanceRefused),
        (time(8), None, "x", AttendanceRefused), (None, time(8, 30), "x", AttendanceRefused), (None, time(13), "x", AttendanceRefused),
        (time(11), time(10), "x", AttendanceRefused),
    ],
)  # fmt: skip
def test_real_hours_lie_inside_the_half_day_and_say_why(arrived, left, reason, error):
    times = Times(time(8, 30), time(12), arrived, left)

    if error is None:
        check_times(times, reason=reason)
        return
    with pytest.raises(error):
        check_times(times, reason=reason)


# -- drawings ----------------------------------------------------------------------------------------------------------
@given(
    st.text(max_size=300)
    | st.recursive(st.none() | st.booleans() | st.floats() | st.text(max_size=5), st.lists, max_leaves=30).map(json.dumps)
)
def test_anything_sent_is_points_inside_the_pad_or_refused(sent):
    try:
        found = strokes.parse(sent)
    except SignatureRefused:
        return
    assert all(0 <= x <= strokes.WIDTH and 0 <= y <= strokes.HEIGHT for stroke in found for x, y in stroke)
    assert set(strokes.path(found)) <= set("0123456789 ML")


@pytest.mark.parametrize(
    "sent",
    ["", "[]", "{}", "[[]]", "[[[1,1]]]", "[[[1,1],[1,1],[1,1],[1,1],[1,1]]]", '[[["M0",1],[2,2],[3,3],[4,4]]]', "[[[1,2,3],[1,2],[3,4],[5,6]]]",
     "[" * 50_000, json.dumps([[[n % 360, n % 144] for n in range(2001)]])],
)  # fmt: skip
def test_what_is_no_drawing_is_refused(sent):
    with pytest.raises(SignatureRefused):
        strokes.parse(sent)


def test_drawing_comes_back_as_it_was_drawn():
    assert strokes.parse(json.dumps(drawing(4))) == drawing(4)


def _copied(one, die):
    """Moved and resized, to the nearest point."""
    scale, dx, dy = die.uniform(0.6, 1.3), die.randint(-20, 40), die.randint(-20, 30)
    return [[(round(x * scale + dx), round(y * scale + dy)) for x, y in stroke] for stroke in one]


def test_copies_of_a_drawing_are_found_and_distinct_ones_are_not():
    die = random.Random(7)
    shapes = [strokes.shape(drawing(seed)) for seed in range(100)]

    found = sum(strokes.is_near(shapes[seed % 100], strokes.shape(_copied(drawing(seed % 100), die))) for seed in range(50))
    false = [(a, b) for a in range(100) for b in range(a) if strokes.is_near(shapes[a], shapes[b])]

    assert found == 50
    assert len(false) <= 0.01 * 100 * 99 / 2


# -- names -------------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("typed", "name", "is_hers"),
    [
        ("Nadège Fontan", "Nadège Fontan", True), ("nadege  FONTAN", "Nadège Fontan", True), ("Fontan Nadège", "Nadège Fontan", True),
        ("Jean Luc Roy", "Jean-Luc Roy", True), ("Nadège", "Nadège Fontan", False), ("", "Nadège Fontan", False), ("X Y", "Nadège Fontan", False),
    ],
)  # fmt: skip
def test_typed_name(typed, name, is_hers):
    assert is_name_of(typed, name) is is_hers
