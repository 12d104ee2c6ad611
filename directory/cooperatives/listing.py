"""Reads the public list of cooperatives: data/cae-public.csv and what data/public_list.toml says of the whole.

Columns: name, sigle, department_codes (`;`), city, networks (`;`), building_trade (yes, no or blank), website, source, and siren when a
source gives any. A blank means that no source says; nothing is filled in.
"""

import csv
import tomllib
from dataclasses import dataclass
from datetime import date
from hashlib import sha256
from pathlib import Path
from typing import Any

from hub.core.kit.identifiers import compact
from hub.core.kit.text import slug, typo

DATA = Path(__file__).parent / "data"
BUILDING = {"yes": True, "no": False, "": None}


@dataclass(frozen=True)
class Listed:
    """One row; `key` tells the row from one loading to the next."""

    key: str
    name: str
    short_name: str
    department_codes: tuple[str, ...]
    city: str
    networks: tuple[str, ...]
    building_trade: bool | None
    website: str
    source: str
    siren: str


@dataclass(frozen=True)
class PublicList:
    rows: tuple[Listed, ...]
    established_on: date
    facts: dict[str, Any]
    digest: str


def public_list(folder: Path = DATA) -> PublicList:
    """Raises: KeyError or ValueError for a row that does not have the shape, or that comes twice."""
    path = folder / "cae-public.csv"
    with path.open(encoding="utf-8", newline="") as stream:
        rows = tuple(_listed(row) for row in csv.DictReader(stream))
    if len({row.key for row in rows}) != len(rows):
        raise ValueError(f"{path.name}: a name comes twice")
    facts = tomllib.loads((folder / "public_list.toml").read_text(encoding="utf-8"))
    return PublicList(rows, facts.pop("established_on"), facts, sha256(path.read_bytes()).hexdigest())


def _listed(row: dict[str, str]) -> Listed:
    if not row["name"].strip() or not row["source"].strip():
        raise ValueError(f"cae-public.csv: a row without name or source: {row}")
    return Listed(
        key=slug(row["name"], 120),
        name=typo(row["name"].strip()),
        short_name=row["sigle"].strip(),
        department_codes=_parts(row["department_codes"]),
        city=typo(row["city"].strip()),
        networks=tuple(typo(name) for name in _parts(row["networks"])),
        building_trade=BUILDING[row["building_trade"].strip()],
        website=row["website"].strip(),
        source=typo(row["source"].strip()),
        siren=compact(row.get("siren") or ""),
    )


def _parts(text: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in text.split(";") if part.strip())
