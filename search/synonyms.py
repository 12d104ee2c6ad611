"""Expressions that mean the same, from data/synonyms.txt: compared without gender, number or accents."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from search.analysis import Token, analyse

DATA = Path(__file__).parent / "data" / "synonyms.txt"


@dataclass(frozen=True, slots=True)
class Expression:
    written: str
    words: tuple[str, ...]  # light forms, in order


@dataclass(frozen=True, slots=True)
class Meaning:
    """An expression of a question: its words [start:end], and the other ways to say it."""

    start: int
    end: int
    others: tuple[Expression, ...]


def meanings(words: Sequence[Token]) -> list[Meaning]:
    """The longest expressions, from left to right, none over another."""
    known = _dictionary()
    longest = max(map(len, known))
    light = [word.light for word in words]
    found, start = [], 0
    while start < len(light):
        end = next((end for end in range(min(len(light), start + longest), start, -1) if tuple(light[start:end]) in known), 0)
        if end:
            found.append(Meaning(start, end, known[tuple(light[start:end])]))
        start = end or start + 1
    return found


@cache
def _dictionary() -> dict[tuple[str, ...], tuple[Expression, ...]]:
    """By the words of an expression, the others of its groups (an acronym may have several meanings)."""
    found: dict[tuple[str, ...], dict[tuple[str, ...], Expression]] = {}
    for line in DATA.read_text(encoding="utf-8").splitlines():
        if line.startswith("#"):
            continue
        group = [Expression(text, tuple(token.light for token in analyse(text))) for text in map(str.strip, line.split(","))]
        group = [one for one in group if one.words]
        for one in group:
            found.setdefault(one.words, {}).update((other.words, other) for other in group if other.words != one.words)
    return {words: tuple(others.values()) for words, others in found.items() if others}
