"""From what was typed to what is asked of the engine.

Words that are said together are one clause, the best of their readings in all fields: the words themselves, their synonyms, what may
have been meant, or the place that they name. First all clauses are wanted; when that does not fill a page, most of them.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from math import ceil

from search.analysis import Token, analyse
from search.lexicon import RARE, Correction, Lexicon, NoLexicon, Seen, corrections
from search.model import Bool, Constant, DisMax, Phrase, Prefix, Query, Term, Terms
from search.places import Place, placed
from search.schema import COMMUNES, DEPARTMENTS, PHRASES, TEXTS
from search.synonyms import Expression, meanings

FIELD_WEIGHTS = {"title": 6.0, "skills": 2.0, "body": 0.7, "name": 3.0, "place": 1.5, "org": 1.0}
ANALYSIS_WEIGHTS = {"fold": 1.0, "light": 0.8, "root": 0.5}
STRONG_FIELDS = ("title", "skills", "name", "place")  # they say what the thing is
SAID = tuple(name for name in PHRASES if name.partition("_")[0] in STRONG_FIELDS)
TIE = 0.15
PHRASE_WEIGHT, PHRASE_SLOP, PHRASE_WORDS = 1.5, 2, 8
PREFIX_WEIGHT, PREFIX_SIGNS = 0.2, 4
SYNONYM_WEIGHT, SYNONYM_SLOP = 0.75, 1
HELPED_WORDS = 10  # a longer question says enough by itself: no synonyms, no corrections (a cluster takes 1,024 clauses at most)
CORRECTION_WEIGHTS = {1: 0.9, 2: 0.7}  # by distance
COMPLETE_FIRST = 1000.0  # above any sum of the other scores
IN_TOWN, NEAR_TOWN, IN_DEPARTMENT, BESIDE = 24.0, 18.0, 12.0, 6.0  # a trade in the title weighs about 20, in passing about 2
MOST, HALF = 0.6, 0.5
MAX_SIGNS, MAX_WORDS = 1000, 24
# Words of the request, not of the thing: «quelqu’un qui répare…», «je cherche…».
REQUEST_WORDS = frozenset({"cherche", "cherchons", "recherchons", "besoin", "quelqu", "trouver", "voudrais", "voudrions", "souhaite"})


@dataclass(frozen=True, slots=True)
class Group:
    """Words that are looked for together, and their other readings. is_unfinished: the last word may not be typed to its end."""

    words: tuple[Token, ...]
    synonyms: tuple[Expression, ...] = ()
    corrections: tuple[Correction, ...] = ()
    place: Place | None = None
    is_unfinished: bool = False

    @property
    def prefix(self) -> str:
        return self.words[-1].fold if self.is_unfinished and len(self.words[-1].fold) >= PREFIX_SIGNS else ""


@dataclass(frozen=True, slots=True)
class Question:
    """Distinct words, in order, without those of the request; the place last. is_cut: more was typed than is looked for."""

    text: str
    groups: tuple[Group, ...]
    is_cut: bool = False

    @property
    def words(self) -> tuple[Token, ...]:
        return tuple(word for group in self.groups for word in group.words)

    @property
    def place(self) -> Place | None:
        return next((group.place for group in self.groups if group.place), None)

    def passes(self) -> tuple[Query, ...]:
        """All clauses, then most of them (those that have them all first): each query holds the answers of the one before.

        Most means most of the words: what lies elsewhere than asked comes after, unless a distance was given.
        """
        clauses, where = self._clauses(), self._where()
        strict = Bool(must=(*clauses, *where), should=self._phrases())
        most = _share(MOST, len(clauses))
        is_bound = self.place is not None and self.place.km > 0
        if not clauses or (most == len(clauses) and (is_bound or not where)):
            return (strict,)
        complete = Constant(Bool(must=(*clauses, *where)), COMPLETE_FIRST)
        needed = (Bool(should=clauses, min_should_match=most), *(where if is_bound else ()))
        return strict, Bool(must=needed, should=(complete, *where, *self._phrases()))

    def last_resort(self) -> Query | None:
        """For a question that found nothing: half of its words, in the fields that say what a thing is; in passing they prove nothing."""
        clauses, where = self._clauses(STRONG_FIELDS), self._where()
        half = _share(HALF, len(clauses))
        if not clauses or half == _share(MOST, len(clauses)):
            return None
        is_bound = self.place is not None and self.place.km > 0
        return Bool(must=(Bool(should=clauses, min_should_match=half), *(where if is_bound else ())), should=where)

    def _clauses(self, fields: Collection[str] = tuple(TEXTS)) -> tuple[Query, ...]:
        return tuple(_clause(group, fields) for group in self.groups if not group.place)

    def _where(self) -> tuple[Query, ...]:
        return tuple(_in_place(group, group.place) for group in self.groups if group.place)

    def _phrases(self) -> tuple[Query, ...]:
        words = [word for group in self.groups if not group.place for word in group.words]
        if not 2 <= len(words) <= PHRASE_WORDS:
            return ()
        return tuple(Phrase(field, tuple(word.light for word in words), PHRASE_SLOP, PHRASE_WEIGHT) for field in SAID)


def understand(text: str, lexicon: Lexicon | None = None) -> Question:
    lexicon = lexicon or NoLexicon()
    where = placed(text[:MAX_SIGNS], lexicon, REQUEST_WORDS)
    typed = list(dict.fromkeys(analyse(where.rest if where else text[:MAX_SIGNS])))
    words = [word for word in typed if word.fold not in REQUEST_WORDS] or ([] if where else typed)
    groups = _groups(words[:MAX_WORDS], lexicon, ends=not (where and where.is_last))
    if where:
        groups.append(Group(tuple(analyse(where.words)), place=where.place))
    return Question(text, tuple(groups), is_cut=len(text) > MAX_SIGNS or len(words) > MAX_WORDS)


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
            meant = () if sum(seen[words[at].fold]) >= RARE else corrections(words[at], lexicon, is_unfinished=is_unfinished)
            groups.append(Group((words[at],), corrections=meant, is_unfinished=is_unfinished))
        at = end
    return groups


def _is_a_name(words: list[Token], seen: Mapping[str, Seen]) -> bool:
    """«Lou Fournier» is somebody here, not a baker; who asks for «barbier» alone may want one."""
    return len(words) == 1 and seen[words[0].fold].names > seen[words[0].fold].things


def _clause(group: Group, fields: Collection[str]) -> DisMax:
    """A group in all its readings."""
    last = len(group.words) - 1
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
        readings += [Prefix(f"{field}_fold", prefix, FIELD_WEIGHTS[field] * PREFIX_WEIGHT) for field in STRONG_FIELDS]
    return readings


def _synonym(expression: Expression, fields: Collection[str]) -> list[Query]:
    """Without gender and number."""
    weight = SYNONYM_WEIGHT * ANALYSIS_WEIGHTS["light"]
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
    return _word(one.token, [field for field in STRONG_FIELDS if field in fields], CORRECTION_WEIGHTS[one.distance])


def _in_place(group: Group, place: Place) -> DisMax:
    """Where a thing is, the nearest first; or the words themselves, for a person may bear the name of a town."""
    words = tuple(DisMax(tuple(_word(word, tuple(TEXTS))), TIE) for word in group.words)
    if place.km:
        return DisMax((Constant(Terms(COMMUNES, place.communes), IN_TOWN), Constant(Terms(COMMUNES, place.near), NEAR_TOWN)))
    readings: list[Query] = [Bool(must=words)] if words else []
    if place.communes:
        readings += [Constant(Terms(COMMUNES, place.communes), IN_TOWN), Constant(Terms(COMMUNES, place.near), NEAR_TOWN)]
    readings.append(Constant(Terms(DEPARTMENTS, place.departments), IN_DEPARTMENT))
    if place.beside:
        readings.append(Constant(Terms(DEPARTMENTS, place.beside), BESIDE))
    return DisMax(tuple(readings), TIE)


def _share(share: float, count: int) -> int:
    return max(1, ceil(share * count - 1e-9))
