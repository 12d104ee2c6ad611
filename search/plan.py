"""From what was typed to what is asked of the engine.

Words that are said together are one clause, the best of their readings in all fields: the words themselves, their synonyms, what may
have been meant, or the place that they name. First all clauses are wanted; when that does not fill a few pages, most of them, apart.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import lru_cache
from math import ceil
from operator import itemgetter

from search.analysis import Token, analyse, spelled
from search.gazetteer import by_distance, communes_of
from search.lexicon import RARE, Correction, Lexicon, NoLexicon, Seen, corrections
from search.model import Bool, Constant, DisMax, Phrase, Prefix, Query, Range, Term, Terms
from search.places import Place, is_no_place, is_no_thing, placed
from search.request import REQUEST_WORDS, wanted
from search.schema import COMMUNES, DAY, DEPARTMENTS, PHRASES, TEXTS, day_number
from search.synonyms import Expression, meanings

FIELD_WEIGHTS = {"title": 6.0, "skills": 2.0, "body": 0.7, "name": 3.0, "place": 1.5, "org": 1.0}
ANALYSIS_WEIGHTS = {"fold": 1.0, "light": 0.8, "root": 0.5}
STRONG_FIELDS = ("title", "skills", "name", "place")  # they say what the thing is
THINGS = ("title", "skills", "body")
NAMING = ("title", "skills", "name")  # the strong fields that a place is not told in
SAID = tuple(name for name in PHRASES if name.partition("_")[0] in STRONG_FIELDS)
TIE = 0.15
PHRASE_WEIGHT, PHRASE_SLOP, PHRASE_WORDS = 1.5, 2, 8
PREFIX_WEIGHT, PREFIX_SIGNS = 0.2, 4
SYNONYM_WEIGHT, SYNONYM_SLOP = 0.75, 1
HELPED_WORDS = 10  # a longer question says enough by itself: no synonyms, no corrections (a cluster takes 1,024 clauses at most)
CORRECTION_WEIGHTS = {1: 0.9, 2: 0.7}  # by distance
# With a place, what says that it is the thing comes before what says it in passing, then the nearest, then the words: a trade in the title
# weighs about 20, a distance more than words ever differ by, and each number is above any sum of those before it.
STEP, NEAREST, IS_IT, HERE_FIRST = 300.0, 15_000.0, 20_000.0, 50_000.0
NOT_OVER = 100_000.0  # what is over comes after all the rest, however well it answers
EXACT_DISTANCES, WIDER_DISTANCES = 24, 16  # the nearest each by itself, the others in as many packs (a cluster counts clauses)
MOST, HALF = 0.6, 0.5
MAX_SIGNS, MAX_WORDS = 1000, 24


@dataclass(frozen=True, slots=True)
class Group:
    """Words that are looked for together, and their other readings. is_unfinished: the last word may not be typed to its end. is_no_place: the
    place of a thing does not answer to it; is_no_thing: nor what a thing is."""

    words: tuple[Token, ...]
    synonyms: tuple[Expression, ...] = ()
    corrections: tuple[Correction, ...] = ()
    place: Place | None = None
    is_unfinished: bool = False
    is_no_place: bool = False
    is_no_thing: bool = False

    @property
    def prefix(self) -> str:
        return self.words[-1].fold if self.is_unfinished and len(self.words[-1].fold) >= PREFIX_SIGNS else ""


@dataclass(frozen=True, slots=True)
class Question:
    """Distinct words, in order, without those of the request; the place last. is_cut: more was typed than is looked for.

    inhabited: INSEE codes of the communes where the index holds something, when a place was asked for.
    """

    text: str
    groups: tuple[Group, ...]
    is_cut: bool = False
    inhabited: frozenset[str] = frozenset()

    @property
    def words(self) -> tuple[Token, ...]:
        return tuple(word for group in self.groups for word in group.words)

    @property
    def place(self) -> Place | None:
        return next((group.place for group in self.groups if group.place), None)

    def passes(self) -> tuple[Query, ...]:
        """For what has all the words: where it was asked for, then anywhere, unless a distance was given; the second holds the answers of the first."""
        clauses, where, first = self._clauses(), self._where(), self._first()
        strict = Bool(must=(*clauses, *where), should=first)
        if not clauses or not where or self._is_bound:
            return (strict,)
        return strict, Bool(must=clauses, should=(Constant(Bool(must=(*clauses, *where)), HERE_FIRST), *first))

    def partly(self) -> Query | None:
        """For what has most of the words and lacks one."""
        clauses, bounds = self._clauses(), self._where() if self._is_bound else ()
        most = _share(MOST, len(clauses))
        if most >= len(clauses):
            return None
        whole = Bool(must=(*clauses, *bounds))
        needed = (Bool(should=clauses, min_should_match=most), *bounds)
        return Bool(must=needed, must_not=(whole,), should=self._nearness())

    def last_resort(self) -> Query | None:
        """For a question that found nothing: half of its words, in the fields that say what a thing is; in passing they prove nothing."""
        clauses = self._clauses(STRONG_FIELDS)
        half = _share(HALF, len(clauses))
        if not clauses or half == _share(MOST, len(clauses)):
            return None
        return Bool(must=(Bool(should=clauses, min_should_match=half),), should=self._nearness())

    def unbound(self) -> "Question | None":
        """The same without the distance that it sets, if it sets one."""
        if not self._is_bound:
            return None
        groups = tuple(replace(group, place=replace(group.place, km=0)) if group.place else group for group in self.groups)
        return replace(self, groups=groups)

    def in_place(self) -> Query | None:
        """What lies where it was asked for, or bears that name; None when no place was."""
        if self.place and self.place.km:
            return Terms(COMMUNES, self.place.near)
        return next((_here(group, group.place) for group in self.groups if group.place), None)

    @property
    def _is_bound(self) -> bool:
        return self.place is not None and self.place.km > 0

    def _first(self) -> tuple[Query, ...]:
        """What comes first among the answers."""
        nearness, clauses = self._nearness(), self._clauses(STRONG_FIELDS)
        is_it = (Constant(Bool(must=clauses), IS_IT),) if nearness and 0 < len(clauses) <= HELPED_WORDS else ()
        return (*is_it, *nearness, *self._phrases())

    def _clauses(self, fields: Collection[str] = tuple(TEXTS)) -> tuple[Query, ...]:
        return tuple(_clause(group, fields) for group in self.groups if not group.place)

    def _where(self) -> tuple[Query, ...]:
        return tuple(_around(group, group.place) for group in self.groups if group.place)

    def _nearness(self) -> tuple[Query, ...]:
        return tuple(_nearness(group, group.place, self.inhabited) for group in self.groups if group.place)

    def _phrases(self) -> tuple[Query, ...]:
        words = [word for group in self.groups if not group.place for word in group.words]
        if not 2 <= len(words) <= PHRASE_WORDS:
            return ()
        return tuple(Phrase(field, tuple(word.light for word in words), PHRASE_SLOP, PHRASE_WEIGHT) for field in SAID)


def over_last(query: Query, day: date) -> Query:
    """The same answers, those that were over before this day after the others."""
    over = Range(DAY, 1, day_number(day) - 1)
    return Bool(must=(query,), should=(Constant(Bool(must_not=(over,)), NOT_OVER),))


def understand(text: str, lexicon: Lexicon | None = None) -> Question:
    lexicon = lexicon or NoLexicon()
    where = placed(text[:MAX_SIGNS], lexicon, REQUEST_WORDS)
    rest = where.rest if where else text[:MAX_SIGNS]
    words = wanted(rest) or ([] if where else list(dict.fromkeys(analyse(rest))))
    groups = _groups(words[:MAX_WORDS], lexicon, ends=not (where and where.is_last))
    spelling = spelled(rest)
    groups = [replace(one, is_no_place=all(is_no_place(word, spelling.get(word.fold, "")) for word in one.words)) for one in groups]
    if where:
        name = tuple(analyse(where.words))
        groups.append(Group(name, place=where.place, is_no_thing=is_no_thing(name, where.words)))
    inhabited = lexicon.communes() if where else frozenset()
    return Question(text, tuple(groups), is_cut=len(text) > MAX_SIGNS or len(words) > MAX_WORDS, inhabited=inhabited)


def _groups(words: list[Token], lexicon: Lexicon, *, ends: bool) -> list[Group]:
    """Args: ends: the last of these words is the last one typed."""
    if len(words) > HELPED_WORDS:
        return [Group((word,), is_unfinished=ends and word == words[-1]) for word in words]
    seen = lexicon.seen([word.fold for word in words])
    said = {
        meaning.start: meaning for meaning in meanings(words) if len(words) == 1 or not _is_a_name(words[meaning.start : meaning.end], seen)
    }
    groups, at = [], 0
    while at < len(words):
        meaning = said.get(at)
        end = meaning.end if meaning else at + 1
        is_unfinished = ends and end == len(words)
        if meaning:
            groups.append(Group(tuple(words[at:end]), meaning.others, is_unfinished=is_unfinished))
        else:
            meant = (
                () if sum(seen[words[at].fold]) >= RARE else corrections(words[at], lexicon, is_unfinished=is_unfinished, is_after=at > 0)
            )
            groups.append(Group((words[at],), corrections=meant, is_unfinished=is_unfinished))
        at = end
    return groups


def _is_a_name(words: list[Token], seen: Mapping[str, Seen]) -> bool:
    """«Lou Fournier» is somebody here, not a baker; who asks for «barbier» alone may want one."""
    return len(words) == 1 and seen[words[0].fold].names > seen[words[0].fold].things


def _clause(group: Group, fields: Collection[str]) -> DisMax:
    """A group in all its readings."""
    last = len(group.words) - 1
    fields = [field for field in fields if field != "place"] if group.is_no_place else fields
    readings = [_word(word, fields, prefix=group.prefix if number == last else "") for number, word in enumerate(group.words)]
    words: list[Query] = readings[0] if len(readings) == 1 else [Bool(must=tuple(DisMax(tuple(some), TIE) for some in readings))]
    others = [reading for expression in group.synonyms for reading in _synonym(expression, fields)]
    meant = [reading for one in group.corrections for reading in _meant(one, fields)]
    return DisMax((*words, *others, *meant), TIE)


def _word(word: Token, fields: Collection[str], weight: float = 1.0, prefix: str = "") -> list[Query]:
    readings: list[Query] = [
        Term(f"{field}_{analysis}", getattr(word, analysis), weight * FIELD_WEIGHTS[field] * ANALYSIS_WEIGHTS[analysis])
        for field in fields
        for analysis in TEXTS[field]
    ]
    if prefix:
        readings += [Prefix(f"{field}_fold", prefix, FIELD_WEIGHTS[field] * PREFIX_WEIGHT) for field in STRONG_FIELDS if field in fields]
    return readings


def _synonym(expression: Expression, fields: Collection[str], weight: float = 1.0) -> list[Query]:
    """Without gender and number."""
    weight *= SYNONYM_WEIGHT * ANALYSIS_WEIGHTS["light"]
    found: list[Query] = []
    for name in (f"{field}_light" for field in fields if "light" in TEXTS[field]):
        boost = weight * FIELD_WEIGHTS[name.partition("_")[0]]
        if len(expression.words) == 1:
            found.append(Term(name, expression.words[0], boost))
        else:
            found.append(Phrase(name, expression.words, SYNONYM_SLOP, boost))
    return found


def _meant(one: Correction, fields: Collection[str]) -> list[Query]:
    """Where a thing says what it is; not in the body, where a slip would find too much."""
    strong, weight = [field for field in STRONG_FIELDS if field in fields], CORRECTION_WEIGHTS[one.distance]
    return [*_word(one.token, strong, weight), *(reading for other in one.others for reading in _synonym(other, strong, weight))]


def _around(group: Group, place: Place) -> Constant:
    """Not elsewhere: there, near it, beside it; or with the words themselves, for a person may bear the name of a town."""
    if place.km:
        return Constant(Terms(COMMUNES, place.near), 0.0)
    departments = Terms(DEPARTMENTS, place.departments | place.beside)
    return Constant(Bool(should=(Terms(COMMUNES, place.near), departments, *_said(group, TEXTS))), 0.0)


def _here(group: Group, place: Place) -> Bool:
    return Bool(should=(Terms(COMMUNES, place.communes), Terms(DEPARTMENTS, place.whole), *_said(group, NAMING)))


def _said(group: Group, fields: Collection[str]) -> tuple[Query, ...]:
    """The words of a place, as words."""
    fields = [field for field in fields if field not in THINGS] if group.is_no_thing else fields
    return (Bool(must=tuple(DisMax(tuple(_word(word, fields))) for word in group.words)),) if group.words else ()


def _nearness(group: Group, place: Place, inhabited: frozenset[str]) -> DisMax:
    readings = (_here(group, place), *_further(place, inhabited))
    return DisMax(tuple(Constant(reading, NEAREST - STEP * rank) for rank, reading in enumerate(readings)))


@lru_cache(maxsize=256)
def _further(place: Place, inhabited: frozenset[str]) -> tuple[Terms, ...]:
    """What lies around, the nearest first. What is known by its département alone is as far as the farthest commune there."""
    known = place.near & inhabited if place.km else inhabited
    rings = _packed(by_distance(place.communes, place.whole, known or place.near))
    found = [(rank, Terms(COMMUNES, ring)) for rank, ring in enumerate(rings)]
    if not place.km:
        found.append((_farthest(rings, place.departments), Terms(DEPARTMENTS, place.departments)))
        found.append((_farthest(rings, place.departments | place.beside), Terms(DEPARTMENTS, place.beside)))
    return tuple(reading for _, reading in sorted(found, key=itemgetter(0)))


def _packed(rings: Sequence[frozenset[str]]) -> list[frozenset[str]]:
    near, others = rings[:EXACT_DISTANCES], rings[EXACT_DISTANCES:]
    size = ceil(len(others) / WIDER_DISTANCES)
    packs = (others[start : start + size] for start in range(0, len(others), size)) if others else ()
    return [*near, *(frozenset().union(*pack) for pack in packs)]


def _farthest(rings: Sequence[frozenset[str]], departments: frozenset[str]) -> int:
    """Rank of the last ring that reaches these départements."""
    reached = (rank for rank, ring in enumerate(rings) if any(one.department in departments for one in communes_of(ring)))
    return max(reached, default=-1)


def _share(share: float, count: int) -> int:
    return max(1, ceil(share * count - 1e-9))
