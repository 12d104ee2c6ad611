"""The engine of a search cluster: the same index as the embedded one, kept by OpenSearch 2 (or Elasticsearch), behind an alias.

- <name>-<fingerprint>          the alias that readers ask: another version of the hub, with another analyser, asks another
- <name>-<fingerprint>-<time>   the index behind it; a rebuild makes a new one, moves the alias in one request, removes the others
- <name>-control                locks, journal of a rebuild, checkpoint (control.py)
"""

import re
import time
from collections.abc import Callable, Collection, Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from itertools import islice
from typing import Any

from search.engines import bodies
from search.engines.control import Control, Lock
from search.engines.wire import AWAY, NO_INDEX, Wire
from search.errors import EngineAway, EngineUnavailable
from search.model import Health, Hit, SearchRequest, SearchResult, WordCount
from search.schema import LABELS, ORGANISATIONS, SEPARATOR, WORDS, IndexDocument, fingerprint

BATCH = 500
PAGE = 5000
LOCK_SECONDS, SWAP_LOCK_SECONDS = 5.0, 60.0
WRITER_LEASE_SECONDS, REBUILD_LEASE_SECONDS = 90.0, 300.0


class ClusterEngine:
    """Args: an address as HUB_SEARCH_URL gives it."""

    def __init__(self, address: str) -> None:
        self._wire = Wire(address)
        self._control = Control(self._wire)
        self._alias = f"{self._wire.name}-{fingerprint()}"

    def search(self, request: SearchRequest) -> SearchResult:
        return _result(request, self._read(bodies.search_body(request)))

    def suggest(self, text: str, *, principal: frozenset[str], size: int = 8) -> list[str]:
        return list(dict.fromkeys(term.partition(SEPARATOR)[2] for term, _ in self._terms(LABELS, [text], principal, size)))

    def words(self, prefixes: Collection[str], *, principal: frozenset[str], size: int = 2000) -> list[WordCount]:
        return [WordCount.of(term, count) for term, count in self._terms(WORDS, prefixes, principal, size)]

    def communes(self) -> frozenset[str]:
        answer = self._read(bodies.communes_body())
        with _well_formed():
            return frozenset(bodies.counts_of(answer["aggregations"]["values"]))

    def keys_of(self, organisation_id: str) -> list[str]:
        return sorted({key for _, key in self._documents(f"/{self._alias}", ORGANISATIONS, [organisation_id])})

    @contextmanager
    def writing(self) -> Iterator[None]:
        with self._control.lock("writer", wait_seconds=LOCK_SECONDS, lease_seconds=WRITER_LEASE_SECONDS):
            yield

    def bulk(self, upserts: Iterable[IndexDocument], deletes: Collection[str] = (), checkpoint: str = "") -> None:
        documents = list(upserts)
        keys = {*deletes, *(document.key for document in documents)}
        self._control.note(keys)  # for a rebuild under way, be it the first
        index = self._serving()
        if index is None:
            raise EngineUnavailable(NO_INDEX)
        self._replace(index, documents, keys)
        if checkpoint:
            self._control.set_checkpoint(checkpoint)

    def rebuild(
        self,
        documents: Iterable[IndexDocument],
        catch_up: Callable[[Collection[str]], Iterable[IndexDocument]],
        check: Callable[[Any], None],
    ) -> None:
        with self._control.lock("rebuild", wait_seconds=0, lease_seconds=REBUILD_LEASE_SECONDS) as lock:
            with self.writing():
                self._control.take_journal()
            index = f"{self._alias}-{time.time_ns()}"
            self._wire.write("PUT", f"/{index}", bodies.index_settings())
            try:
                self._fill(index, documents, lock)
                check(_Draft(self._wire, index))
                with self._control.lock("writer", wait_seconds=SWAP_LOCK_SECONDS, lease_seconds=WRITER_LEASE_SECONDS):
                    keys = self._control.take_journal()
                    self._replace(index, list(catch_up(keys)) if keys else [], keys)
                    self._swap(index)
            except BaseException:
                with suppress(EngineUnavailable):
                    self._wire.write("DELETE", f"/{index}", accepted=[404])
                raise

    def refresh(self) -> None:
        """Each write is seen at once; a cluster that was away is asked again."""
        self._wire.try_again()

    def health(self) -> Health:
        try:
            objects = _objects(self._read(bodies.kinds_body()))
            store = self._wire.read("GET", f"/{self._alias}/_stats/store")
            with _well_formed():
                size = store["_all"]["primaries"]["store"]["size_in_bytes"]
            return Health(True, "", objects, self._control.checkpoint(), size, is_remote=True)
        except EngineUnavailable as error:
            return Health(ready=False, reason=str(error), is_remote=True, is_away=isinstance(error, EngineAway))

    def _read(self, body: bodies.Body) -> dict[str, Any]:
        return self._wire.read("POST", _asked(self._alias), body)

    def _terms(self, field: str, prefixes: Collection[str], principal: frozenset[str], size: int) -> list[tuple[str, int]]:
        if not prefixes:
            return []
        answer = self._read(bodies.terms_body(field, prefixes, principal, size))
        with _well_formed():
            return [found for one in answer.get("aggregations", {}).values() for found in bodies.counts_of(one).items()]

    def _serving(self) -> str | None:
        status, answer = self._wire.write("GET", f"/_alias/{self._alias}", accepted=[404])
        return next(iter(answer), None) if status != 404 else None

    def _documents(self, path: str, field: str, values: Collection[str]) -> Iterator[tuple[str, str]]:
        """Id and key of the documents whose field has one of the values."""
        after: list[Any] = []
        while True:
            _, answer = self._wire.write("POST", f"{path}/_search", bodies.keys_body(field, values, PAGE, after))
            hits = answer["hits"]["hits"]
            yield from ((hit["_id"], hit["fields"]["key"][0]) for hit in hits)
            if len(hits) < PAGE:
                return
            after = hits[-1]["sort"]

    def _replace(self, index: str, documents: Collection[IndexDocument], keys: Collection[str]) -> None:
        """One request, seen whole: the variants as they are now, and those that are no more removed."""
        before = {found for found, _ in self._documents(f"/{index}", "key", keys)} if keys else set()
        lines: list[dict[str, Any]] = [{"delete": {"_id": gone}} for gone in sorted(before - {_id(one) for one in documents})]
        self._bulk(index, lines + _lines(documents), refresh=True)

    def _fill(self, index: str, documents: Iterable[IndexDocument], lock: Lock) -> None:
        stream = iter(documents)
        while batch := list(islice(stream, BATCH)):
            self._bulk(index, _lines(batch), refresh=False)
            lock.keep()
        self._wire.write("POST", f"/{index}/_refresh")

    def _bulk(self, index: str, lines: list[dict[str, Any]], *, refresh: bool) -> None:
        if not lines:
            return
        _, answer = self._wire.write("POST", f"/{index}/_bulk?refresh={str(refresh).lower()}", lines)
        if answer.get("errors"):
            results = (result for item in answer["items"] for result in item.values())
            raise EngineUnavailable(next(str(result["error"].get("reason")) for result in results if "error" in result))

    def _swap(self, index: str) -> None:
        """The alias moves in one step, and only then the index before goes, for readers are still at it; of the others, those of this hub."""
        _, answer = self._wire.write("GET", f"/{self._wire.name}-*/_alias")
        ours = re.compile(rf"{re.escape(self._wire.name)}-[0-9a-f]{{16}}-\d+")
        old = sorted(name for name in answer if ours.fullmatch(name) and name != index)
        moved = [{"remove": {"index": name, "alias": self._alias}} for name in old if self._alias in answer[name]["aliases"]]
        self._wire.write("POST", "/_aliases", {"actions": [{"add": {"index": index, "alias": self._alias}}, *moved]})
        for name in old:
            self._wire.write("DELETE", f"/{name}", accepted=[404])


