"""A place in a question: «plombière à Lormont», «céramiste Drôme», «à moins de 30 km de Die».

Many communes bear the name of a common thing (Bois, Die, Couture…): a name is a place only where the index does not know it for
something else. Some bear the name of a trade (Mâcon, Soliers): that one is a place when it is said as one. None is in «en cours» or «dans
le plan», nor in any word after «en»: French puts a département or a region there, seldom a town. The number of a département is one at the
end of a question: «plaquiste 33».
"""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

from directory.vocabularies.words import key
from hub.core.kit.text import joined
from search.analysis import Token, analyse
from search.dictionary import is_known
from search.gazetteer import (
    MOST_NAMESAKES,
    Commune,
    Named,
    around,
    is_department,
    label_of,
    label_of_departments,
    names_in,
    neighbours,
)
from search.lexicon import Lexicon, Seen
from search.synonyms import is_single_word, meanings

LINKS = frozenset({"la", "le", "les", "l", "de", "d", "du", "des"})
KM = frozenset({"km", "kms", "kilometre", "kilometres"})
NEAR = KM | {"pres", "proche", "proches", "autour", "environs", "alentours", "rayon"}  # what follows is a place, however small
AT, IN = frozenset({"a", "au", "aux", "vers"}), frozenset({"en", "dans"})
FILLERS = LINKS | NEAR | AT | IN | {"moins", "un"}
SMALL_TOWN = 1000  # inhabitants
NEAR_KM, MOST_KM = 30, 150
YEAR = 4  # figures
_WORD = re.compile(r"[^\W_]+")
_DISTANCE = re.compile(rf"(\d{{1,4}})(?:{'|'.join(sorted(KM, key=len, reverse=True))})")


@dataclass(frozen=True, slots=True)
class Place:
    """communes and departments: INSEE codes; `whole` are the départements asked for themselves, not for a commune of theirs.

    km: the distance that was asked for, 0 when none was.
    """

    label: str
    communes: frozenset[str]
    departments: frozenset[str]
    whole: frozenset[str] = frozenset()
    km: int = 0

    @property
    def near(self) -> frozenset[str]:
        """Communes within the distance asked for, or a usual one; none around a whole département."""
        return around(self.communes, self.km or NEAR_KM) if self.communes else frozenset()

    @property
    def beside(self) -> frozenset[str]:
        return neighbours(self.departments)


@dataclass(frozen=True, slots=True)
class Placed:
    """A question parted: the text without its place, the words of the place as typed, and whether they end the question."""

    rest: str
    words: str
    place: Place
    is_last: bool


@dataclass(frozen=True, slots=True)
class _Words:
    text: str
    spans: Sequence[tuple[int, int]]
    keys: Sequence[str]


def placed(text: str, lexicon: Lexicon, request_words: frozenset[str]) -> Placed | None:
    """The first place that a question names, if it does, or else the number of a département at its end."""
    text = unicodedata.normalize("NFC", text)  # an accent typed apart parts no word
    spans = [match.span() for match in _WORD.finditer(text)]
    words = _Words(text, spans, [key(text[start:end]).strip() for start, end in spans])
    for name in names_in(words.keys):
        if found := _placed(words, name, lexicon, request_words):
            return found
    return _numbered(words, request_words)


def is_no_place(word: Token, typed: str) -> bool:
    """«maçon» with its cedilla, for the town has other accents; «macon» and «Vachères» do not say what they are. Args: typed: lower case."""
    return not typed.isascii() and is_single_word(word) and bool(names := _spellings(typed)) and typed not in names


def is_no_thing(words: Sequence[Token], typed: str) -> bool:
    """«Mâcon» with its own accents is none who builds walls."""
    return len(words) == 1 and is_single_word(words[0]) and not typed.isascii() and typed.lower() in _spellings(typed)


def towns_named(title: str) -> list[Token]:
    """The words of a title that name the town of a trade, in its own accents: «Réunion de Mâcon»."""
    words = _WORD.findall(unicodedata.normalize("NFC", title))
    return [token for word in words for token in analyse(word) if is_no_thing((token,), word)]


def _spellings(typed: str) -> set[str]:
    """Of the communes that bear this name, in lower case."""
    return {commune.name.lower() for name in names_in(key(typed).split()) for commune in name.communes}


def _placed(words: _Words, name: Named, lexicon: Lexicon, request_words: frozenset[str]) -> Placed | None:
    start = _start(words.keys, name.start)
    before, typed = words.keys[start : name.start], words.text[words.spans[name.start][0] : words.spans[name.end - 1][1]]
    narrower, end = _department_after(words.keys, name)
    content = [word for word in analyse(typed) if word.fold not in request_words]
    if not content or (typed.isdigit() and _goes_on(words.keys, name.start)):
        return None
    communes = tuple(one for one in name.communes if not narrower or one.department == narrower)
    is_trade = len(content) == 1 and is_single_word(content[0])
    if is_trade and not _is_said_as_a_place(words, start, typed, before):
        return None
    is_sure = bool(narrower) or not NEAR.isdisjoint(before) or typed.isdigit()
    if not is_sure:
        if AT.isdisjoint(before):  # «plombier à Ouessant» names a village; «poêle à bois» is for the index to know
            is_plain = _is_plain_word(words, before, typed, content)
            communes = tuple(one for one in communes if one.population >= SMALL_TOWN and not is_plain)
        if not communes and not name.departments:
            return None
        is_led = len(content) > 1 or _has_words(words, start, request_words) or end - start == len(words.keys)
        seen = list(lexicon.seen({word.fold for word in content}).values())
        if not is_trade and not _is_known_as_a_place(name, before, seen, is_led=is_led):
            return None
    place = _place(communes, () if narrower else name.departments, _km(before))
    return Placed(_rest(words, start, end), typed, place, is_last=end == len(words.keys))


