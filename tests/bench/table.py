"""What a bench gives back, and the one table of them all."""

import os
import platform
from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Measure:
    """A figure in words with its unit; `is_held` is None when no bar is set to it."""

    area: str
    what: str
    value: str
    bar: str = ""
    is_held: bool | None = None

    @property
    def verdict(self) -> str:
        return {None: "", True: "tenu", False: "MANQUÉ"}[self.is_held]


def at_most(area: str, what: str, value: float, bar: float, unit: str, digits: int = 1) -> Measure:
    return Measure(area, what, figure(value, unit, digits), f"≤ {figure(bar, unit, 0 if bar == int(bar) else digits)}", value <= bar)


def at_least(area: str, what: str, value: float, bar: float, unit: str, digits: int = 1) -> Measure:
    return Measure(area, what, figure(value, unit, digits), f"≥ {figure(bar, unit, 0 if bar == int(bar) else digits)}", value >= bar)


def plain(area: str, what: str, value: float, unit: str, digits: int = 1) -> Measure:
    return Measure(area, what, figure(value, unit, digits))


def figure(value: float, unit: str, digits: int) -> str:
    return f"{value:.{digits}f} {unit}".replace(".", ",").strip()


def machine() -> str:
    """The processor as Linux names it, how many the run may use, and how busy the machine was."""
    with open("/proc/cpuinfo") as file:
        names = [line.partition(":")[2].strip() for line in file if line.startswith("model name")]
    load = os.getloadavg()[0]
    processors = len(os.sched_getaffinity(0))
    return f"{names[0] if names else platform.machine()}, {processors} processeurs, Python {platform.python_version()}, charge {load:.1f}"


def as_markdown(measures: Sequence[Measure]) -> str:
    rows = [("mesure", "valeur", "barre", "")] + [(f"{one.area} : {one.what}", one.value, one.bar, one.verdict) for one in measures]
    widths = [max(len(row[column]) for row in rows) for column in range(4)]
    lines = ["| " + " | ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)) + " |" for row in rows]
    lines.insert(1, "|" + "|".join("-" * (width + 2) for width in widths) + "|")
    return "\n".join(lines)
