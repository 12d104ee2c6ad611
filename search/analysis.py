"""The French analyser: one table of rules, the same for what is indexed and for what is asked.

Patterns are written so that Python and Java read them alike (`\\p{L}` is translated for Python): a server engine gets its settings from
the same table. No rule looks across a white space, so each run of signs between two spaces is analysed once and remembered.
"""

import re
import unicodedata
from collections.abc import Iterable
from functools import lru_cache
from typing import NamedTuple

Rule = tuple[str, str]  # pattern, replacement


def _words(text: str) -> tuple[str, ...]:
    return tuple(text.split())


SIGNS = str.maketrans({**dict.fromkeys("’ʼ‘`´′", "'"), **dict.fromkeys("•∙‧・⋅", "·"), "\u00ad": None, "\u200b": None})
ENDINGS = "trice|euse|rice|ère|ere|sse|ne|se|le|ve|fe|e"  # what inclusive writing hangs on a masculine
PLURAL = r"(?:[·.\-/]?s)"
TEXT_RULES: tuple[Rule, ...] = (
    (r"(?i)\bc\+\+", "cplusplus"),
    (r"(?i)\bc#", "csharp"),
    (r"(?i)\.net\b", "dotnet"),
    (r"\b(\p{Lu})\.(\p{Lu})\.(?:(\p{Lu})\.)?(?:(\p{Lu})\.)?(?:(\p{Lu})\.)?", r"\1\2\3\4\5"),  # S.C.O.P.
    (
        rf"(?i)(?:(?<=\p{{L}}{{3}})|(?<=\bun))"
        rf"(?:(?:·(?:{ENDINGS}){PLURAL}?|[.\-/](?:{ENDINGS}){PLURAL}?(?!@|\.(?:\p{{L}}|[0-9])))(?!\p{{L}}|[0-9])"
        rf"|\((?:{ENDINGS})(?:{PLURAL}\)|\)(?:s|\(s\))?))",
        " ",
    ),  # électricien·ne·s, entrepreneur.e.s, formateur/trice, développeur(se); a full stop that more follows is an address: «agence.e.org»
    (r"(?i)\b(?:[ldjmtsnc]|qu|jusqu|lorsqu|puisqu|quoiqu|presqu)'(?=\p{L}|[0-9])", " "),
)
LIGATURES = str.maketrans({"œ": "oe", "æ": "ae", "ß": "ss", "ø": "o", "đ": "d", "ł": "l"})
STOP_WORDS = frozenset(
    _words(
        "a ai as au aux avec avez avoir avons c ce ces cet cette d dans de des du elle elles en est et ete etre eux il ils j je l la le les"
        " leur leurs lui m ma mais me mes moi mon n ne nos notre nous on ont ou par pas pour qu que quel quelle qui s sa se ses son sont"
        " sur t ta te tes toi ton tu un une vos votre vous y"
    )
)
_NO_DIGIT = r"(?!.*[0-9])"
LIGHT_RULES: tuple[Rule, ...] = (  # gender and number
    (rf"^(?=.{{4}}){_NO_DIGIT}(.+eau)x$", r"\1"),
    (rf"^(?=.{{5}}){_NO_DIGIT}(.+)(?<!e)aux$", r"\1al"),
    (rf"^(?=.{{4}}){_NO_DIGIT}(.*u)x$", r"\1"),
    (rf"^(?=.{{4}}){_NO_DIGIT}(.*[^s])s$", r"\1"),
    *(
        (rf"^(?=.{{5}}){_NO_DIGIT}(.{{2,}}){feminine}$", rf"\1{masculine}")
        for feminine, masculine in (
            ("ienne", "ien"), ("enne", "en"), ("onne", "on"), ("euse", "eur"), ("trice", "teur"),
            ("iere", "ier"), ("ere", "er"), ("ive", "if"), ("elle", "el"), ("ee", "e"),
        )
    ),
    (rf"^(?=.{{5}}){_NO_DIGIT}(.+)e$", r"\1"),
    (rf"^(?=.{{5}}){_NO_DIGIT}(.+)([lntsp])\2$", r"\1\2"),
)  # fmt: skip
# Words whose root would fall on another word's: formateur, formation, forme; animal, animateur; commun, communal.
PROTECTED = _words(
    "action administration animal animateur animation association collection commun communal communication condition decision direction"
    " document education fonction format formateur formation former general gestion gestionair groupe information local marche mission"
    " nation natural occasion operation option organisation pension porteur position production profession question region relation reunion"
    " section service situation social solution station support travail"
)
SUFFIXES = _words(
    "issement abilit icien ement ation ition ateur iteur icit isme iste erie iqu abl ion ism ist eri ier eur age ien ure ant anc enc oir"
    " eux ag ur er if al el ie i e"
)
_STRIP: tuple[Rule, ...] = (
    (rf"^(?!(?:{'|'.join(PROTECTED)})$)(?=.{{6}}){_NO_DIGIT}(.{{4,}}?)(?:{'|'.join(SUFFIXES)})$", r"\1"),
    (rf"^(?=.{{4}}){_NO_DIGIT}(.+)([lntspr])\2$", r"\1\2"),
    (rf"^{_NO_DIGIT}(.{{3,}}g)u$", r"\1"),
)
ROOT_RULES: tuple[Rule, ...] = (*_STRIP, *_STRIP)  # applied to the light form: activity noun <-> job


