"""Marks in clear text, found with the tokens that the index compares, the same for every engine."""

import re
from collections.abc import Collection
from dataclasses import dataclass
from typing import Self

from search.analysis import Token, run_tokens
from search.plan import Question
from search.results import Part, Parts

BEFORE, LENGTH = 8, 36  # runs of signs shown before the first mark, and in all


@dataclass(frozen=True, slots=True)
class Wanted:
    """The words looked for: words of the same family share their root, and the last one may not be typed to its end."""

    roots: frozenset[str]
    prefix: str = ""
    synonyms: frozenset[str] = frozenset()  # light forms

    @classmethod
    def of(cls, question: Question) -> Self:
        meant = [one.token for group in question.groups for one in group.corrections]
        prefix = next((group.prefix for group in question.groups if group.prefix), "")
        synonyms = frozenset(one.words[0] for group in question.groups for one in group.synonyms if len(one.words) == 1)
        return cls(frozenset(word.root for word in (*question.words, *meant)), prefix, synonyms)

    def takes(self, token: Token) -> bool:
        return token.root in self.roots or token.light in self.synonyms or bool(self.prefix and token.fold.startswith(self.prefix))

    def takes_any(self, tokens: Collection[Token]) -> bool:
        return any(self.takes(token) for token in tokens)


def marked(text: str, wanted: Wanted) -> Parts:
    """The whole text, in parts."""
    return _joined([part for run in re.split(r"(\s+)", text) if run for part in _run(run, wanted)])


def excerpt(text: str, wanted: Wanted) -> Parts:
    """A few lines around the first word found; nothing when there is none. What stood on two lines stays apart."""
    runs = " · ".join(line.strip() for line in text.splitlines() if line.strip()).split()
    first = next((number for number, run in enumerate(runs) if wanted.takes_any(run_tokens(run))), None)
    if first is None:
        return ()
    start = max(0, first - BEFORE)
    shown = " ".join(runs[start : start + LENGTH])
    before, after = ("… " if start else ""), (" …" if start + LENGTH < len(runs) else "")
    return _joined([Part(before, False), *marked(shown, wanted), Part(after, False)])


def _run(run: str, wanted: Wanted) -> list[Part]:
    """The words of a run one by one, or all of it when they mean something together only («formateur/trice»)."""
    tokens = run_tokens(run)
    if not wanted.takes_any(tokens):
        return [Part(run, False)]
    pieces = [piece for piece in re.split(r"(\W+)", run) if piece]
    apart = [run_tokens(piece) for piece in pieces]
    if [token for found in apart for token in found] == list(tokens):
        return [Part(piece, wanted.takes_any(found)) for piece, found in zip(pieces, apart, strict=True)]
    start, end = _core(run)
    return [Part(run[:start], False), Part(run[start:end], True), Part(run[end:], False)]


def _core(run: str) -> tuple[int, int]:
    """Where its words begin and end, the punctuation around them left out: «salarié(e)», «C++»."""
    found = re.search(r"\w(?:.*\w)?[+#]*", run, re.DOTALL)
    start, end = found.span() if found else (0, len(run))
    is_open = run.count("(", start, end) > run.count(")", start, end)
    return start, end + (is_open and run.startswith(")", end))


def _joined(parts: list[Part]) -> Parts:
    """Neighbours of the same sort made one."""
    found: list[Part] = []
    for part in parts:
        if found and found[-1].marked == part.marked:
            found[-1] = Part(found[-1].text + part.text, part.marked)
        elif part.text:
            found.append(part)
    return tuple(found)
