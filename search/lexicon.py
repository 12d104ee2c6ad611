"""What the words of a question are in the index, for one reader: rare or common, thing or name, and what may have been meant.

Everything comes from entries that she may read, or from the vocabularies where such an entry answers to it: neither a correction nor the
way a word is taken tells what the others hold.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import NamedTuple, Protocol

from search.analysis import Token, fold, run_tokens
from search.dictionary import is_known
from search.gazetteer import territories, words_of_names
from search.model import Bool, Phrase, Query, SearchRequest, SearchResult, Term, WordCount
from search.schema import OF_NAMES, OF_PLACES, OF_THINGS, SEPARATOR
from search.spelling import beginnings, distance, is_near, sound
from search.synonyms import Expression, others_of, single_words

RARE = 3  # objects: a word that fewer have may be a slip
SHORTEST, LONG = 4, 8  # letters: shorter words are not corrected, long ones may have two slips
MOST_CORRECTIONS = 3
CANDIDATES = 3000  # words per beginning, the most frequent
NAMED = ("title", "skills")  # the fields that say what a thing is


class Seen(NamedTuple):
    """In how many objects a word says what they are, who they are, and where."""

    things: int = 0
    names: int = 0
    places: int = 0


@dataclass(frozen=True, slots=True)
class Correction:
    """others: what is said for the word that was meant."""

    token: Token
    written: str
    distance: int
    others: tuple[Expression, ...] = ()


class Lexicon(Protocol):
    def seen(self, words: Collection[str]) -> Mapping[str, Seen]: ...

    def beginning(self, prefixes: Collection[str]) -> list[WordCount]: ...

    def led_to(self, word: Token, others: Collection[Expression]) -> int: ...

    def communes(self) -> frozenset[str]: ...


class NoLexicon:
    """Nothing is known: no correction, and every town is taken for one."""

    def seen(self, words: Collection[str]) -> Mapping[str, Seen]:
        return dict.fromkeys(words, Seen())

    def beginning(self, prefixes: Collection[str]) -> list[WordCount]:
        return []

    def led_to(self, word: Token, others: Collection[Expression]) -> int:
        return 0

    def communes(self) -> frozenset[str]:
        return frozenset()


class Vocabulary(Protocol):
    """The part of an engine that knows its words and its places (`search.engines.Engine`)."""

    def search(self, request: SearchRequest) -> SearchResult: ...

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

    def led_to(self, word: Token, others: Collection[Expression]) -> int:
        """How many things are of the family of a word, or called by what is said for it."""
        ways: list[Query] = [Term(f"{field}_root", word.root) for field in NAMED]
        for one in others:
            ways += [Phrase(f"{field}_light", one.words) if len(one.words) > 1 else Term(f"{field}_light", one.words[0]) for field in NAMED]
        return self.engine.search(SearchRequest(query=Bool(should=tuple(ways)), principal=self.principal, size=0)).total

    def communes(self) -> frozenset[str]:
        """Where anything is, for reckoning distances: which of them hold something for this reader is for the query to say."""
        return self.engine.communes()


def corrections(word: Token, lexicon: Lexicon, *, is_unfinished: bool = False, is_after: bool = False) -> tuple[Correction, ...]:
    """What may have been meant by a word that few objects have: the nearest first, then the most frequent.

    None for a word that is written right or whose family is common, nor for one that others begin with when it may not be typed to its
    end. What is of its family is found anyway, and is no correction. Args: is_after: of another word, so that it may be a place.
    """
    if len(word.fold) < SHORTEST or not word.fold.isalpha() or is_known(word):
        return ()
    slips = 2 if len(word.fold) >= LONG else 1
    kin, begun, heard = word.root[:SHORTEST], beginnings(word.fold), sound(word.fold)
    near = (one for one in lexicon.beginning(begun) if one.folded.startswith(kin) or _may_be(word.fold, heard, one, slips))
    known = _together(near)
    family = sum(count for token, (_, count) in known.items() if token.root == word.root)
    if family >= RARE or (is_unfinished and any(token.fold.startswith(word.fold) for token in known if token != word)):
        return ()
    found, led = [], dict[str, int]()
    where = {token: (name, 1) for name in (territories() if is_after else ()) for token in run_tokens(name) if token not in known}
    for token, (written, count) in known.items() | where.items() | _said_for_others(begun, known).items():
        far = _distance(word.fold, heard, token.fold, written, slips)
        if far and token.root != word.root and len(token.fold) >= SHORTEST - far:
            others = others_of(token)
            if not count and token.light not in led:
                led[token.light] = lexicon.led_to(token, others)
            if held := count or led[token.light]:
                found.append((far, -held, Correction(token, written, far, others)))
    found.sort(key=lambda item: (item[0], item[1], item[2].token))
    once = {one.token.light: one for _, _, one in reversed(found)}  # one gender of a trade is enough
    return tuple(one for _, _, one in found if one is once[one.token.light])[:MOST_CORRECTIONS]


def towns_near(word: Token, lexicon: Lexicon) -> tuple[str, ...]:
    """Words of the names of places that may have been meant by one that says nothing in the index, all as near, the most peopled first."""
    if len(word.fold) < SHORTEST or not word.fold.isalpha() or is_known(word) or any(lexicon.seen((word.fold,))[word.fold]):
        return ()
    begun, heard, slips = beginnings(word.fold), sound(word.fold), 2 if len(word.fold) >= LONG else 1
    found: dict[int, list[tuple[int, str]]] = {}
    for letter in {beginning[0] for beginning in begun}:
        for name, (written, population) in words_of_names().get(letter, {}).items():
            if name.startswith(begun) and (far := _distance(word.fold, heard, name, written, slips)):
                found.setdefault(far, []).append((-population, written))
    return tuple(written for _, written in sorted(found[min(found)])) if found else ()


def completions(text: str, lexicon: Lexicon) -> Iterator[str]:
    """The words of the vocabularies that begin so and lead to something; few letters begin too many."""
    if len(text) < SHORTEST:
        return
    once: dict[str, tuple[Token, str]] = {}
    for token, written in single_words().items():
        if token.fold.startswith(text):
            once.setdefault(token.light, (token, written))
    yield from (written for token, written in once.values() if lexicon.led_to(token, others_of(token)))


def _said_for_others(begun: tuple[str, ...], known: Collection[Token]) -> dict[Token, tuple[str, int]]:
    """The words of the vocabularies that begin so and that the index does not hold: nobody is called «couvreur» where all pose roofs."""
    words = (pair for letter in {beginning[0] for beginning in begun} for pair in _by_letter().get(letter, ()))
    return {token: (written, 0) for token, written in words if token.fold.startswith(begun) and token not in known}


@cache
def _by_letter() -> dict[str, list[tuple[Token, str]]]:
    found: dict[str, list[tuple[Token, str]]] = {}
    for token, written in single_words().items():
        found.setdefault(token.fold[0], []).append((token, written))
    return found


def _may_be(one: str, heard: str, other: WordCount, slips: int) -> bool:
    return is_near(one, other.folded, slips) or heard == _sound_of(other.written)


def _distance(one: str, heard: str, other: str, written: str, slips: int) -> int | None:
    far = distance(one, other, slips)
    return 1 if far != 0 and heard == _sound_of(written) else far


@lru_cache(maxsize=1 << 15)
def _sound_of(written: str) -> str:
    """With its cedilla: «maçon» sounds as «masson»."""
    return sound(fold(written.replace("ç", "ss")))


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
