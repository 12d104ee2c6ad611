"""The places of France, from the data files of the vocabularies: read once, on the first question that may name one.

A place is known by its commune (INSEE code) and its département; distances go from centre to centre, so nobody's address is needed.
"""

import csv
import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from math import cos, hypot, radians
from statistics import mean
from typing import NamedTuple

from directory.vocabularies import files
from directory.vocabularies.words import key, readable
from hub.core.kit.text import joined
from search.analysis import fold

LONGEST_NAME = 8  # words
KM_PER_DEGREE = 111.2
CELL_DEGREES = 0.06  # some 6 km: two départements are neighbours when they have communes in the same such square, or in two that touch
MOST_NAMESAKES = 3
_LONG_WORD = re.compile(r"[^\W\d_]{4,}")
_PARTS = re.compile(r"[,;/()]|\d{5}")
_DEPARTMENT_CODE = re.compile(r"\((\d{2,3}|2[AB])\)")


class Commune(NamedTuple):
    """Degrees WGS 84; both None where the point is unknown."""

    code: str
    name: str
    department: str
    population: int
    latitude: float | None
    longitude: float | None


@dataclass(frozen=True, slots=True)
class Area:
    """Codes of communes, and of départements."""

    communes: frozenset[str] = frozenset()
    departments: frozenset[str] = frozenset()


class Named(NamedTuple):
    """What the words [start:end] may name: communes, the most peopled first, départements (those of a region), or both."""

    start: int
    end: int
    communes: tuple[Commune, ...]
    departments: tuple[str, ...]


def names_in(words: Sequence[str]) -> Iterator[Named]:
    """Args: words as `key` writes them. The longest names from left to right, none over another; a postal code is one."""
    known, start = _gazetteer(), 0
    while start < len(words):
        for end in range(min(len(words), start + LONGEST_NAME), start, -1):
            name = " ".join(words[start:end])
            communes, places = known.communes.get(name, ()), known.departments.get(name, ())
            if communes or places:
                yield Named(start, end, communes, places)
                start = end - 1
                break
        start += 1


@lru_cache(maxsize=4096)
def area_of(place: str) -> Area:
    """Where an entry is, from its words: «Lormont, Gironde (33)», «Lormont (33)», «Bordeaux»; of namesakes, the most peopled.

    A name begins the text or what follows a comma: «en ligne» is not in Ligné.
    """
    codes = set(_DEPARTMENT_CODE.findall(place))
    found: dict[str, Commune] = {}
    for name in (name for part in _PARTS.split(place) for name in names_in(key(part).split()) if name.start == 0):
        its_department = set(name.departments) & {commune.department for commune in found.values()}  # «Vienne» after Poitiers
        fitting = [one for one in name.communes if not codes or one.department in codes]
        if fitting and not its_department:
            found.setdefault(fitting[0].code, fitting[0])
        elif len(name.departments) == 1:
            codes |= set(name.departments)
    communes = [one for one in found.values() if not codes or one.department in codes]
    return Area(frozenset(one.code for one in communes), frozenset(codes | {one.department for one in communes}))


def communes_of(codes: Collection[str]) -> list[Commune]:
    known = _gazetteer().by_code
    return [known[code] for code in codes if code in known]


@lru_cache(maxsize=1024)
def around(codes: frozenset[str], km: int) -> frozenset[str]:
    """The communes whose centre lies that near to the centre of one of these, themselves included."""
    centres = communes_of(codes)
    near = {other.code for one in centres for other in _gazetteer().by_code.values() if _is_near(one, other, km)}
    return frozenset(near | codes)


@lru_cache(maxsize=256)
def by_distance(codes: frozenset[str], departments: frozenset[str], among: frozenset[str]) -> tuple[frozenset[str], ...]:
    """Communes of `among` from the nearest to the farthest, those at the same distance (whole km) together; unknown points left out.

    It is counted to the nearest of these communes, or middles of these départements.
    """
    points = _points(codes, departments)
    found: dict[int, set[str]] = defaultdict(set)
    for one in communes_of(among - codes):
        if far := [km for km in (distance_km(point, one) for point in points) if km is not None]:
            found[round(min(far))].add(one.code)
    return tuple(frozenset(found[km]) for km in sorted(found))


def _points(codes: Collection[str], departments: Collection[str]) -> list[Commune]:
    return [*communes_of(codes), *(_middle(code) for code in departments)]


def km_to(codes: Collection[str], departments: Collection[str], place: Collection[str]) -> float | None:
    """From the nearest of the communes `place` to the nearest of `codes`, or to the middle of one of `departments`; None when unknown."""
    far = [distance_km(point, other) for point in _points(codes, departments) for other in communes_of(place)]
    return min((km for km in far if km is not None), default=None)


def distance_km(one: Commune, other: Commune) -> float | None:
    """As the crow flies; None when a point is unknown. The surface is taken for flat: 0.2 % off over 100 km."""
    if one.latitude is None or one.longitude is None or other.latitude is None or other.longitude is None:
        return None
    north = one.latitude - other.latitude
    east = (one.longitude - other.longitude) * cos(radians((one.latitude + other.latitude) / 2))
    return hypot(north, east) * KM_PER_DEGREE


