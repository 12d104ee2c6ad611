"""A kind of object without database, to publish what a test needs."""

from dataclasses import dataclass, field

from hub.core.kit.searchable import SearchEntry, SearchSource
from hub.core.ui import panels


@dataclass(frozen=True)
class Reader:
    audiences: frozenset = frozenset({"public"})


@dataclass(frozen=True)
class Row:
    pk: str


@dataclass
class Shelf:
    """entries: {id: [SearchEntry]}; `hidden` ids exist but nobody sees them; `read` counts the rows given to the index."""

    kind: str = "person"
    label: str = "Personnes"
    entries: dict = field(default_factory=dict)
    hidden: set = field(default_factory=set)
    order: int = 50
    over: str = ""

    def put(self, pk, *entries, **values):
        self.entries[pk] = list(entries) or [make_entry(pk, **values)]
        return f"{self.kind}:{pk}"

    def source(self):
        return SearchSource(
            self.kind,
            self.label,
            self._rows,
            lambda row: self.entries[row.pk],
            self._visible,
            self._simple,
            icon="person",
            order=self.order,
            over=self.over,
        )

    def _rows(self, ids):
        return [Row(pk) for pk in list(self.entries) if ids is None or pk in ids]

    def _visible(self, reader, ids):
        return {row.pk: row for row in self._rows(ids) if row.pk not in self.hidden}

    def _simple(self, reader, text, limit):
        """Looks at every entry, as careless code might: whoever asks must check what the reader sees."""
        found = [row for row in self._visible(reader, list(self.entries)).values() if self._says(row, text)]
        return found[:limit]

    def _says(self, row, text):
        return any(text.lower() in f"{e.title} {e.name} {e.skills} {e.body} {e.place}".lower() for e in self.entries[row.pk])


def make_entry(pk="1", *, audiences=("public",), title="Électricien", **values):
    return SearchEntry(title=title, url=f"/fiches/{pk}/", audiences=frozenset(audiences), **values)


def publish(monkeypatch, *shelves):
    """These kinds and no other are published."""
    monkeypatch.setattr(panels.registry, "_panels", {})
    for shelf in shelves:
        panels.register("search.source", shelf.kind)(lambda actor, subject, shelf=shelf: shelf.source())
