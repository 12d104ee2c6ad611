"""The kinds of objects that the packages below publish, and their rows as they are now."""

from collections.abc import Collection, Iterable, Iterator

from hub.core.kit.searchable import Reader, SearchEntry, SearchSource, entry_for
from hub.core.ui import panels
from search.documents import documents_of, key_of, split_key
from search.schema import IndexDocument


def sources() -> dict[str, SearchSource]:
    """By kind, in the order of the facets."""
    found = []
    for panel in panels.for_place("search.source"):
        built = panel.build(None, None)
        source = built if isinstance(built, SearchSource) else (built or {}).get("source")
        if not isinstance(source, SearchSource):
            raise TypeError(f"search.source {panel.key}: a SearchSource is expected, not {built!r}")
        found.append(source)
    return {source.kind: source for source in sorted(found, key=lambda source: (source.order, source.kind))}


def documents(kinds: Iterable[SearchSource]) -> Iterator[IndexDocument]:
    """All that is to be indexed."""
    for source in kinds:
        yield from _documents(source, source.iterate(None))


def documents_for(keys: Collection[str]) -> list[IndexDocument]:
    """Those of these objects that exist now; keys of kinds that nobody publishes any more are left out."""
    known = sources()
    asked = [(known[kind], ids) for kind, ids in _by_kind(keys).items() if kind in known]
    return [document for source, ids in asked for document in _documents(source, source.iterate(ids))]


def _documents(source: SearchSource, rows: Iterable[object]) -> Iterator[IndexDocument]:
    for row in rows:
        yield from documents_of(source.kind, source.identify(row), source.entries(row))


def open_rows(reader: Reader, keys: Collection[str]) -> dict[str, tuple[SearchSource, object, SearchEntry]]:
    """By key: the rows that this reader may see now, each with what she may see of it. The index proposes, the database disposes."""
    known = sources()
    asked = [(known[kind], ids) for kind, ids in _by_kind(keys).items() if kind in known]
    rows = [(source, pk, row) for source, ids in asked for pk, row in source.visible(reader, ids).items()]
    seen = [(source, pk, row, entry_for(source.entries(row), reader.audiences)) for source, pk, row in rows]
    return {key_of(source.kind, pk): (source, row, entry) for source, pk, row, entry in seen if entry}


def _by_kind(keys: Collection[str]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for key in keys:
        kind, pk = split_key(key)
        found.setdefault(kind, []).append(pk)
    return found
