"""Expressions that mean the same, from data/synonyms.txt and the ROME: compared without gender, number or accents."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from directory.vocabularies import files
from search.analysis import Token, analyse

DATA = Path(__file__).parent / "data" / "synonyms.txt"
SHORTEST_INFLECTED = 5  # letters of a light form that is compared with those of towns
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
def single_words() -> Mapping[Token, str]:
    """The words that have others, each as it is written: what a slip may have meant, though nothing in the index is called so."""
    known = _dictionary()
    written = [one.written for group in _groups() for one in group] + [name.lower() for name, _ in _appellations()]
    words = ((text, analyse(text)) for text in written)
    return {tokens[0]: text for text, tokens in words if len(tokens) == 1 and text.isalpha() and (tokens[0].light,) in known}


def is_single_word(word: Token) -> bool:
    """One of these, in any gender or number; an acronym has neither, and no rule takes a short word's («drac» is not «Dracé»)."""
    return word.light in _light_words() and (len(word.light) >= SHORTEST_INFLECTED or word.fold == word.light)


@cache
def _light_words() -> frozenset[str]:
    return frozenset(word.light for word in single_words())


def others_of(word: Token) -> tuple[Expression, ...]:
    return _dictionary().get((word.light,), ())


@cache
def _dictionary() -> dict[tuple[str, ...], tuple[Expression, ...]]:
    """By the words of an expression, the others of its groups (an acronym may have several meanings), then the sheets of their trades."""
    sheets = _sheets()
    found: dict[tuple[str, ...], dict[tuple[str, ...], Expression]] = {}
    for group in _groups():
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
    for name, code in _appellations():
        if sheet := labels.get(code):
            found.setdefault(_expression(name).words, {})[code] = sheet
    return {words: tuple(sheets.values()) for words, sheets in found.items()}


def _appellations() -> Iterator[tuple[str, str]]:
    """Those of one word, in each gender, with the code of their sheet."""
    for row in files.trade_names(files.DATA):
        if _ONE_WORD.fullmatch(row["label"]):
            yield from ((name.strip(), row["trade_id"]) for name in row["label"].split("/"))


def _groups() -> list[list[Expression]]:
    lines = DATA.read_text(encoding="utf-8").splitlines()
    return [[_expression(text) for text in line.split(",")] for line in lines if line[:1] != "#"]


def _expression(text: str) -> Expression:
    return Expression(text.strip(), tuple(token.light for token in analyse(text)))
