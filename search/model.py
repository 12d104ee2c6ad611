"""What can be asked of an engine, in words of no engine: values that an adapter compiles to its own query language.

Scores are BM25-like and comparable within one answer only. Filters are never scored.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import NamedTuple, Protocol, Self

from search.schema import SEPARATOR


class Query(Protocol):
    """One of the nodes below."""


@dataclass(frozen=True, slots=True)
class Term:
    field: str
    value: str
    boost: float = 1.0


@dataclass(frozen=True, slots=True)
class Phrase:
    """The values one after the other, `slop` moves apart at most."""

    field: str
    values: tuple[str, ...]
    slop: int = 0
    boost: float = 1.0


@dataclass(frozen=True, slots=True)
class Prefix:
    """Any of the `max_expansions` most frequent terms that begin so, all weighted alike: a rare ending is not a better answer."""

    field: str
    value: str
    boost: float = 1.0
    max_expansions: int = 32


@dataclass(frozen=True, slots=True)
class DisMax:
    """The best of several readings of one word; the others count for `tie` of their score."""

    queries: tuple[Query, ...]
    tie: float = 0.0


@dataclass(frozen=True, slots=True)
class Bool:
    must: tuple[Query, ...] = ()
    should: tuple[Query, ...] = ()
    must_not: tuple[Query, ...] = ()
    min_should_match: int = 0


@dataclass(frozen=True, slots=True)
class Constant:
    """Whatever matches gets this score."""

    query: Query
    score: float


@dataclass(frozen=True, slots=True)
class MatchAll:
    pass


@dataclass(frozen=True, slots=True)
class Terms:
    """The field holds one of the values: a filter, or a reading that is worth nothing by itself."""

    field: str
    values: frozenset[str]


@dataclass(frozen=True, slots=True)
class Range:
    """A whole number, bounds included; None: open."""

    field: str
    gte: int | None = None
    lte: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchRequest:
    """`principal` holds the audiences of whoever asks and has no default: every adapter keeps to entries open to them, facets included.

    Each facet is counted without the filters on its own field, so that its other values keep their figures.
    """

    query: Query
    principal: frozenset[str]
    filters: tuple[Terms | Range, ...] = ()
    facets: tuple[str, ...] = ()
    size: int = 20
    offset: int = 0


class WordCount(NamedTuple):
    """A word of the index: so many objects have it, so written, in their title or skills, or in their name, or in their place (`origin`: schema.OF_…)."""

    folded: str
    written: str
    origin: str
    objects: int

    @classmethod
    def of(cls, term: str, objects: int) -> Self:
        """From what the index holds (`IndexDocument.words`)."""
        folded, _, rest = term.partition(SEPARATOR)
        return cls(folded, rest[1:], rest[:1], objects)


class Hit(NamedTuple):
    key: str  # «kind:id»
    score: float


@dataclass(frozen=True, slots=True)
class SearchResult:
    """`total` and `facets` count objects, whatever the number of their variants."""

    total: int = 0
    hits: tuple[Hit, ...] = ()
    facets: Mapping[str, Mapping[str, int]] = field(default_factory=dict)
    took_ms: float = 0.0


@dataclass(frozen=True, slots=True)
class Health:
    """`objects` counts what the index holds by kind, over all audiences; `checkpoint` is what its last writer left.

    is_remote: a cluster keeps it; is_away: that cluster does not answer.
    """

    ready: bool
    reason: str = ""
    objects: Mapping[str, int] = field(default_factory=dict)
    checkpoint: str = ""
    size_bytes: int = 0
    is_remote: bool = False
    is_away: bool = False
