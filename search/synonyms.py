"""Expressions that mean the same, from data/synonyms.txt and the ROME: compared without gender, number or accents."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from directory.vocabularies import files
from search.analysis import Token, analyse

DATA = Path(__file__).parent / "data" / "synonyms.txt"
_ONE_WORD = re.compile(r"[^\W\d_]+(?: / [^\W\d_]+)?")  # an appellation, in one or both genders


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
    """By the words of an expression, the others of its groups (an acronym may have several meanings), then the sheets of their trades."""
    sheets = _sheets()
    groups = [[_expression(text) for text in line.split(",")] for line in DATA.read_text(encoding="utf-8").splitlines() if line[:1] != "#"]
    found: dict[tuple[str, ...], dict[tuple[str, ...], Expression]] = {}
    for group in groups:
        named = {sheet.words: sheet for one in group for sheet in sheets.get(one.words, ())}
        for one in group:
            found.setdefault(one.words, {}).update({other.words: other for other in group} | named)
    for words, its_sheets in sheets.items():
        found.setdefault(words, {}).update({sheet.words: sheet for sheet in its_sheets})
    without_itself = {words: tuple(one for one in others.values() if one.words != words) for words, others in found.items() if words}
    return {words: others for words, others in without_itself.items() if others}


def _sheets() -> dict[tuple[str, ...], tuple[Expression, ...]]:
    """By an appellation of the ROME that is one word («plaquiste»), the labels of its sheets: what a member's trade is called when she
    chose the sheet and no appellation («Montage d’agencements»). Not the labels of one word («Comptabilité»): roots relate these already."""
    labels = {row["code"]: label for row in files.trades(files.DATA) if len((label := _expression(row["label"])).words) > 1}
    found: dict[tuple[str, ...], dict[str, Expression]] = {}
    for row in files.trade_names(files.DATA):
        if (sheet := labels.get(row["trade_id"])) and _ONE_WORD.fullmatch(row["label"]):
            for name in row["label"].split("/"):
                found.setdefault(_expression(name).words, {})[row["trade_id"]] = sheet
    return {words: tuple(sheets.values()) for words, sheets in found.items()}


def _expression(text: str) -> Expression:
    return Expression(text.strip(), tuple(token.light for token in analyse(text)))
