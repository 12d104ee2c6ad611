"""Reads the data files of this package: each reader yields the column values of one model, keyed by field name.

Shapes, editions and licences: data/README.md, data/sources.toml. A malformed row raises KeyError or ValueError and nothing is loaded.
"""

import csv
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass, fields
from hashlib import sha256
from pathlib import Path
from typing import Any

from directory.vocabularies.words import key, readable

DATA = Path(__file__).parent / "data"
Row = dict[str, Any]


@dataclass(frozen=True)
class Source:
    """What data/sources.toml says of one vocabulary; `files` are relative to the data folder."""

    code: str
    title: str
    files: tuple[str, ...]
    edition: str
    source: str
    licence: str
    licence_url: str
    credit: str
    gaps: str

    def digest(self, folder: Path = DATA) -> str:
        """SHA-256 over its files, names included; a missing file counts as empty, so removing the coordinates shows."""
        whole = sha256()
        for name in self.files:
            path = folder / name
            whole.update(f"{name}\0".encode() + (path.read_bytes() if path.exists() else b"") + b"\0")
        return whole.hexdigest()

    def facts(self) -> dict[str, str]:
        return {field.name: getattr(self, field.name) for field in fields(self) if field.name not in {"code", "files"}}


def sources(folder: Path = DATA) -> list[Source]:
    entries = tomllib.loads((folder / "sources.toml").read_text(encoding="utf-8"))["vocabulary"]
    return [Source(**{**entry, "files": tuple(entry["files"])}) for entry in entries]


def _rows(path: Path) -> Iterator[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as stream:
        yield from csv.DictReader(stream)


def _term(code: str, label: str) -> Row:
    label = readable(label)
    return {"code": code, "label": label, "key": key(label)}


def departments(folder: Path) -> Iterator[Row]:
    regions = {row["code"]: readable(row["name"]) for row in _rows(folder / "regions.csv")}
    for row in _rows(folder / "departements.csv"):
        yield {**_term(row["code"], row["name"]), "region_code": row["region_code"], "region": regions[row["region_code"]]}


def communes(folder: Path) -> Iterator[Row]:
    path = folder / "coordinates" / "communes.csv"
    points = {row["code"]: (float(row["latitude"]), float(row["longitude"])) for row in _rows(path)} if path.exists() else {}
    for row in _rows(folder / "communes.csv"):
        latitude, longitude = points.get(row["code"], (None, None))
        yield {
            **_term(row["code"], row["name"]),
            "department_id": row["department_code"],
            "postal_codes": row["postal_codes"].replace(";", " "),
            "population": int(row["population"]) if row["population"] else None,
            "latitude": latitude,
            "longitude": longitude,
        }


def trades(folder: Path) -> Iterator[Row]:
    tree = {row["code"]: readable(row["label"]) for row in _rows(folder / "rome.csv")}
    building = {row["rome_code"] for row in _rows(folder / "building_trades.csv")}
    if unknown := building - tree.keys():
        raise ValueError(f"building_trades.csv: not in the ROME: {sorted(unknown)}")
    for code, label in tree.items():
        if len(code) == 5:
            above = {"domain_code": code[:3], "domain": tree[code[:3]], "sector": tree[code[0]]}
            yield {**_term(code, label), **above, "is_building": code in building}


def trade_names(folder: Path) -> Iterator[Row]:
    for row in _rows(folder / "rome_appellations.csv"):
        yield {**_term(row["ogr_code"], row["label"]), "trade_id": row["rome_code"]}


def skills(folder: Path) -> Iterator[Row]:
    """Only fields of training (kind DOM); labels from the readable column, first letter raised."""
    lines = (folder / "formacode.csv").read_text(encoding="utf-8").splitlines()
    rows = [line.split(";") for line in lines]
    rows = [row for row in rows if row[3] == "DOM"]
    labels = {row[1]: row[2] for row in rows}
    for row in rows:
        code, label, (field_code, _, field), synonyms, nsf = row[0], row[2], row[4].partition(" "), row[5], row[12]
        yield {
            **_term(code, label[:1].upper() + label[1:]),
            "field_code": field_code,
            "field": readable(labels[field][:1].upper() + labels[field][1:]),
            "synonyms_key": "".join(key(synonym) for synonym in synonyms.split("$")),
            "speciality_code": nsf.partition(" ")[0],
        }


def _tree(path: Path) -> Iterator[Row]:
    for row in _rows(path):
        yield {**_term(row["code"], row["label"]), "level": int(row["level"]), "parent_code": row["parent"]}


def activities(folder: Path) -> Iterator[Row]:
    yield from _tree(folder / "naf.csv")


def specialities(folder: Path) -> Iterator[Row]:
    yield from _tree(folder / "nsf.csv")


def collective_agreements(folder: Path) -> Iterator[Row]:
    for row in _rows(folder / "idcc.csv"):
        yield {
            **_term(row["idcc"], row["title"]),
            "short_label": readable(row["short_title"]),
            "opco": row["opco"],
            "source": row["source"],
        }
