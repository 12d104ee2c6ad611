"""The themes of the federation's life: a short list, kept as data."""

import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path

FILE = Path(__file__).parent / "data" / "themes.toml"


@dataclass(frozen=True)
class Theme:
    value: str
    label: str


@cache
def themes() -> dict[str, Theme]:
    """By key, in the order of the file."""
    lines: dict[str, str] = tomllib.loads(FILE.read_text(encoding="utf-8"))["themes"]
    return {key: Theme(key, label) for key, label in lines.items()}


def label_of(key: str) -> str:
    """The words of a theme; the key itself once it has left the list."""
    found = themes().get(key)
    return found.label if found else key
