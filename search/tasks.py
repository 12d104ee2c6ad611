"""Jobs of the index. Its lines come from the packages below (`hub.core.kit.searchable.index_line`)."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import time, timedelta

from hub.core.jobs import health, registry
from hub.core.jobs.errors import TryLater
from hub.core.kit.searchable import SEARCH_TOPIC
from hub.core.kit.text import counted
from search import index
from search.documents import key_of
from search.engines import engine
from search.errors import EngineAway, EngineBusy

logger = logging.getLogger(__name__)

ORGANISATION_TOPIC = "search.organisation"
LATER_SECONDS, AWAY_SECONDS = 5.0, 30.0
REBUILD_EVERY = timedelta(days=7)
REBUILD_LEASE = timedelta(hours=1)


@contextmanager
def _later() -> Iterator[None]:
    """What cannot be written now waits in the outbox: nothing that changed while a cluster was away is lost."""
    try:
        yield
    except EngineBusy as busy:
        raise TryLater(LATER_SECONDS) from busy
    except EngineAway as away:
        raise TryLater(AWAY_SECONDS) from away


@registry.batch_handler(SEARCH_TOPIC, size=index.BATCH)
def update(payloads: list[registry.Payload]) -> None:
    with _later():
        index.update({key_of(payload["kind"], payload["id"]) for payload in payloads})


@registry.handler(ORGANISATION_TOPIC, lease=timedelta(minutes=5))
def update_organisation(payload: registry.Payload) -> None:
    """May run twice or be cut short and run anew: each page writes what the rows say now."""
    with _later():
        index.update_organisation(payload["id"])


@registry.periodic("search.rebuild", every=REBUILD_EVERY, lease=REBUILD_LEASE)
def rebuild() -> None:
    """Words of what was deleted stay in the files until their segment is merged: a weekly rebuild is their longest life."""
    with _later():
        index.rebuild()


@registry.periodic("search.check", at=time(4, 10), lease=timedelta(minutes=10))
def check() -> None:
    """An index that disagrees with the database is made anew: damage in its files raises no error by itself."""
    if found := index.differences():
        logger.warning("index de recherche refait : %s", " ".join(found))
        rebuild()


def state() -> tuple[health.State, str]:
    """Without an index the site still answers, less well: a warning, not an alarm."""
    found = engine().health()
    if not found.ready:
        remedy = "" if found.is_away else " (bin/hub rebuild_index)"
        return health.State.WARN, f"Recherche simplifiée : {found.reason}{remedy}"
    where = " d’un cluster" if found.is_remote else ""
    return health.State.OK, f"{counted(sum(found.objects.values()), 'fiche')} dans l’index{where}"


def register_health() -> None:
    health.register("search", state, label="Recherche")
