"""The départements as a map of shades, drawn by the server, with a list that says the same."""

from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from hub.core.kit.text import FIXED, counted

STEPS = (1, 2, 4, 8, 16)  # from how many on each of the five shades begins


@dataclass(frozen=True)
class Shape:
    code: str
    name: str
    path: str
    count: int
    url: str
    words: str
    shade: int
    current: bool


@dataclass(frozen=True)
class Shade:
    shade: int
    words: str


@dataclass(frozen=True)
class Map:
    title: str
    view_box: str
    mainland: list[Shape]
    overseas: list[Shape]
    listed: list[Shape]
    scale: list[Shade]


def map_svg(
    title: str,
    view_box: str,
    names: Mapping[str, str],
    paths: Mapping[str, str],
    counts: Mapping[str, tuple[int, str]],
    *,
    noun: str = "coopérative",
    none: str = "",
    current: Sequence[str] = (),
    steps: Sequence[int] = STEPS,
) -> Map:
    """The map of `{code: (count, url)}`; a département without count, or with none, is drawn and leads nowhere.

    Args: view_box of the drawing ("0 0 613 585"); names and paths (the `d` of an SVG path) by code of département ("33", "2A", "974"):
    those without path are the overseas ones; noun in the singular, its plural by an s, or both («réseau,réseaux»);
    none when the word for it does not follow from the noun; current: codes that are chosen; steps: five
    numbers that rise.
    """
    shapes, (one, _, many) = [], noun.partition(",")
    for code, name in sorted(names.items()):
        count, url = counts.get(code, (0, ""))
        words = f"{name} ({code}){FIXED}: {counted(count, one, many)}"
        shapes.append(Shape(code, name, paths.get(code, ""), count, url if count else "", words, shade(count, steps), code in current))
    return Map(
        title=title,
        view_box=view_box,
        mainland=sorted((shape for shape in shapes if shape.path), key=lambda shape: bool(shape.url)),  # links drawn last, above
        overseas=[shape for shape in shapes if not shape.path],
        listed=sorted((shape for shape in shapes if shape.count), key=lambda shape: (-shape.count, shape.name)),
        scale=[Shade(0, none or ("aucune" if one.endswith("e") else "aucun")), *_scale(steps)],
    )


def shade(count: int, steps: Sequence[int] = STEPS) -> int:
    """From 0 (none) to 5."""
    return bisect_right(steps, count)


def _scale(steps: Sequence[int]) -> list[Shade]:
    ends = [*(following - 1 for following in steps[1:]), None]
    return [Shade(i, _interval(start, end)) for i, (start, end) in enumerate(zip(steps, ends, strict=True), start=1)]


def _interval(start: int, end: int | None) -> str:
    if end is None:
        return f"{start} et plus"
    return str(start) if start == end else f"{start} à {end}"
