"""What the words of a question are in the index, for one reader: rare or common, thing or name, and what may have been meant.

Everything comes from entries that she may read: neither a correction nor the way a word is taken tells what the others hold.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import NamedTuple, Protocol

from search.analysis import Token, run_tokens
from search.dictionary import is_known
from search.model import WordCount
from search.schema import OF_NAMES, OF_PLACES, OF_THINGS, SEPARATOR
from search.spelling import beginnings, distance, is_near, sound

RARE = 3  # objects: a word that fewer have may be a slip
SHORTEST, LONG = 4, 8  # letters: shorter words are not corrected, long ones may have two slips
MOST_CORRECTIONS = 3
CANDIDATES = 3000  # words per beginning, the most frequent


class Seen(NamedTuple):
    """In how many objects a word says what they are, who they are, and where."""

    things: int = 0
    names: int = 0
    places: int = 0


@dataclass(frozen=True, slots=True)
class Correction:
    token: Token
    written: str
    distance: int


class Lexicon(Protocol):
    def seen(self, words: Collection[str]) -> Mapping[str, Seen]: ...

    def beginning(self, prefixes: Collection[str]) -> list[WordCount]: ...

    def communes(self) -> frozenset[str]: ...


class NoLexicon:
    """Nothing is known: no correction, and every town is taken for one."""

    def seen(self, words: Collection[str]) -> Mapping[str, Seen]:
        return dict.fromkeys(words, Seen())

    def beginning(self, prefixes: Collection[str]) -> list[WordCount]:
        return []

    def communes(self) -> frozenset[str]:
        return frozenset()


class Vocabulary(Protocol):
    """The part of an engine that knows its words and its places (`search.engines.Engine`)."""

    def words(self, prefixes: Collection[str], *, principal: frozenset[str], size: int = ...) -> list[WordCount]: ...

    def communes(self) -> frozenset[str]: ...


@dataclass(frozen=True)
class IndexLexicon:
    engine: Vocabulary
    principal: frozenset[str]

    def seen(self, words: Collection[str]) -> Mapping[str, Seen]:
        counts = {word: dict.fromkeys((OF_THINGS, OF_NAMES, OF_PLACES), 0) for word in words}
        for one in self.engine.words([f"{word}{SEPARATOR}" for word in counts], principal=self.principal):
            counts[one.folded][one.origin] += one.objects
        return {word: Seen(*found.values()) for word, found in counts.items()}

    def beginning(self, prefixes: Collection[str]) -> list[WordCount]:
        return self.engine.words(prefixes, principal=self.principal, size=CANDIDATES)

    def communes(self) -> frozenset[str]:
        """Where anything is, for reckoning distances: which of them hold something for this reader is for the query to say."""
        return self.engine.communes()


def corrections(word: Token, lexicon: Lexicon, *, is_unfinished: bool = False) -> tuple[Correction, ...]:
    """What may have been meant by a word that few objects have: the nearest first, then the most frequent.

    None for a word that is written right or whose family is common, nor for one that others begin with when it may not be typed to its
    end. What is of its family is found anyway, and is no correction.
    """
    if len(word.fold) < SHORTEST or not word.fold.isalpha() or is_known(word):
        return ()
    slips = 2 if len(word.fold) >= LONG else 1
    kin = word.root[:SHORTEST]
    near = (one for one in lexicon.beginning(beginnings(word.fold)) if one.folded.startswith(kin) or _may_be(word.fold, one.folded, slips))
    known = _together(near)
    family = sum(count for token, (_, count) in known.items() if token.root == word.root)
    if family >= RARE or (is_unfinished and any(token.fold.startswith(word.fold) for token in known if token != word)):
        return ()
    found = []
    for token, (written, count) in known.items():
        far = _distance(word.fold, token.fold, slips)
        if far and token.root != word.root and len(token.fold) >= SHORTEST - far:
            found.append((far, -count, Correction(token, written, far)))
    found.sort(key=lambda item: (item[0], item[1], item[2].token))
    return tuple(one for _, _, one in found[:MOST_CORRECTIONS])


def _may_be(one: str, other: str, slips: int) -> bool:
    return is_near(one, other, slips) or sound(one) == sound(other)


def _distance(one: str, other: str, slips: int) -> int | None:
    far = distance(one, other, slips)
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
