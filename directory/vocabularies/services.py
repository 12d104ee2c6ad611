"""Loads the vocabularies that changed since the last load; adds, updates, withdraws, never deletes."""

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.db import models, transaction
from django.utils import timezone

from directory.vocabularies import files
from directory.vocabularies.files import DATA, Source
from directory.vocabularies.models import (
    Activity,
    CollectiveAgreement,
    Commune,
    Department,
    Skill,
    Speciality,
    Term,
    Trade,
    TradeName,
    Vocabulary,
)
from hub.core.accounts.actor import Actor
from hub.core.audit import services as audit

Reader = Callable[[Path], Iterator[dict[str, Any]]]
# The coordinates and the map have a source to show but no rows of their own: they fill columns of the communes, or none at all.
READERS: dict[str, tuple[type[Term], Reader]] = {
    "departments": (Department, files.departments),
    "communes": (Commune, files.communes),
    "trades": (Trade, files.trades),
    "trade_names": (TradeName, files.trade_names),
    "skills": (Skill, files.skills),
    "activities": (Activity, files.activities),
    "specialities": (Speciality, files.specialities),
    "collective_agreements": (CollectiveAgreement, files.collective_agreements),
}
BATCH = 2000


@dataclass(frozen=True)
class Loading:
    """What became of one vocabulary: rows in the file (None for a source without rows of its own), codes withdrawn, seconds.

    `is_due` when the files differ from what was loaded.
    """

    source: Source
    is_due: bool
    row_count: int | None = None
    withdrawn: tuple[str, ...] = ()
    seconds: float = 0.0


def pending(folder: Path = DATA) -> list[Loading]:
    """Each vocabulary with whether its files differ from what was loaded; reads, writes nothing."""
    loaded = {row.code: row for row in Vocabulary.objects.all()}
    return [Loading(source, _is_due(source, loaded.get(source.code), folder)) for source in files.sources(folder)]


def _is_due(source: Source, row: Vocabulary | None, folder: Path) -> bool:
    return row is None or row.digest != source.digest(folder) or any(getattr(row, name) != text for name, text in source.facts().items())


@transaction.atomic
def load_vocabularies(*, actor: Actor, only: set[str] | None = None, folder: Path = DATA) -> list[Loading]:
    """Loads what is due, in the order of sources.toml; `only` names vocabularies by code (an unknown one raises KeyError)."""
    rows = pending(folder)
    if unknown := (only or set()) - {row.source.code for row in rows}:
        raise KeyError(f"unknown vocabularies: {sorted(unknown)}")
    chosen = [(rank, row) for rank, row in enumerate(rows) if only is None or row.source.code in only]
    done = [_load(row.source, rank, folder) if row.is_due else row for rank, row in chosen]
    for loading in done:
        if loading.is_due:
            data = {"edition": loading.source.edition, "rows": loading.row_count or 0, "withdrawn": len(loading.withdrawn)}
            source = loading.source
            audit.record(
                "vocabularies.load", actor=actor, data=data, kind="vocabularies.vocabulary", object_id=source.code, label=source.title
            )
    return done


def _load(source: Source, rank: int, folder: Path) -> Loading:
    started = time.monotonic()
    model, reader = READERS.get(source.code, (None, None))
    count, withdrawn = _replace(model, reader(folder)) if model and reader else (None, ())
    facts = {**source.facts(), "row_count": count or 0, "loaded_at": timezone.now(), "digest": source.digest(folder), "rank": rank}
    Vocabulary.objects.update_or_create(code=source.code, defaults=facts)
    return Loading(source, True, count, withdrawn, time.monotonic() - started)


def _replace(model: type[Term], values: Iterator[dict[str, Any]]) -> tuple[int, tuple[str, ...]]:
    terms = [model(**value) for value in values]
    names = [field.name for field in model._meta.concrete_fields if not field.primary_key]
    manager: models.Manager[Term] = model._default_manager
    gone = set(manager.filter(is_current=True).values_list("code", flat=True)) - {term.code for term in terms}
    manager.bulk_create(terms, batch_size=BATCH, update_conflicts=True, unique_fields=["code"], update_fields=names)
    for start in range(0, len(gone), BATCH):
        manager.filter(code__in=sorted(gone)[start : start + BATCH]).update(is_current=False)
    return len(terms), tuple(sorted(gone))
