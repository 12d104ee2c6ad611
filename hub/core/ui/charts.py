"""Charts drawn by the server: geometry as strings for the templates, which only write it; each one carries its table.

Across, a chart is drawn in shares of its width, and down in pixels: it narrows with the page while its words keep their size.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import ceil, log10

from hub.core.kit.text import FIXED, grouped

TOP, FLOOR, LEFT = 24, 178, 7.0  # first and last line of the drawing in pixels, room of the scale in percent


@dataclass(frozen=True)
class Point:
    """One value of a series; `group` is written under the first point that bears it (a year under its quarters)."""

    label: str
    value: float
    group: str = ""


@dataclass(frozen=True)
class Mark:
    """One value as drawn: x and width in percent of the width, y, height and lift (of its figure) in pixels, ready to be written."""

    label: str
    group: str
    value: str
    x: str
    left: str
    width: str
    y: str
    height: str
    lift: str
    shown: bool
    named: bool
    last: bool


@dataclass(frozen=True)
class Tick:
    label: str
    y: str


@dataclass(frozen=True)
class Segment:
    x1: str
    y1: str
    x2: str
    y2: str


@dataclass(frozen=True)
class Chart:
    """What ui/chart.html writes: a title, a base, a sentence that says the same as the drawing, and the table."""

    kind: str
    title: str
    base: str
    summary: str
    unit: str
    head: str
    marks: list[Mark]
    ticks: list[Tick]
    segments: list[Segment]
    rows: list[tuple[str, str]]


def bars(title: str, points: Sequence[Point], *, unit: str = "", base: str = "", summary: str = "", head: str = "Période") -> Chart:
    """Upright bars from zero; the last one is filled. Args: values zero or more; `unit` follows each figure; `head` names the labels."""
    return _chart("bars", title, points, unit, base, summary, head)


def line(title: str, points: Sequence[Point], *, unit: str = "", base: str = "", summary: str = "", head: str = "Période") -> Chart:
    """A line from zero, its first and last value written."""
    return _chart("line", title, points, unit, base, summary, head)


def _chart(kind: str, title: str, points: Sequence[Point], unit: str, base: str, summary: str, head: str) -> Chart:
    if any(point.value < 0 for point in points):
        raise ValueError("A chart from zero takes no negative value.")
    step, top = _scale(max((point.value for point in points), default=0))
    marks = _marks(kind, points, top, unit)
    ticks = [Tick(_number(step * i), _share(_y(step * i, top))) for i in range(round(top / step) + 1)]
    pairs = pairwise(marks) if kind == "line" else ()
    segments = [Segment(one.x, one.y, other.x, other.y) for one, other in pairs]
    rows = [(f"{point.label} {point.group}".strip(), _number(point.value)) for point in points]
    return Chart(kind, title, base, summary or _summary(points, unit), unit, head, marks, ticks, segments, rows)


def _marks(kind: str, points: Sequence[Point], top: float, unit: str) -> list[Mark]:
    slot = (100 - LEFT) / max(1, len(points))
    every = ceil(len(points) / 12)  # no more names than a phone can show
    found: list[Mark] = []
    for i, point in enumerate(points):
        first, last = i == 0, i == len(points) - 1
        y = _y(point.value, top)
        found.append(
            Mark(
                label=point.label,
                group=point.group if first or point.group != points[i - 1].group else "",
                value=_number(point.value) + (f"{FIXED}{unit}" if unit and kind == "line" else ""),
                x=_share(LEFT + slot * (i + 0.5)),
                left=_share(LEFT + slot * (i + 0.18)),
                width=_share(slot * 0.64),
                y=_share(y),
                height=_share(FLOOR - y),
                lift="-5" if kind == "bars" else _lift(points, i),
                shown=first or last if kind == "line" else len(points) <= 12,
                named=i % every == 0,
                last=last,
            )
        )
    return found


def _lift(points: Sequence[Point], i: int) -> str:
    """A figure stands on the side of its point where the line does not go."""
    other = points[1 if i == 0 else i - 1] if len(points) > 1 else points[i]
    return "19" if other.value > points[i].value else "-10"


def _scale(highest: float) -> tuple[float, float]:
    """A round step (1, 2 or 5 times a power of ten) that gives three to six lines, and the top of the scale."""
    if highest <= 0:
        return 1, 1
    power = 10 ** (ceil(log10(highest)) - 1)
    step = next(size * power for size in (0.2, 0.5, 1, 2) if highest / (size * power) <= 5)
    return step, ceil(highest / step) * step


def _y(value: float, top: float) -> float:
    return FLOOR - (FLOOR - TOP) * value / top


def _share(value: float) -> str:
    """A number for an SVG attribute: a point, whatever the language of the page."""
    return f"{value:.2f}".rstrip("0").rstrip(".")


def _number(value: float) -> str:
    return grouped(int(value)) if value == int(value) else f"{value:.1f}".replace(".", ",")


def _summary(points: Sequence[Point], unit: str) -> str:
    if not points:
        return "Aucune valeur"
    first, last = points[0], points[-1]
    names = [f"{point.label} {point.group}".strip() for point in (first, last)]
    unit = f"{FIXED}{unit}" if unit else ""
    return f"De {_number(first.value)}{unit} ({names[0]}) à {_number(last.value)}{unit} ({names[1]})"


# -- places -----------------------------------------------------------------------------------------------------------
@dataclass(frozen=True)
class Square:
    x: int
    kind: str


@dataclass(frozen=True)
class Seats:
    """The places of a session: how many are taken, to be confirmed, and in all."""

    total: int
    taken: int
    held: int = 0

    @property
    def free(self) -> int:
        return max(0, self.total - self.taken - self.held)

    @property
    def width(self) -> int:
        return 11 * self.total

    @property
    def words(self) -> str:
        held = f", {self.held} à confirmer" if self.held else ""
        taken, free = ("prise" if self.taken < 2 else "prises"), ("libre" if self.free < 2 else "libres")
        return f"{self.taken} {taken}{held}, {self.free} {free} sur {self.total}"

    @property
    def squares(self) -> list[Square]:
        """Empty over twenty: nobody counts more squares than that."""
        kinds = ["in"] * self.taken + ["held"] * self.held + [""] * self.free
        return [Square(11 * i, kind) for i, kind in enumerate(kinds)] if self.total <= 20 else []
