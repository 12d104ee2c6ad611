"""From what was typed to what is asked of the engine.

Every word is one clause, the best of its readings in all fields. First all words are wanted; when that does not fill a page, most of
them. Corrections and synonyms will be further readings of a word, a place that is recognised a filter of the question.
"""

from collections.abc import Collection
from dataclasses import dataclass
from math import ceil

from search.analysis import Token, analyse
from search.model import Bool, Constant, DisMax, Phrase, Prefix, Query, Term
from search.schema import PHRASES, TEXTS

FIELD_WEIGHTS = {"title": 6.0, "skills": 2.0, "body": 0.7, "name": 3.0, "place": 1.5, "org": 1.0}
ANALYSIS_WEIGHTS = {"fold": 1.0, "light": 0.8, "root": 0.5}
STRONG_FIELDS = ("title", "skills", "name", "place")  # they say what the thing is
TIE = 0.15
PHRASE_WEIGHT, PHRASE_SLOP, PHRASE_WORDS = 1.5, 2, 8
PREFIX_WEIGHT, PREFIX_SIGNS = 0.2, 4
COMPLETE_FIRST = 1000.0  # above any sum of the other scores
MOST, HALF = 0.6, 0.5
MAX_SIGNS, MAX_WORDS = 1000, 24
# Words of the request, not of the thing: «quelqu’un qui répare…», «je cherche…».
REQUEST_WORDS = frozenset({"cherche", "cherchons", "recherchons", "besoin", "quelqu", "trouver", "voudrais", "voudrions", "souhaite"})


@dataclass(frozen=True, slots=True)
class Question:
    """words: distinct, in order, without the words of the request. is_cut: more was typed than is looked for."""

    text: str
    words: tuple[Token, ...]
    is_cut: bool = False

    def passes(self) -> tuple[Query, ...]:
        """All words, then most of them (those that have them all first): each query holds the answers of the one before."""
        words = tuple(self._clause(number) for number in range(len(self.words)))
        strict = Bool(must=words, should=self._phrases())
        most = _share(MOST, len(words))
        if most == len(words):
            return (strict,)
        complete = Constant(Bool(must=words), COMPLETE_FIRST)
        return strict, Bool(must=(Bool(should=words, min_should_match=most),), should=(complete, *self._phrases()))

    def last_resort(self) -> Query | None:
        """For a question that found nothing: half of its words, in the fields that say what a thing is; in passing they prove nothing."""
        half = _share(HALF, len(self.words))
        if half == _share(MOST, len(self.words)):
            return None
        return Bool(should=tuple(self._clause(number, STRONG_FIELDS) for number in range(len(self.words))), min_should_match=half)

    def _clause(self, number: int, fields: Collection[str] = tuple(TEXTS)) -> DisMax:
        """One word in all its readings; the last one may not be typed to its end."""
        word = self.words[number]
        readings: list[Query] = [
            Term(f"{field}_{analysis}", getattr(word, analysis), FIELD_WEIGHTS[field] * ANALYSIS_WEIGHTS[analysis])
            for field in fields
            for analysis in TEXTS[field]
        ]
        if number == len(self.words) - 1 and len(word.fold) >= PREFIX_SIGNS:
            readings += [Prefix(f"{field}_fold", word.fold, FIELD_WEIGHTS[field] * PREFIX_WEIGHT) for field in STRONG_FIELDS]
        return DisMax(tuple(readings), TIE)

    def _phrases(self) -> tuple[Query, ...]:
        if not 2 <= len(self.words) <= PHRASE_WORDS:
            return ()
        return tuple(Phrase(field, tuple(word.light for word in self.words), PHRASE_SLOP, PHRASE_WEIGHT) for field in PHRASES)


def understand(text: str) -> Question:
    typed = list(dict.fromkeys(analyse(text[:MAX_SIGNS])))
    words = [word for word in typed if word.fold not in REQUEST_WORDS] or typed
    return Question(text, tuple(words[:MAX_WORDS]), is_cut=len(text) > MAX_SIGNS or len(words) > MAX_WORDS)


def _share(share: float, count: int) -> int:
    return max(1, ceil(share * count - 1e-9))
