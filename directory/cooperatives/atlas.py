"""Where the zoomable map puts each cooperative: the centre of its commune on the drawing of the départements.

Units are those of the drawing, y downwards. The drawing lacks the overseas départements: each has a square under it, in which its
communes keep their bearings.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.db.models import Max, Min

from directory.cooperatives.models import DirectoryEntry
from directory.vocabularies.models import Commune
from directory.vocabularies.outlines import OVERSEAS, department_map
from directory.vocabularies.selectors import departments
from hub.core.kit.text import fold

SIDE, GAP = 56.0, 44.0


@dataclass(frozen=True)
class Spot:
    """Cooperatives of one commune."""

    x: float
    y: float
    label: str
    entries: tuple[DirectoryEntry, ...]


@dataclass(frozen=True)
class Box:
    code: str
    name: str
    x: float
    y: float
    side: float = SIDE

    @property
    def middle(self) -> float:
        return self.x + self.side / 2

    @property
    def caption_y(self) -> float:
        return self.y + self.side + 14


@dataclass(frozen=True)
class Atlas:
    width: float
    height: float
    spots: tuple[Spot, ...]
    boxes: tuple[Box, ...]
    unplaced: tuple[DirectoryEntry, ...]


def atlas(entries: Iterable[DirectoryEntry]) -> Atlas:
    """Those without a known commune are listed apart, not guessed."""
    drawing = department_map()
    boxes = _boxes(drawing.width, drawing.height)
    by_commune: dict[Commune, list[DirectoryEntry]] = defaultdict(list)
    unplaced = []
    for entry in entries:
        if entry.commune is None or entry.commune.latitude is None:
            unplaced.append(entry)
        else:
            by_commune[entry.commune].append(entry)
    bounds = _bounds({commune.department_id for commune in by_commune} & boxes.keys())
    spots = []
    for commune, held in by_commune.items():
        x, y = _point(commune, boxes, bounds)
        spots.append(Spot(x, y, str(commune), tuple(held)))
    spots.sort(key=lambda spot: fold(spot.label))
    return Atlas(drawing.width, drawing.height + GAP + SIDE + 24, tuple(spots), tuple(boxes.values()), tuple(unplaced))


def _boxes(width: float, height: float) -> dict[str, Box]:
    step, names = width / len(OVERSEAS), departments()
    lefts = {code: step * (i + 0.5) - SIDE / 2 for i, code in enumerate(OVERSEAS)}
    return {code: Box(code, names[code].label, round(left, 1), height + GAP) for code, left in lefts.items()}


def _bounds(codes: set[str]) -> dict[str, tuple[float, float, float, float]]:
    """West, north, east, south of the communes of these départements, in degrees."""
    if not codes:
        return {}
    rows = Commune.objects.filter(department__in=codes, latitude__isnull=False).values_list("department")
    found = rows.annotate(Min("longitude"), Max("latitude"), Max("longitude"), Min("latitude"))
    return {code: (west, north, east, south) for code, west, north, east, south in found}


def _point(commune: Commune, boxes: Mapping[str, Box], bounds: Mapping[str, tuple[float, float, float, float]]) -> tuple[float, float]:
    latitude, longitude = commune.latitude or 0.0, commune.longitude or 0.0  # `atlas` left out those without
    if commune.department_id not in boxes:
        return department_map().point(latitude, longitude)
    box, (west, north, east, south) = boxes[commune.department_id], bounds[commune.department_id]
    span = max(east - west, north - south) or 1
    across, down = (longitude - (west + east) / 2) / span, ((north + south) / 2 - latitude) / span
    return round(box.middle + across * box.side * 0.8, 1), round(box.y + box.side / 2 + down * box.side * 0.8, 1)
