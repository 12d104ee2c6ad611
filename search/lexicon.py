"""What the words of a question are in the index, for one reader: rare or common, thing or name, and what may have been meant.

Everything comes from entries that she may read: neither a correction nor the way a word is taken tells what the others hold.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import NamedTuple, Protocol

from search.analysis import Token, run_tokens
from search.model import WordCount
from search.schema import SEPARATOR
from search.spelling import beginnings, distance, sound

RARE = 3  # objects: a word that fewer have may be a slip
SHORTEST, LONG = 4, 8  # letters: shorter words are not corrected, long ones may have two slips
MOST_CORRECTIONS = 3
CANDIDATES = 3000  # words per beginning, the most frequent


class Seen(NamedTuple):
    """In how many objects a word says what they are, and in how many it is a name or a place."""

    things: int = 0
    names: int = 0


@dataclass(frozen=True, slots=True)
class Correction:
    token: Token
    written: str
    distance: int


class Lexicon(Protocol):
    def seen(self, words: Collection[str]) -> Mapping[str, Seen]: ...

    def beginning(self, prefixes: Collection[str]) -> list[WordCount]: ...


class NoLexicon:
    """Nothing is known: no correction, and every town is taken for one."""

    def seen(self, words: Collection[str]) -> Mapping[str, Seen]:
        return dict.fromkeys(words, Seen())

    def beginning(self, prefixes: Collection[str]) -> list[WordCount]:
        return []


class Vocabulary(Protocol):
    """The part of an engine that knows its words (`search.engines.Engine`)."""

    def words(self, prefixes: Collection[str], *, principal: frozenset[str], size: int = ...) -> list[WordCount]: ...


@dataclass(frozen=True)
class IndexLexicon:
    engine: Vocabulary
    principal: frozenset[str]

    def seen(self, words: Collection[str]) -> Mapping[str, Seen]:
        found = dict.fromkeys(words, Seen())
        for one in self.engine.words([f"{word}{SEPARATOR}" for word in found], principal=self.principal):
            things, names = found[one.folded]
            found[one.folded] = Seen(things, names + one.objects) if one.is_name else Seen(things + one.objects, names)
        return found

    def beginning(self, prefixes: Collection[str]) -> list[WordCount]:
        return self.engine.words(prefixes, principal=self.principal, size=CANDIDATES)


def corrections(word: Token, lexicon: Lexicon, *, is_unfinished: bool = False) -> tuple[Correction, ...]:
    """What may have been meant by a word that few objects have: the nearest first, then the most frequent.

    None for a word whose family is known, nor for one that others begin with when it may not be typed to its end.
    """
    if len(word.fold) < SHORTEST or not word.fold.isalpha():
        return ()
    known = _together(lexicon.beginning(beginnings(word.fold)))
    family = sum(count for token, (_, count) in known.items() if token.root == word.root)
    if family >= RARE or (is_unfinished and any(token.fold.startswith(word.fold) for token in known if token != word)):
        return ()
    found = []
    for token, (written, count) in known.items():
        far = _distance(word.fold, token.fold)
        if far and len(token.fold) >= SHORTEST:
            found.append((far, -count, Correction(token, written, far)))
    return tuple(one for _, _, one in sorted(found, key=lambda item: (item[0], item[1], item[2].token))[:MOST_CORRECTIONS])


def _distance(one: str, other: str) -> int | None:
    far = distance(one, other, 2 if len(one) >= LONG else 1)
    return 1 if far != 0 and sound(one) == sound(other) else far


def _together(words: Iterable[WordCount]) -> dict[Token, tuple[str, int]]:
    """By word: its most frequent spelling, and how many objects have it."""
    found: dict[Token, tuple[str, int]] = {}
    best: dict[Token, int] = {}
    for one in words:
        for token in run_tokens(one.folded):
            written, count = found.get(token, (one.written, 0))
            if one.objects > best.get(token, 0):
                best[token], written = one.objects, one.written
            found[token] = (written, count + one.objects)
    return found
