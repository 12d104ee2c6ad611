"""The time line of a roadmap, drawn by the server: geometry as text for the template, which only writes it."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta

from hub.core.kit.dates import LONG_MONTHS, date_fr
from hub.core.kit.text import FIXED, counted, typo
from workgroups.roadmaps.plan import Item, Milestone, ReadPlan

WIDTH, HEAD, FIRST = 960.0, 48, 69  # width of the drawing, foot of the dates, first line of words
STEP, LETTER = 29, 6.7  # height of a row, mean width of a letter of 13 px
INITIALS = "JFMAMJJASOND"
LANES = 4
Across = Callable[[date], float]  # from a day to its place across


@dataclass(frozen=True)
class Tick:
    x: str
    label: str
    strong: bool = False


@dataclass(frozen=True)
class Bar:
    """A point: its bar, and where its words stand («after» the bar, «before» it, or inside)."""

    item: Item
    shape: str
    x: str
    y: str
    width: str
    text_x: str
    text_y: str
    place: str
    words: str


@dataclass(frozen=True)
class Diamond:
    path: str
    text_x: str
    text_y: str
    place: str
    words: str


@dataclass
class Timeline:
    title: str
    summary: str
    height: int = 0
    bottom: int = 0
    quarters: list[Tick] = field(default_factory=list)
    months: list[Tick] = field(default_factory=list)
    phases: list[tuple[str, str]] = field(default_factory=list)  # y, words
    rules: list[str] = field(default_factory=list)
    bars: list[Bar] = field(default_factory=list)
    milestones: list[Diamond] = field(default_factory=list)
    milestones_y: str = ""
    today_x: str = ""
    today: str = ""
    today_place: str = "after"
    undated: int = 0


def draw(read: ReadPlan, title: str, on: date) -> Timeline | None:
    """The time line of the points and milestones that have dates; None when none has."""
    span = _span(read)
    if span is None:
        return None
    start, end = span
    dated = [item for item in read.items if item.starts_on and item.ends_on]
    line = Timeline(f"Frise{FIXED}: {typo(title)}, {_since(start)} à {_month(end - timedelta(days=1))}", "")
    line.undated = len(read.items) - len(dated)
    scale = WIDTH / (end - start).days

    def x(day: date) -> float:
        return (day - start).days * scale

    line.quarters, line.months = _ticks(start, end, x)
    y = HEAD
    for phase in read.phases:
        items = [item for item in phase.items if item in dated]
        if not items:
            continue
        line.phases.append((str(y + 21), f"{phase.letter}. {phase.title}"))
        y += 30
        for item in items:
            line.bars.append(_bar(item, x(_first(item)), x(_last(item) + timedelta(days=1)), y))
            y += STEP
        y += 4
        line.rules.append(str(y))
    rows = _milestones(line, read.milestones, x, y) if read.milestones else 0
    line.bottom = y + (24 * rows + 12 if rows else 4)
    line.height = line.bottom + 24
    if start <= on < end:
        line.today_x, line.today = _n(x(on)), date_fr(on)
        line.today_place = "before" if x(on) > WIDTH - 80 else "after"
    line.summary = (
        f"{counted(len(line.phases), 'phase')}, {counted(len(dated), 'point')}, {counted(len(read.milestones), 'jalon')}. "
        "Les mêmes données sont dans le tableau qui suit."
    )
    return line


def _first(item: Item) -> date:
    assert item.starts_on is not None  # noqa: S101  only dated points are drawn
    return item.starts_on


def _last(item: Item) -> date:
    assert item.ends_on is not None  # noqa: S101
    return item.ends_on


def _span(read: ReadPlan) -> tuple[date, date] | None:
    """From the first day of the first quarter to the day after the last one."""
    days = [day for item in read.items if item.starts_on and item.ends_on for day in (item.starts_on, item.ends_on)]
    days += [milestone.on for milestone in read.milestones]
    if not days:
        return None
    first, last = min(days), max(days)
    return _quarter(first), _next_quarter(_quarter(last))


def _quarter(day: date) -> date:
    return date(day.year, (day.month - 1) // 3 * 3 + 1, 1)


def _next_quarter(day: date) -> date:
    return date(day.year + 1, 1, 1) if day.month == 10 else date(day.year, day.month + 3, 1)


def _ticks(start: date, end: date, x: Across) -> tuple[list[Tick], list[Tick]]:
    """Quarters and the initials of their months; beyond three years the years and quarters, beyond ten only years."""
    quarters, months, day = [], [], start
    total = (end - start).days / 91
    while day < end:
        if total <= 12:
            quarters.append(Tick(_n(x(day)), f"T{(day.month - 1) // 3 + 1} {day.year}", True))
            for offset in range(3):
                month = date(day.year, day.month + offset, 1)
                months.append(Tick(_n(x(month)), INITIALS[month.month - 1]))
        elif day.month == 1 or not quarters:
            quarters.append(Tick(_n(x(day)), str(day.year), True))
        if 12 < total <= 40:
            months.append(Tick(_n(x(day)), f"T{(day.month - 1) // 3 + 1}" if total <= 28 else ""))
        day = _next_quarter(day)
    return quarters, months


def _bar(item: Item, left: float, right: float, y: int) -> Bar:
    words = f"{item.code}  {typo(item.title)}"
    length, width = len(words) * LETTER, max(4.0, right - left - 2)
    shape = item.progress.shape if item.progress else "plan"
    if shape != "bar" and length + 16 <= width:
        place, text_x = "inside", left + 8
    elif right + 6 + length <= WIDTH:
        place, text_x = "after", right + 5
    elif length + 10 <= left:
        place, text_x = "before", left - 7
    else:
        place, text_x = "over", 4.0
    return Bar(item, shape, _n(left), str(y), _n(width), _n(text_x), str(y + 16), place, words)


def _milestones(line: Timeline, milestones: Iterable[Milestone], x: Across, y: int) -> int:
    """Each on the first of a few lanes where its words meet no other's; returns how many lanes there are."""
    taken: list[float] = [62.0] + [0.0] * (LANES - 1)  # the word «Jalons» stands on the first lane
    used = 1
    line.milestones_y = str(y + 24)
    for one in milestones:
        at, words = x(one.on), f"{date_fr(one.on)}{FIXED}: {typo(one.title)}"
        length = len(words) * LETTER
        before = at + 14 + length > WIDTH
        left, right = (at - 14 - length, at + 8) if before else (at - 8, at + 14 + length)
        lane = next((rank for rank, end in enumerate(taken) if end <= left), LANES - 1)
        taken[lane], used = max(taken[lane], right + 8), max(used, lane + 1)
        middle = y + 19 + 24 * lane
        path = f"M{_n(at)} {middle - 8}l7 8-7 8-7-8z"
        line.milestones.append(Diamond(path, _n(at - 12 if before else at + 12), str(middle + 5), "before" if before else "after", words))
    return used


def _month(day: date) -> str:
    return f"{LONG_MONTHS[day.month - 1]} {day.year}"


def _since(day: date) -> str:
    """«d’octobre 2026», «de janvier 2027»"""
    return f"d’{_month(day)}" if day.month in {4, 8, 10} else f"de {_month(day)}"


def _n(value: float) -> str:
    return f"{value:.1f}".rstrip("0").rstrip(".")
