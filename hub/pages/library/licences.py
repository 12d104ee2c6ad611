"""Licences are data (data/licences.toml): label, what it allows in a sentence, address of its text, who publishes it."""

import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

FILE = Path(__file__).parent / "data" / "licences.toml"
INTERNAL = "interne"


@dataclass(frozen=True)
class Licence:
    value: str
    label: str
    says: str
    url: str
    is_verified: bool


@cache
def licences() -> dict[str, Licence]:
    """By key, in the order of the file. One without an address asks for no review."""
    read: dict[str, Any] = tomllib.loads(FILE.read_text(encoding="utf-8"))
    reviewed = bool(read["reviewer"])
    return {
        key: Licence(key, line["label"], line["says"], line["url"], reviewed or not line["url"]) for key, line in read["licences"].items()
    }


def licence(key: str) -> Licence:
    """The licence of a key; one that left the list is shown by its key."""
    return licences().get(key) or Licence(key, key, "", "", False)
