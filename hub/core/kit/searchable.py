"""What a package publishes for the search: plain values, so that the search and the floors below it meet without an upward import.

A package describes each of its kinds with one `SearchSource`, registered in its panels.py at the place "search.source", and writes an
outbox line with topic "search.index" and payload {"kind", "id"} in the transaction of each change (`index_line` makes both).
"""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from datetime import date
from typing import Any, Protocol

SEARCH_TOPIC = "search.index"


class Reader(Protocol):
    """Whoever searches: an `Actor` is one."""

    @property
    def audiences(self) -> frozenset[str]: ...


@dataclass(frozen=True, slots=True)
class SearchEntry:
    """All that the readers holding one of `audiences` may find and see of one object, in clear text.

    `title` says what the thing is (for a person: her trades); `name` who it is, and then heads the result; `place` is a town and a
    département in words; `organisation_id` the id of the CAE, network or training body that `organisation` names. `ends_on` is the last day
    of what one no longer comes for after it: it then stands last; none for what keeps its interest (minutes, a decision). `kind` is the
    word that stands beside it where its source holds things of several kinds («Réseau» among the organisations).
    """

    title: str
    url: str
    audiences: frozenset[str]
    name: str = ""
    skills: tuple[str, ...] = ()
    body: str = ""
    place: str = ""
    organisation: str = ""
    organisation_id: str = ""
    starts_on: date | None = None
    ends_on: date | None = None
    kind: str = ""

    @property
    def heading(self) -> str:
        return self.name or self.title


@dataclass(frozen=True)
class SearchSource:
    """One kind of searchable object.

    kind: short English word, part of addresses and index ("person"). label: French plural, heads the facet ("Personnes"); `one` its
        singular where that is not the plural without its s; `over` what is said of one whose `ends_on` is past («passée»).
    iterate: the rows to index, streamed, unscoped, related rows prefetched; None: all; else those of these ids that still exist
        (`identify` tells the id of a row).
    entries: of one row, from the widest audience to the narrowest; a later entry holds everything that the earlier ones hold
        (`layered` builds them so); an empty list keeps the row out of the index.
    visible: {id: row} of those ids that this reader may see now, with the related rows that `entries` reads.
    simple: at most `limit` rows that this reader may see and that contain the words, plainly; used while the index is out of order.
    """

    kind: str
    label: str
    iterate: Callable[[Collection[str] | None], Iterable[Any]]
    entries: Callable[[Any], Sequence[SearchEntry]]
    visible: Callable[[Any, Collection[str]], Mapping[str, Any]]
    simple: Callable[[Any, str, int], Sequence[Any]]
    icon: str = ""
    order: int = 50
    one: str = ""
    over: str = ""

    @property
    def singular(self) -> str:
        """Stands beside each result that says no kind of its own: «Personne»."""
        return self.one or self.label.removesuffix("s")

    @staticmethod
    def identify(row: Any) -> str:
        """The id of a row here and in `iterate` and `visible`: its public one where its key is another, as for Wagtail's pages."""
        return str(getattr(row, "public_id", None) or row.pk)


def layered(url: str, layers: Iterable[tuple[Collection[str], Mapping[str, Any]]]) -> list[SearchEntry]:
    """The entries of an object whose fields have different audiences.

    Args: layers from the widest audience to the narrowest, each with the fields that it adds: `skills` and `body` add up, the others
        replace. Whoever is in a narrow audience sees the wider layers too, whatever her other audiences.
    Returns: one entry per audience that sees something more than the one before; none before a title is known.
    """
    found: list[SearchEntry] = []
    held: dict[str, Any] = {}
    for audiences, parts in layers:
        added = {name: value for name, value in parts.items() if value}
        for name, value in added.items():
            held[name] = _sum(name, held.get(name), value)
        if not held.get("title") or not audiences:
            continue
        if added or not found:
            found.append(SearchEntry(url=url, audiences=frozenset(audiences), **held))
        else:
            found[-1] = replace(found[-1], audiences=found[-1].audiences | frozenset(audiences))
    return found


def entry_for(entries: Sequence[SearchEntry], audiences: Collection[str]) -> SearchEntry | None:
    """The richest entry open to these audiences."""
    return next((entry for entry in reversed(entries) if not entry.audiences.isdisjoint(audiences)), None)


def index_line(kind: str, pk: object) -> dict[str, Any]:
    """Keyword arguments of `jobs.emit` that ask for an object to be indexed again, or removed when it is gone."""
    return {"topic": SEARCH_TOPIC, "payload": {"kind": kind, "id": str(pk)}, "key": f"{SEARCH_TOPIC}:{kind}:{pk}"}


_FIELDS = {field.name for field in fields(SearchEntry)} - {"url", "audiences"}


def _sum(name: str, held: Any, added: Any) -> Any:
    if name not in _FIELDS:
        raise TypeError(f"{name} is not a field of SearchEntry")
    if name == "skills":
        return (*(held or ()), *added)
    if name == "body" and held:
        return f"{held}\n{added}"
    return added
