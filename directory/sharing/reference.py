"""What the data files say: functions of a support team (data/functions.toml), legal forms and their pieces (data/legal_forms.toml).

Rows keep the keys as plain text, so that a new edition of a file needs no migration; a key that an edition dropped still shows as itself.
"""

import tomllib
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

DATA = Path(__file__).parent / "data"
UNVERIFIED = "à vérifier"


@dataclass(frozen=True)
class Function:
    key: str
    label: str
    tasks: str
    in_study: bool = False


@dataclass(frozen=True)
class RequiredPiece:
    """A paper that a legal form asks for; `basis` is the article, `verified` whether it was read in the code."""

    key: str
    label: str
    basis: str
    verified: bool


@dataclass(frozen=True)
class LegalForm:
    key: str
    label: str
    basis: str
    verified: bool
    when: str
    money: str
    at_cost: bool
    pieces: tuple[RequiredPiece, ...] = field(default=())

    def piece(self, key: str) -> RequiredPiece | None:
        return next((piece for piece in self.pieces if piece.key == key), None)


@dataclass(frozen=True)
class Edition:
    edition: str
    source: str
    read_on: date
    reviewer: str = ""


def _read(name: str) -> dict[str, Any]:
    return tomllib.loads((DATA / name).read_text(encoding="utf-8"))


def _edition(data: dict[str, Any]) -> Edition:
    return Edition(data["edition"], data["source"], data["read_on"], data.get("reviewer", ""))


@cache
def functions() -> dict[str, Function]:
    """By key, in the order of the inventory."""
    return {row["key"]: Function(**row) for row in _read("functions.toml")["function"]}


@cache
def functions_edition() -> Edition:
    return _edition(_read("functions.toml"))


@cache
def legal_forms() -> dict[str, LegalForm]:
    found = {}
    for row in _read("legal_forms.toml")["form"]:
        pieces = tuple(RequiredPiece(**piece) for piece in row.pop("piece", []))
        found[row["key"]] = LegalForm(**row, pieces=pieces)
    return found


@cache
def legal_forms_edition() -> Edition:
    return _edition(_read("legal_forms.toml"))


def function_label(key: str) -> str:
    return functions()[key].label if key in functions() else key


def legal_form_label(key: str) -> str:
    return legal_forms()[key].label if key in legal_forms() else key
