"""From what a package publishes of an object to what the index holds of it.

A field open to few may not lie in a document that many can match, so an object whose fields have several audiences gives several
documents. Each reader matches the richest variant open to her and no other, hence totals and facets count objects once without grouping.
"""

from collections.abc import Collection, Sequence

from hub.core.kit.searchable import SearchEntry
from search.analysis import analyse, folded, spelled
from search.gazetteer import area_of
from search.places import towns_named
from search.schema import OF_NAMES, OF_PLACES, OF_THINGS, SEPARATOR, TEXTS, IndexDocument, day_number

LONGEST_WORD = 40  # of those that are proposed


def key_of(kind: str, pk: object) -> str:
    return f"{kind}:{pk}"


def split_key(key: str) -> tuple[str, str]:
    kind, _, pk = key.partition(":")
    return kind, pk


def documents_of(kind: str, pk: object, entries: Sequence[SearchEntry]) -> list[IndexDocument]:
    """Args: entries from the widest audience to the narrowest (`SearchSource.entries`)."""
    found: list[IndexDocument] = []
    richer: frozenset[str] = frozenset()
    for entry in reversed(entries):
        if own := entry.audiences - richer:
            found.append(_document(key_of(kind, pk), kind, len(found), own, richer, entry))
        richer |= entry.audiences
    return found


def _document(key: str, kind: str, variant: int, acl: frozenset[str], richer: Collection[str], entry: SearchEntry) -> IndexDocument:
    area = area_of(entry.place)
    return IndexDocument(
        key=key,
        kind=kind,
        variant=variant,
        acl=acl,
        richer=frozenset(richer),
        tokens=_tokens(entry),
        labels=tuple(f"{folded(label)}{SEPARATOR}{label}" for label in (entry.title, entry.name, *entry.skills) if label),
        words=_words(entry),
        organisation=entry.organisation_id,
        day=day_number(entry.ends_on) if entry.ends_on else 0,
        communes=area.communes,
        departments=area.departments,
    )


def _words(entry: SearchEntry) -> frozenset[str]:
    texts = {OF_THINGS: " ".join((entry.title, *entry.skills)), OF_NAMES: entry.name, OF_PLACES: entry.place}
    return frozenset(
        f"{word}{SEPARATOR}{origin}{written}"
        for origin, text in texts.items()
        for word, written in spelled(text).items()
        if len(word) <= LONGEST_WORD and not word.isdecimal()
    )


def _tokens(entry: SearchEntry) -> dict[str, list[str]]:
    texts = {
        "title": entry.title,
        "skills": " ".join(entry.skills),
        "body": entry.body,
        "name": entry.name,
        "place": entry.place,
        "org": entry.organisation,
    }
    found: dict[str, list[str]] = {}
    for field, analyses in TEXTS.items():
        if tokens := analyse(texts[field]):
            found.update((f"{field}_{analysis}", [getattr(token, analysis) for token in tokens]) for analysis in analyses)
    if towns := towns_named(entry.title):  # who looks for Mâcon is shown no title that says «maçon»: this one stands among the names
        found["name_fold"] = [*found.get("name_fold", []), *(token.fold for token in towns)]
    return found
