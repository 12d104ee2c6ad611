"""A drawn signature: strokes of whole numbers on a pad of 360 × 144, and nothing else. No pressure, no speed: they would be biometric data.

What a browser sends is text; what is kept, printed and shown is made again from the numbers, so that nothing of that text gets through.
"""

import json
from collections.abc import Iterable, Sequence
from itertools import pairwise

from trainings.attendance.errors import SignatureRefused

WIDTH, HEIGHT = 360, 144
MOST_POINTS = 2000
FEWEST_POINTS = 4
Point = tuple[int, int]
Strokes = list[list[Point]]


def parse(text: str) -> Strokes:
    """From the JSON of a pad, `[[[x, y], …], …]`, to points inside the pad; strokes of one point are dots.

    Raises: SignatureRefused for anything else, nothing drawn, or far more than a hand draws.
    """
    try:
        sent = json.loads(text) if len(text) < 60_000 else None
    except (ValueError, RecursionError):
        sent = None
    if not isinstance(sent, list):
        raise SignatureRefused("Le tracé n’a pas pu être lu : recommencez-le, ou signez au clavier.")
    strokes = [[_point(one) for one in stroke] for stroke in sent if isinstance(stroke, list) and stroke]
    count = sum(len(stroke) for stroke in strokes)
    if count > MOST_POINTS:
        raise SignatureRefused("Ce tracé est trop long : recommencez-le, ou signez au clavier.")
    if count < FEWEST_POINTS or len({point for stroke in strokes for point in stroke}) < FEWEST_POINTS:
        raise SignatureRefused("Rien n’est tracé : signez dans le cadre, ou au clavier.")
    return strokes


def _point(sent: object) -> Point:
    match sent:
        case [int() | float() as x, int() | float() as y] if not isinstance(x, bool) and not isinstance(y, bool) and x == x and y == y:
            return int(min(max(x, 0), WIDTH)), int(min(max(y, 0), HEIGHT))
    raise SignatureRefused("Le tracé n’a pas pu être lu : recommencez-le, ou signez au clavier.")


def path(strokes: Iterable[Sequence[Sequence[int]]]) -> str:
    """The `d` of an SVG path: digits, spaces, M and L only."""
    parts = []
    for stroke in strokes:
        points = [f"{int(x)} {int(y)}" for x, y in stroke]
        parts.append(f"M{points[0]} L{' L'.join(points[1:] or points)}")
    return " ".join(parts)


# -- the same drawing used twice ----------------------------------------------------------------------------------------
SAMPLES = 48
NEAR = 0.03  # mean distance between two drawings, in a box of side 1: no hand comes that close twice


def shape(strokes: Sequence[Sequence[Sequence[int]]]) -> list[tuple[float, float]]:
    """The drawing as SAMPLES points evenly spaced along it, in a box of side 1: the same wherever it stands, however large."""
    points = [(float(x), float(y)) for stroke in strokes for x, y in stroke]
    left, top = min(x for x, _ in points), min(y for _, y in points)
    side = max(max(x for x, _ in points) - left, max(y for _, y in points) - top) or 1.0
    points = [((x - left) / side, (y - top) / side) for x, y in points]
    lengths = [((bx - ax) ** 2 + (by - ay) ** 2) ** 0.5 for (ax, ay), (bx, by) in pairwise(points)]
    step = sum(lengths) / (SAMPLES - 1) or 1.0
    found, walked, place = [points[0]], 0.0, 0
    while len(found) < SAMPLES and place < len(lengths):
        if walked + lengths[place] < step * len(found):
            walked += lengths[place]
            place += 1
            continue
        share = (step * len(found) - walked) / (lengths[place] or 1.0)
        (ax, ay), (bx, by) = points[place], points[place + 1]
        found.append((ax + (bx - ax) * share, ay + (by - ay) * share))
    return found + [points[-1]] * (SAMPLES - len(found))


def is_near(one: Sequence[tuple[float, float]], other: Sequence[tuple[float, float]]) -> bool:
    """Whether two shapes are one drawing: copied, moved or resized."""
    gap = sum(((ax - bx) ** 2 + (ay - by) ** 2) ** 0.5 for (ax, ay), (bx, by) in zip(one, other, strict=True))
    return gap / SAMPLES < NEAR
