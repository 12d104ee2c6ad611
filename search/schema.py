"""What an index holds, whatever the engine."""

import hashlib
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from search import analysis

ANALYSES = ("fold", "light", "root")
TEXTS: dict[str, tuple[str, ...]] = {  # text fields and the analyses each one has: title_fold, title_light…
    "title": ANALYSES,
    "skills": ANALYSES,
    "body": ANALYSES,
    "name": ("fold",),
    "place": ("fold",),
    "org": ("fold",),
}
PHRASES = ("title_light", "skills_light", "body_light")  # the fields that keep the order of words
KINDS, ORGANISATIONS, DAY = "kind", "organisation", "day"  # facets and filters
COMMUNES, DEPARTMENTS = "commune", "department"  # INSEE codes of where it is
LABELS, WORDS = "label", "word"
SEPARATOR = "\x1f"  # between what is compared and what is shown
OF_THINGS, OF_NAMES, OF_PLACES = "t", "n", "p"  # where a word of the vocabulary stands: title and skills, name, place


@dataclass(frozen=True, slots=True)
class IndexDocument:
    """One audience level of one object.

    key: «kind:id», shared by the variants of an object. tokens: by field, in order. labels: titles, names and skills, folded then as
    written. words: those of the fields that say what it is, folded, then where they stand and how they are written.
    day: after which it is over, 20270118, or 0. Open to whoever holds a token of `acl` and none of `richer`, which belong to the object's fuller variants.
    """

    key: str
    kind: str
    variant: int
    acl: frozenset[str]
    richer: frozenset[str]
    tokens: Mapping[str, Sequence[str]]
    labels: tuple[str, ...] = ()
    words: frozenset[str] = frozenset()
    organisation: str = ""
    day: int = 0
    communes: frozenset[str] = frozenset()
    departments: frozenset[str] = frozenset()

    def is_open_to(self, principal: Collection[str]) -> bool:
        return not self.acl.isdisjoint(principal) and self.richer.isdisjoint(principal)


def day_number(day: date) -> int:
    """20270118."""
    return day.year * 10_000 + day.month * 100 + day.day


def fingerprint() -> str:
    """Changes when an index written before could not answer as one written now."""
    rules = (analysis.TEXT_RULES, sorted(analysis.STOP_WORDS), analysis.LIGHT_RULES, analysis.ROOT_RULES)
    return hashlib.sha256(repr((5, TEXTS, PHRASES, rules)).encode()).hexdigest()[:16]
