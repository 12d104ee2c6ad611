"""The embedded engine: an index on the local disk (flock and mmap: no network drive), written by one process at a time.

Readers open it lazily after a fork and look for a newer state at most every half second. tantivy signals its own panics with a
BaseException, hence the wide nets around calls that write.
"""

import os
import threading
import time
from collections.abc import Callable, Collection, Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import tantivy

from search.engines.compile import Compiler
from search.engines.folder import IndexFolder
from search.errors import EngineBusy, EngineUnavailable
from search.model import Health, Hit, SearchRequest, SearchResult, WordCount
from search.schema import (
    COMMUNES,
    DAY,
    DEPARTMENTS,
    KINDS,
    LABELS,
    ORGANISATIONS,
    PHRASES,
    SEPARATOR,
    TEXTS,
    WORDS,
    IndexDocument,
    fingerprint,
)

CHECKPOINT = "__checkpoint__"
RELOAD_SECONDS = 0.5
LOCK_SECONDS = 5.0
SWAP_LOCK_SECONDS = 60.0
SMALL_HEAP, LARGE_HEAP = 20_000_000, 128_000_000


@dataclass(frozen=True, slots=True)
class _Reader:
    pid: int
    path: Path
    stamp: int
    index: tantivy.Index


class TantivyEngine:
    def __init__(self, root: Path) -> None:
        self._folder = IndexFolder(root, fingerprint())
        self._reader: _Reader | None = None
        self._checked_at = 0.0
        self._opening = threading.Lock()

    def search(self, request: SearchRequest) -> SearchResult:
        with self._reading() as index:
            return _answer(index, request)

    def suggest(self, text: str, *, principal: frozenset[str], size: int = 8) -> list[str]:
        with self._reading() as index:
            terms = Compiler(index.schema, index.searcher(), principal).labels(text, size)
        return list(dict.fromkeys(term.partition(SEPARATOR)[2] for term, _ in terms))

    def words(self, prefixes: Collection[str], *, principal: frozenset[str], size: int = 2000) -> list[WordCount]:
        with self._reading() as index:
            compiler = Compiler(index.schema, index.searcher(), principal)
            return [WordCount.of(term, count) for prefix in prefixes for term, count in compiler.words(prefix, size)]

    def communes(self) -> frozenset[str]:
        with self._reading() as index:
            return frozenset(code for code, _ in index.searcher().terms_with_prefix(COMMUNES, ""))

    def keys_of(self, organisation_id: str) -> list[str]:
        with self._reading() as index:
            searcher = index.searcher()
            its = tantivy.Query.term_query(index.schema, ORGANISATIONS, organisation_id, index_option="basic")
            found = searcher.search(its, max(searcher.num_docs, 1), count=False).hits
            return sorted({str(searcher.doc(address).get_first("key")) for _, address in found})

    @contextmanager
    def writing(self) -> Iterator[None]:
        with self._folder.lock("writer", wait_seconds=LOCK_SECONDS):
            yield

    def bulk(self, upserts: Iterable[IndexDocument], deletes: Collection[str] = (), checkpoint: str = "") -> None:
        documents = list(upserts)
        keys = {*deletes, *(document.key for document in documents)}
        self._folder.note(keys)  # for a rebuild under way, be it the first
        path = self._folder.current()
        if path is None:
            raise EngineUnavailable("l’index de recherche n’est pas encore construit")
        self._write(_open(path), documents, keys, checkpoint, SMALL_HEAP)

    def rebuild(
        self,
        documents: Iterable[IndexDocument],
        catch_up: Callable[[Collection[str]], Iterable[IndexDocument]],
        check: Callable[[Any], None],
    ) -> None:
        with self._folder.lock("rebuild", wait_seconds=0):
            try:
                with self._folder.lock("writer", wait_seconds=LOCK_SECONDS), _own_errors():
                    path = self._folder.new_version()
                    self._folder.open_journal()
                    index = _created(path)
                self._write(index, documents, (), "", LARGE_HEAP)
                with _own_errors():
                    check(_Draft(_open(path)))
                with self._folder.lock("writer", wait_seconds=SWAP_LOCK_SECONDS):
                    keys = self._folder.close_journal()
                    self._write(index, catch_up(keys) if keys else (), keys, "", SMALL_HEAP)
                    self._folder.swap(path)
            except BaseException:
                self._folder.abandon()
                raise

    def _write(self, index: tantivy.Index, documents: Iterable[IndexDocument], keys: Iterable[str], checkpoint: str, heap: int) -> None:
        """One commit. The merges are awaited: a writer dropped before leaves its segments to pile up."""
        writer = _writer(index, heap)
        try:
            for key in keys:
                writer.delete_documents_by_term("key", key)
            for document in documents:
                with _own_errors():
                    writer.add_document(_stored(document))
            if checkpoint:
                writer.delete_documents_by_term("key", CHECKPOINT)
                writer.add_document(tantivy.Document(key=CHECKPOINT, checkpoint=checkpoint))
            with _own_errors():
                writer.commit()
        except BaseException:
            with suppress(ValueError):
                writer.rollback()
            raise
        finally:
            writer.wait_merging_threads()

    def refresh(self) -> None:
        self._checked_at = 0.0

    def health(self) -> Health:
        try:
            with self._reading() as index:
                searcher = index.searcher()
                marks = searcher.search(tantivy.Query.term_query(index.schema, "key", CHECKPOINT, index_option="basic"), 1).hits
                checkpoint = searcher.doc(marks[0][1]).get_first("checkpoint") if marks else ""
                objects = _objects(index)
        except EngineUnavailable as error:
            return Health(ready=False, reason=str(error))
        return Health(True, "", objects, checkpoint or "", self._size_bytes())

    def _size_bytes(self) -> int:
        path = self._folder.current()
        try:
            return self._folder.size_bytes(path) if path else 0
        except FileNotFoundError:  # swapped since
            return self._size_bytes()

    @contextmanager
    def _reading(self) -> Iterator[tantivy.Index]:
        """Whatever tantivy says against an index while reading means the same: it cannot be used."""
        index = self._index()
        try:
            with _own_errors():
                yield index
        except EngineUnavailable:
            self._reader = None
            raise

    def _index(self) -> tantivy.Index:
        reader = self._reader
        fresh = time.monotonic() - self._checked_at < RELOAD_SECONDS
        if reader is not None and reader.pid == os.getpid() and fresh:
            return reader.index
        with self._opening:
            while True:
                path = self._folder.current()
                if path is None:
                    raise EngineUnavailable("l’index de recherche n’est pas encore construit")
                held = self._reader
                try:
                    return self._renewed(path).index
                except (ValueError, OSError) as error:
                    self._reader = None
                    if held is None and self._folder.current() == path:  # no swap, and nothing of ours: the files themselves
                        raise EngineUnavailable(str(error)) from error

    def _renewed(self, path: Path) -> _Reader:
        stamp = (path / "meta.json").stat().st_mtime_ns
        reader = self._reader
        if reader is None or reader.pid != os.getpid() or reader.path != path:
            reader = _Reader(os.getpid(), path, stamp, _open(path))
        elif reader.stamp != stamp:
            reader.index.reload()
            reader = replace(reader, stamp=stamp)
        self._reader, self._checked_at = reader, time.monotonic()
        return reader