@dataclass(frozen=True, slots=True)
class _Draft:
    """Nobody waits for it: it is asked with the patience of a writer."""

    wire: Wire
    index: str

    def objects(self) -> dict[str, int]:
        return _objects(self._ask(bodies.kinds_body()))

    def search(self, request: SearchRequest) -> SearchResult:
        return _result(request, self._ask(bodies.search_body(request)))

    def _ask(self, body: bodies.Body) -> dict[str, Any]:
        return self.wire.write("POST", _asked(self.index), body)[1]


def _asked(index: str) -> str:
    return f"/{index}/_search?allow_partial_search_results=false&preference=hub"


def _result(request: SearchRequest, answer: dict[str, Any]) -> SearchResult:
    with _well_formed():
        hits = tuple(Hit(hit["fields"]["key"][0], float(hit["_score"] or 0)) for hit in answer["hits"]["hits"])
        facets = {name: bodies.counts_of(answer["aggregations"][name]["values"]) for name in request.facets}
        return SearchResult(answer["hits"]["total"]["value"], hits, facets, float(answer["took"]))


def _objects(answer: dict[str, Any]) -> dict[str, int]:
    with _well_formed():
        return bodies.counts_of(answer["aggregations"]["values"])


def _id(document: IndexDocument) -> str:
    return f"{document.key}#{document.variant}"


def _lines(documents: Iterable[IndexDocument]) -> list[dict[str, Any]]:
    return [line for one in documents for line in ({"index": {"_id": _id(one)}}, bodies.source_of(one))]


@contextmanager
def _well_formed() -> Iterator[None]:
    """An answer of another shape is no answer."""
    try:
        yield
    except (KeyError, IndexError, TypeError, ValueError) as error:
        raise EngineAway(f"{AWAY} comme prévu") from error