class Token(NamedTuple):
    """A word as it is (`fold`), without gender and number (`light`), and as the root it shares with its family (`root`)."""

    fold: str
    light: str
    root: str


def analyse(text: str) -> list[Token]:
    return [token for run in text.split() for token in run_tokens(run)]


def folded(text: str) -> str:
    """All the words, stop words too, as they are compared: for labels that are completed while typing."""
    return " ".join(fold(word) for word in _WORD.findall(unicodedata.normalize("NFC", text)))


def run_tokens(run: str) -> tuple[Token, ...]:
    """The tokens of a text without white space."""
    return _remembered_run(run) if len(run) <= 64 else _run(run)


def fold(word: str) -> str:
    word = word.lower()
    if word.isascii():
        return word
    return "".join(c for c in unicodedata.normalize("NFD", word) if not unicodedata.combining(c)).translate(LIGATURES)


def spelled(text: str) -> dict[str, str]:
    """The words of a text that are compared, each with one spelling of it, in lower case: {"electricien": "électricien"}."""
    written = (word.lower() for run in text.split() for word in _words_of(run))
    return {folded: word for word in written if (folded := fold(word)) and folded not in STOP_WORDS}


def _words_of(run: str) -> list[str]:
    if not run.isalnum():
        run = unicodedata.normalize("NFC", run).translate(SIGNS)
        for pattern, replacement in _TEXT:
            run = pattern.sub(replacement, run)
    return _WORD.findall(run)


def _run(run: str) -> tuple[Token, ...]:
    folded = (fold(word) for word in _words_of(run))
    return tuple(_token(word) for word in folded if word and word not in STOP_WORDS)


def _token(word: str) -> Token:
    light = _applied(_LIGHT, word)
    return Token(word, light, _applied(_ROOT, light))


def _applied(rules: Iterable[tuple[re.Pattern[str], str]], word: str) -> str:
    for pattern, replacement in rules:
        word = pattern.sub(replacement, word, count=1)
    return word


def _compiled(rules: Iterable[Rule]) -> list[tuple[re.Pattern[str], str]]:
    capitals = "".join(chr(code) for code in range(0x250) if chr(code).isupper())
    return [(re.compile(p.replace(r"\p{Lu}", f"[{capitals}]").replace(r"\p{L}", r"[^\W\d_]")), r) for p, r in rules]


_WORD = re.compile(r"\w+")
_TEXT, _LIGHT, _ROOT = _compiled(TEXT_RULES), _compiled(LIGHT_RULES), _compiled(ROOT_RULES)
_remembered_run = lru_cache(maxsize=1 << 16)(_run)