@lru_cache(maxsize=256)
def neighbours(codes: frozenset[str]) -> frozenset[str]:
    """The départements that touch these, themselves left out."""
    return frozenset(other for code in codes for other in _borders().get(code, ())) - codes


def label_of(communes: Sequence[Commune]) -> str:
    """«Lormont (33)»; «Saint-Denis (974 ou 93)» for namesakes."""
    departments = dict.fromkeys(one.department for one in communes)
    return f"{readable(communes[0].name)} ({joined(list(departments), 'ou')})"


def is_department(code: str) -> bool:
    return (code,) in _gazetteer().labels


def label_of_departments(codes: tuple[str, ...]) -> str:
    """«Drôme (26)», or the region of which these are all."""
    return _gazetteer().labels[codes]


@cache
def territories() -> tuple[str, ...]:
    """The names of départements and regions that are one word: «Morbihan», «Bretagne»."""
    return tuple(name for label in _gazetteer().labels.values() if (name := label.partition(" (")[0]).isalpha())


@cache
def words_of_names() -> Mapping[str, Mapping[str, tuple[str, int]]]:
    """By first letter, the words of the names of places («rochelle» is of La Rochelle), folded, each as it is written and with the inhabitants
    of the largest; a département or a region counts as all France."""
    known = _gazetteer()
    largest = sum(one.population for one in known.by_code.values())
    names = [(one.name, one.population) for some in known.communes.values() for one in some[:1]]
    names += [(label.partition(" (")[0], largest) for label in known.labels.values()]
    found: dict[str, dict[str, tuple[str, int]]] = defaultdict(dict)
    for name, population in names:
        for word in _LONG_WORD.findall(name):
            its = found[fold(word)[0]]
            if population > its.get(fold(word), ("", -1))[1]:
                its[fold(word)] = (word, population)
    return found


def _is_near(one: Commune, other: Commune, km: int) -> bool:
    if one.latitude is None or other.latitude is None or abs(one.latitude - other.latitude) * KM_PER_DEGREE > km:
        return False
    distance = distance_km(one, other)
    return distance is not None and distance <= km


@dataclass(frozen=True, slots=True)
class _Gazetteer:
    by_code: dict[str, Commune]
    communes: dict[str, tuple[Commune, ...]]  # by name or postal code
    departments: dict[str, tuple[str, ...]]  # by name of a département or of a region
    labels: dict[tuple[str, ...], str]  # of those codes


@cache
def _gazetteer() -> _Gazetteer:
    by_code, named = {}, defaultdict(list)
    for commune, postal_codes in _rows():
        by_code[commune.code] = commune
        for name in (key(commune.name).strip(), *filter(None, postal_codes)):
            named[name].append(commune)
    communes = {name: tuple(sorted(some, key=lambda one: (-one.population, one.code))) for name, some in named.items()}
    departments = list(files.departments(files.DATA))
    regions: dict[str, tuple[str, ...]] = {}
    for row in departments:
        regions[row["region"]] = (*regions.get(row["region"], ()), row["code"])
    labels = {codes: region for region, codes in regions.items()}
    labels |= {(row["code"],): f"{row['label']} ({row['code']})" for row in departments}
    places = {key(region).strip(): codes for region, codes in regions.items()}
    places |= {row["key"].strip(): (row["code"],) for row in departments}
    return _Gazetteer(by_code, communes, places, labels)


def _rows() -> Iterator[tuple[Commune, list[str]]]:
    points = files.DATA / "coordinates" / "communes.csv"
    centres = {code: (float(north), float(east)) for code, north, east in _lines(points)} if points.exists() else {}
    for code, name, department, postal_codes, population in _lines(files.DATA / "communes.csv"):
        latitude, longitude = centres.get(code, (None, None))
        yield Commune(code, name, department, int(population or 0), latitude, longitude), postal_codes.split(";")


def _lines(path: files.Path) -> Iterable[list[str]]:
    with path.open(encoding="utf-8", newline="") as stream:
        rows = csv.reader(stream)
        next(rows)
        yield from rows


@cache
def _middle(department: str) -> Commune:
    """A point amid its communes, as if it were one of them."""
    within = [one for one in _gazetteer().by_code.values() if one.department == department]
    north = [one.latitude for one in within if one.latitude is not None]
    east = [one.longitude for one in within if one.longitude is not None]
    return Commune("", "", department, 0, mean(north) if north else None, mean(east) if east else None)


@cache
def _borders() -> dict[str, set[str]]:
    cells: dict[tuple[int, int], set[str]] = defaultdict(set)
    for one in _gazetteer().by_code.values():
        if one.latitude is not None and one.longitude is not None:
            cells[int(one.latitude / CELL_DEGREES), int(one.longitude / CELL_DEGREES)].add(one.department)
    found: dict[str, set[str]] = defaultdict(set)
    for (north, east), here in cells.items():
        beside = set().union(*(cells.get((north + up, east + right), ()) for up in (-1, 0, 1) for right in (-1, 0, 1)))
        for code in here:
            found[code] |= beside
    return found
