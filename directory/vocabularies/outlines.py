"""The map of the départements: outlines to draw, and where a point of the globe falls on them.

Source, licence and simplification: data/README.md, departements_map.json. Metropolitan France only.
"""

import json
from dataclasses import dataclass
from functools import cache
from math import asinh, radians, tan

from directory.vocabularies.files import DATA

# The map is a Mercator projection; the three figures were fitted on the communes' points, of which 99.6 % fall in their own département.
SCALE, LEFT, TOP = 2374.5, 215.5, 2470.87
OVERSEAS = ("971", "972", "973", "974", "976")


@dataclass(frozen=True)
class DepartmentMap:
    """Code → SVG path («M», «l» and «z» steps), in units of a drawing `width` by `height`, y downwards."""

    width: int
    height: int
    paths: dict[str, str]

    @staticmethod
    def point(latitude: float, longitude: float) -> tuple[float, float]:
        """Degrees WGS 84 to (x, y) in the units of the drawing, one decimal; overseas points fall outside it."""
        x = LEFT + SCALE * radians(longitude)
        y = TOP - SCALE * asinh(tan(radians(latitude)))
        return round(x, 1), round(y, 1)


@cache
def department_map() -> DepartmentMap:
    drawn = json.loads((DATA / "departements_map.json").read_text(encoding="utf-8"))
    _, _, width, height = map(int, drawn["viewBox"].split())
    return DepartmentMap(width, height, {code: shape["path"] for code, shape in drawn["departements"].items()})
