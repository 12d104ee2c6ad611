"""Writing the index from the database: some objects, or all of them into a new one; and whether both agree."""

from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass, field
from itertools import islice

from django.utils import timezone

from hub.core.kit.text import counted
from search.engines import Draft, Engine, engine
from search.errors import EngineAway, EngineUnavailable
from search.model import Bool, SearchRequest, Term, Terms
from search.schema import IndexDocument
from search.sources import documents, documents_for, sources

Progress = Callable[[str, int], None]  # label of the kind, objects done
BATCH = 500
CANARIES = 10  # per kind
CANARY_WORDS, CANARY_SIGNS = 24, 255  # a cluster takes so many clauses, and cuts longer words


def update(keys: Collection[str]) -> None:
    """Bring these objects up to date. The rows are read under the writer's lock: the last to write has read the last.

    Without an index there is nothing to do: the rebuild that makes one reads every row.
    Raises: EngineBusy, EngineAway.
    """
    one = engine()
    with one.writing():
        try:
            one.bulk(documents_for(keys), keys, checkpoint=timezone.now().isoformat())
        except EngineAway:
            raise
        except EngineUnavailable:
            if one.health().ready:
                raise


def update_organisation(organisation_id: str) -> None:
    """Bring up to date all that bears the name of an organisation, page by page; what is not indexed yet has a line of its own."""
    one = engine()
    one.refresh()
    try:
        keys = one.keys_of(organisation_id)
    except EngineAway:
        raise
    except EngineUnavailable:  # the rebuild that makes one reads every row
        return
    for start in range(0, len(keys), BATCH):
        update(keys[start : start + BATCH])


def rebuild(progress: Progress = lambda label, count: None) -> None:
    """A new index beside the one that serves, checked, then a swap; searches go on meanwhile. Raises: EngineBusy, EngineUnavailable."""
    one, sent = engine(), _Sent()
    one.rebuild(sent.followed(progress), documents_for, sent.check)
    one.refresh()


@dataclass
class _Sent:
    """What a rebuild gave the engine to write, against what the new index holds: an index that lost something never serves."""

    counts: dict[str, int] = field(default_factory=dict)
    canaries: list[IndexDocument] = field(default_factory=list)

    def followed(self, progress: Progress) -> Iterator[IndexDocument]:
        for source in sources().values():
            count = 0
            for document in documents([source]):
                if document.variant == 0:
                    count += 1
                    if count <= CANARIES:
                        self.canaries.append(document)
                    if count % 500 == 0:
                        progress(source.label, count)
                yield document
            self.counts[source.kind] = count
            progress(source.label, count)

    def check(self, draft: Draft) -> None:
        held = draft.objects()
        for kind, sent in self.counts.items():
            if held.get(kind, 0) != sent:
                raise EngineUnavailable(f"l’index nouveau tient {held.get(kind, 0)} « {kind} » sur {sent}")
        for document in self.canaries:
            if not _is_found(document, draft):
                raise EngineUnavailable(f"l’index nouveau ne trouve pas {document.key}")


def differences() -> list[str]:
    """What the index and the database disagree on, in French sentences; empty when all is well.

    Damage inside a file may raise no error, so each kind is also asked for a few of its objects by their own words.
    """
    one = engine()
    one.refresh()
    health = one.health()
    if not health.ready:
        return [f"L’index ne répond pas : {health.reason}."]
    found = []
    for source in sources().values():
        indexed = (document for document in documents([source]) if document.variant == 0)
        canaries = list(islice(indexed, CANARIES))
        expected = len(canaries) + sum(1 for _ in indexed)
        held = health.objects.get(source.kind, 0)
        if held != expected:
            found.append(f"{source.label} : {held} dans l’index, {expected} dans la base.")
        lost = [document.key for document in canaries if not _is_found(document, one)]
        if lost:
            found.append(
                f"{source.label} : {counted(len(lost), 'fiche témoin introuvable', 'fiches témoins introuvables')} sur {len(canaries)}, dont {lost[0]}."
            )
    unknown = set(health.objects) - set(sources())
    return found + [f"« {kind} » : {health.objects[kind]} dans l’index, mais ce genre n’existe plus." for kind in sorted(unknown)]


def _is_found(document: IndexDocument, where: Draft | Engine) -> bool:
    """By the words of its title as they were written into the index: read as a question, «à 30 km de Valence» would bar its own page."""
    words = [word for word in dict.fromkeys(document.tokens.get("title_fold", ())) if len(word) <= CANARY_SIGNS][:CANARY_WORDS]
    query = Bool(must=tuple(Term("title_fold", word) for word in words))  # without a word: whatever there is
    request = SearchRequest(query=query, principal=document.acl, filters=(Terms("key", frozenset({document.key})),), size=1)
    return where.search(request).total == 1