@dataclass(frozen=True, slots=True)
class _Draft:
    index: tantivy.Index

    def objects(self) -> dict[str, int]:
        return _objects(self.index)

    def search(self, request: SearchRequest) -> SearchResult:
        return _answer(self.index, request)


def _answer(index: tantivy.Index, request: SearchRequest) -> SearchResult:
    started = time.perf_counter()
    searcher = index.searcher()
    compiler = Compiler(index.schema, searcher, request.principal)
    found: Any = searcher.search(compiler.request(request.query, request.filters), max(request.size, 1), offset=request.offset)
    hits = tuple(Hit(str(searcher.doc(address).get_first("key")), score) for score, address in found.hits)
    facets = {name: _facet(searcher, compiler, request, name) for name in request.facets}
    return SearchResult(found.count, hits[: request.size], facets, (time.perf_counter() - started) * 1000)


def _facet(searcher: tantivy.Searcher, compiler: Compiler, request: SearchRequest, name: str) -> dict[str, int]:
    others = [node for node in request.filters if node.field != name]
    return _counts(searcher, compiler.request(request.query, others), name)


def _objects(index: tantivy.Index) -> dict[str, int]:
    everything = tantivy.Query.term_query(index.schema, "variant", "0", index_option="basic")
    return _counts(index.searcher(), everything, KINDS)