def _is_said_as_a_place(words: _Words, start: int, typed: str, before: Sequence[str]) -> bool:
    """Of a name that is a trade too: «à macon», «Mâcon» with its own accents, «plombier macon» after another trade; not «couvreur maçon»."""
    if not (AT | NEAR).isdisjoint(before):
        return True
    if typed.isascii():
        return bool(meanings(analyse(words.text[: words.spans[start][0]])))
    return typed.lower() in _spellings(typed)


def _is_plain_word(words: _Words, before: Sequence[str], typed: str, content: Sequence[Token]) -> bool:
    """«en cours», «dans le plan», unless a capital says otherwise; a question all in capitals says nothing by them."""
    if IN.isdisjoint(before) or (typed != typed.lower() and words.text != words.text.upper()):
        return False
    return "en" in before or all(is_known(word) for word in content)


def _is_known_as_a_place(name: Named, before: Sequence[str], seen: Sequence[Seen], *, is_led: bool) -> bool:
    """By what its words are in the index. Args: is_led: something before it, or nothing beside it, lets it be a place."""
    if all(one.things + one.names > one.places for one in seen):  # what things are, or who, more often than where
        return False
    is_told = not AT.isdisjoint(before) or bool(name.departments and not IN.isdisjoint(before))
    # a word that begins a question mostly says what is looked for: it is a place when it is known as one
    return is_told or is_led or all(one.places for one in seen)


def _numbered(words: _Words, request_words: frozenset[str]) -> Placed | None:
    """«plaquiste 33», «dans le 2A»: nothing else in a question tells a number from another, hence at its end only."""
    end = len(words.keys)
    code = words.keys[-1].upper() if end else ""
    if not is_department(code) or _goes_on(words.keys, end - 1):
        return None
    start = _start(words.keys, end - 1)
    before = words.keys[start : end - 1]
    if not AT.isdisjoint(before) or (IN.isdisjoint(before) and not _has_words(words, start, request_words)):
        return None
    return Placed(_rest(words, start, end), words.text[slice(*words.spans[-1])], _place((), (code,), 0), is_last=True)


def _goes_on(keys: Sequence[str], at: int) -> bool:
    """Whether figures that stand there are the last of a number, «900 000 05»; four of them may be a year, «RE 2020 33»."""
    return at > 0 and keys[at - 1].isdecimal() and len(keys[at - 1]) != YEAR


def _has_words(words: _Words, end: int, request_words: frozenset[str]) -> bool:
    """Whether something is looked for before the place."""
    return any(word.fold not in request_words for word in analyse(words.text[: words.spans[end][0]]))


def _rest(words: _Words, start: int, end: int) -> str:
    return f"{words.text[: words.spans[start][0]]} {words.text[words.spans[end - 1][1] :].removeprefix(')')}"


def _start(keys: Sequence[str], start: int) -> int:
    """Where the words begin that lead to a name: «à moins de 30 km de»."""
    while start and (keys[start - 1] in FILLERS or _DISTANCE.fullmatch(keys[start - 1]) or _is_number(keys, start - 1)):
        start -= 1
    return start


def _is_number(keys: Sequence[str], at: int) -> bool:
    return keys[at].isdecimal() and len(keys[at]) <= 4 and keys[at + 1] in KM


def _km(before: Sequence[str]) -> int:
    said = _DISTANCE.search("".join(before))
    return min(int(said[1]), MOST_KM) if said else 0


def _department_after(keys: Sequence[str], name: Named) -> tuple[str, int]:
    """«Lormont (33)», «Lormont 33310», «Saint-Denis, La Réunion»: the code of the département said after a commune, and where the words end."""
    codes = {one.department for one in name.communes}
    if not codes or name.end == len(keys):
        return "", name.end
    if (code := keys[name.end].upper()) in codes:
        return code, name.end + 1
    following = next(names_in(keys[name.end :]), None)
    if following and following.start == 0:
        here = [*following.departments] if len(following.departments) == 1 else []
        if code.isdecimal():  # a postal code
            here = [one.department for one in name.communes if one in following.communes]
        if here and here[0] in codes:
            return here[0], name.end + following.end
    return "", name.end


def _place(communes: Sequence[Commune], codes: Sequence[str], km: int) -> Place:
    communes = communes[:MOST_NAMESAKES]
    labels = [label_of(communes)] if communes else []
    if codes and not {one.department for one in communes}.issuperset(codes):
        labels.append(label_of_departments(tuple(codes)))
    around_them = frozenset({*codes, *(one.department for one in communes)})
    return Place(joined(labels, "ou"), frozenset(one.code for one in communes), around_them, frozenset(codes), km if communes else 0)
