"""What the first page shows, and what awaits a signed-in person: both gathered from the panels that the areas registered."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from hub.core.accounts.actor import Actor
from hub.core.kit.asking import how_many
from hub.core.kit.dates import local, nearness_fr
from hub.core.ui import panels

SOON = timedelta(days=15)
Item = dict[str, Any]


@dataclass(frozen=True)
class Stretch:
    """Due items of one stretch of time."""

    title: str
    items: list[Item]


@dataclass(frozen=True)
class Waiting:
    """Due items by stretch of time, and how many there are in each area: {css: [label, count]}."""

    stretches: list[Stretch]
    areas: dict[str, tuple[str, int]]
    total: int
    late: int


def as_day(when: date | datetime) -> date:
    return local(when).date() if isinstance(when, datetime) else when


def front(actor: Actor) -> dict[str, Any]:
    """The federation in figures, as far as the reader may see; the rows of all the areas are counted in one query."""
    areas = panels.collect("home.area", actor, actor)
    counts = how_many({area["title"]: area["rows"] for area in areas if "rows" in area})
    shown = [_counted(area, counts[area["title"]]) if "rows" in area else area for area in areas]
    return {"areas": [area for area in shown if area["count"] or not area.get("if_any")]}


def _counted(area: Mapping[str, Any], count: int) -> Item:
    return {**area, "count": count, "text": area["text"](count) if callable(area["text"]) else area["text"]}


def due(actor: Actor) -> list[Item]:
    """All that awaits a person, most urgent first."""
    items = [item for found in panels.collect("home.due", actor, actor) for item in found["items"]]
    return sorted(items, key=lambda item: as_day(item["when"]))


def waiting(actor: Actor, on: date, area: str = "") -> Waiting:
    items = due(actor)
    areas: dict[str, tuple[str, int]] = {}
    for item in items:
        label, count = areas.get(item["area"], (item["area_label"], 0))
        areas[item["area"]] = (label, count + 1)
    shown = [item for item in items if not area or item["area"] == area]
    days = [as_day(item["when"]) for item in items]
    return Waiting(_stretches(shown, on), areas, len(items), sum(day < on for day in days))


def _stretches(items: Iterable[Item], on: date) -> list[Stretch]:
    found: dict[str, list[Item]] = {"En retard et aujourd’hui": [], "D’ici quinze jours": [], "Plus tard": []}
    now, soon, later = found.values()
    for item in items:
        day = as_day(item["when"])
        (now if day <= on else soon if day <= on + SOON else later).append(
            {"note": nearness_fr(day, on), **_said(item), "tone": _tone(item, day, on)}
        )
    return [Stretch(title, rows) for title, rows in found.items() if rows]


def _said(item: Item) -> Item:
    """The item without the notes that it leaves empty."""
    return {name: value for name, value in item.items() if name != "note" or value}


def _tone(item: Item, day: date, on: date) -> str:
    return item.get("tone") or ("warn" if day <= on else "")


def news(actor: Actor, since: datetime) -> list[Item]:
    """What others changed since then, newest first; the day follows, so that a sentence loses its full stop."""
    items = [
        item | {"text": item["text"].removesuffix(".")} for found in panels.collect("home.news", actor, since) for item in found["items"]
    ]
    return sorted(items, key=lambda item: item["at"], reverse=True)


def first_of_each(items: list[Item], room: int) -> tuple[list[Item], list[Item]]:
    """What fits, no area with more than its share while another waits; then the rest. Both keep their order."""
    seen: Counter[str] = Counter()
    ranked = []
    for place, item in enumerate(items):
        ranked.append((seen[item["area"]], place))
        seen[item["area"]] += 1
    shown = {place for _, place in sorted(ranked)[:room]}
    return [item for place, item in enumerate(items) if place in shown], [item for place, item in enumerate(items) if place not in shown]


def dates(actor: Actor, first: date) -> list[Item]:
    """The reader's own dates to come, nearest first."""
    items = [item for found in panels.collect("home.dates", actor, first) for item in found["items"]]
    return sorted(items, key=lambda item: as_day(item["at"]))