@contextmanager
def _own_errors() -> Iterator[None]:
    """tantivy's errors, and the panics that it raises as a BaseException, in our words."""
    try:
        yield
    except (ValueError, OSError) as error:
        raise EngineUnavailable(str(error)) from error
    except (Exception, KeyboardInterrupt, SystemExit, GeneratorExit):
        raise
    except BaseException as panic:
        raise EngineUnavailable(f"{type(panic).__name__}: {panic}") from panic


def _writer(index: tantivy.Index, heap: int) -> tantivy.IndexWriter:
    try:
        return index.writer(heap, num_threads=1)
    except ValueError as error:
        raise EngineBusy(str(error)) if "LockBusy" in str(error) else EngineUnavailable(str(error))


def _schema() -> tantivy.Schema:
    builder = tantivy.SchemaBuilder()
    for name in ("key", "variant", "acl", "richer"):
        builder.add_text_field(name, stored=name == "key", tokenizer_name="raw", index_option="basic")
    for name in (KINDS, ORGANISATIONS):
        builder.add_text_field(name, fast=True, tokenizer_name="raw", index_option="basic")
    for name in (LABELS, WORDS, COMMUNES, DEPARTMENTS):
        builder.add_text_field(name, tokenizer_name="raw", index_option="basic")
    builder.add_text_field("checkpoint", stored=True, tokenizer_name="raw", index_option="basic")
    builder.add_unsigned_field(DAY, indexed=True, fast=True)
    for text, analyses in TEXTS.items():
        for name in (f"{text}_{analysis}" for analysis in analyses):
            builder.add_text_field(name, tokenizer_name="words", index_option="position" if name in PHRASES else "freq")
    return builder.build()


def _created(path: Path) -> tantivy.Index:
    return _prepared(tantivy.Index(_schema(), path=str(path)))


def _open(path: Path) -> tantivy.Index:
    return _prepared(tantivy.Index.open(str(path)))


def _prepared(index: tantivy.Index) -> tantivy.Index:
    """Tokenizers are not kept in the index. Ours only cuts at spaces: the tokens come analysed."""
    index.register_tokenizer("words", tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.whitespace()).build())
    index.config_reader(reload_policy="manual", num_warmers=0)
    return index


def _stored(document: IndexDocument) -> tantivy.Document:
    stored = tantivy.Document(key=document.key, variant=str(document.variant), kind=document.kind)
    several = {"acl": document.acl, "richer": document.richer, LABELS: document.labels, WORDS: document.words}
    several |= {COMMUNES: document.communes, DEPARTMENTS: document.departments}
    for name, values in several.items():
        for value in sorted(values):
            stored.add_text(name, value)
    if document.organisation:
        stored.add_text(ORGANISATIONS, document.organisation)
    stored.add_unsigned(DAY, document.day)
    for name, tokens in document.tokens.items():
        stored.add_text(name, " ".join(tokens))
    return stored


def _counts(searcher: tantivy.Searcher, query: tantivy.Query, field: str) -> dict[str, int]:
    buckets = searcher.aggregate(query, {"counts": {"terms": {"field": field, "size": 1000}}})["counts"]["buckets"]
    return {bucket["key"]: bucket["doc_count"] for bucket in buckets}
