"""The engines that can keep the index, and the one that the settings choose."""

import os
from collections.abc import Callable, Collection, Iterable, Mapping
from contextlib import AbstractContextManager
from functools import lru_cache
from pathlib import Path
from typing import Protocol

from django.conf import settings

from search.model import Health, SearchRequest, SearchResult, WordCount
from search.schema import IndexDocument

CatchUp = Callable[[Collection[str]], Iterable[IndexDocument]]


class Draft(Protocol):
    """A new index, written whole, that nobody reads yet."""

    def objects(self) -> Mapping[str, int]:
        """Objects of each kind."""

    def search(self, request: SearchRequest) -> SearchResult: ...


Check = Callable[[Draft], None]  # raises EngineUnavailable for a draft that must not serve


class Engine(Protocol):
    """Reads raise EngineUnavailable, writes EngineUnavailable or EngineBusy, and nothing of the engine's own."""

    def search(self, request: SearchRequest) -> SearchResult: ...

    def suggest(self, text: str, *, principal: frozenset[str], size: int = 8) -> list[str]:
        """Titles, names and skills that begin with the text, most frequent first, among what the principal may read."""

    def words(self, prefixes: Collection[str], *, principal: frozenset[str], size: int = 2000) -> list[WordCount]:
        """The vocabulary of the index: the most frequent words that begin so, among what the principal may read and nothing else."""

    def communes(self) -> frozenset[str]:
        """INSEE codes of where anything is, whoever may read it: for reckoning distances, never for showing."""

    def keys_of(self, organisation_id: str) -> list[str]:
        """The objects that bear the name of an organisation, whoever may read them: for writing them anew, never for showing."""

    def writing(self) -> AbstractContextManager[None]:
        """One writer at a time: rows are read from the database inside, so that the last one to write has read the last."""

    def bulk(self, upserts: Iterable[IndexDocument], deletes: Collection[str] = (), checkpoint: str = "") -> None:
        """Replace and remove objects by key, and note the checkpoint, all or nothing; called inside `writing()`."""

    def rebuild(self, documents: Iterable[IndexDocument], catch_up: CatchUp, check: Check) -> None:
        """Write a new index beside the one that serves, `check` it, then swap; what `bulk` changed meanwhile is read again by `catch_up`."""

    def refresh(self) -> None:
        """Make this process see the last write at once."""

    def health(self) -> Health: ...


@lru_cache(maxsize=4)
def _embedded(root: Path) -> Engine:
    from search.engines.tantivy import TantivyEngine  # not before a search: the web process starts without it

    return TantivyEngine(root)


@lru_cache(maxsize=4)
def _cluster(address: str, pid: int) -> Engine:
    from search.engines.cluster import ClusterEngine  # nor without a cluster: its libraries take a second to load

    return ClusterEngine(address)


def engine() -> Engine:
    if settings.SEARCH_URL == "embedded":
        return _embedded(Path(settings.SEARCH_ROOT))
    return _cluster(settings.SEARCH_URL, os.getpid())  # connections are not shared after a fork
