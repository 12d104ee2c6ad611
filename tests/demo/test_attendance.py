"""The signatures of the demo, invented by a die."""

from itertools import combinations
from random import Random

from hub.demo.attendance import scribble
from trainings.attendance.strokes import is_near, shape


def test_no_two_hands_of_the_demo_draw_alike():
    die = Random(2027)

    drawn = [shape(scribble(die)) for _ in range(60)]

    assert [pair for pair in combinations(drawn, 2) if is_near(*pair)] == []
