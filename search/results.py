"""What is shown of an answer."""

from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from search.places import Place
from search.why import Reason


class Part(NamedTuple):
    """A piece of text, marked when it is one of the words looked for. Templates escape it."""

    text: str
    marked: bool


Parts = tuple[Part, ...]


@dataclass(frozen=True, slots=True)
class Found:
    """One object that the reader may see, read anew from the database."""

    kind: str
    kind_label: str
    icon: str
    id: str
    url: str
    heading: str
    marked_heading: Parts = ()
    title: Parts = ()
    skills: tuple[Parts, ...] = ()
    excerpt: Parts = ()
    place: str = ""
    organisation: str = ""
    starts_on: date | None = None
    over: str = ""  # «passée», when it is
    reasons: tuple[Reason, ...] = ()
    is_partial: bool = False  # it lacks a word of the question


class Correction(NamedTuple):
    """A word that may have been meant, and the question with it."""

    word: str
    text: str


@dataclass(frozen=True, slots=True)
class Facet:
    kind: str
    label: str
    count: int
    is_chosen: bool = False


@dataclass(frozen=True, slots=True)
class Answer:
    """is_plain: the index was out of order and the database answered, unranked. is_cut: only the first words were looked for.

    is_elsewhere: nothing found lies where it was asked for. partial: how many of the total lack a word; is_partial: all of them, of whatever kind.
    The facets count what has every word, or when nothing has, the rest.
    """

    text: str
    total: int = 0
    found: tuple[Found, ...] = ()
    facets: tuple[Facet, ...] = ()
    corrections: tuple[Correction, ...] = ()
    place: Place | None = None
    is_elsewhere: bool = False
    is_plain: bool = False
    is_cut: bool = False
    has_words: bool = True
    page: int = 1
    partial: int = 0
    is_partial: bool = False
    took_ms: float = 0.0

    @property
    def count(self) -> int:
        """As the facets count."""
        return self.total if self.is_partial else self.total - self.partial
