"""The verbs of papers: issue one, issue again only when the facts have changed, prove that a paper is what its facts say."""

import logging
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.core.files.base import ContentFile
from django.core.files.storage import storages
from django.db import transaction
from django.utils import timezone

from hub.core.accounts.actor import Actor
from hub.core.accounts.models import Organisation
from hub.core.audit import services as audit
from hub.core.jobs import services as jobs
from hub.core.papers import numbering
from hub.core.papers.drafts import Draft, Sheet, digest
from hub.core.papers.errors import DigestChanged, DocumentError, SealedFileLost, TemplateChanged
from hub.core.papers.models import IssuedPaper

logger = logging.getLogger(__name__)
ATTEMPTS = 3
ERASE = "papers.erase"


@dataclass(frozen=True)
class Issued:
    """A paper and its sealed file; `is_new` is false when the paper was there already."""

    paper: IssuedPaper
    pdf: bytes
    is_new: bool = True


@dataclass(frozen=True)
class _Order:
    """Who asks for a paper, for whom, about what; `last` is the paper that must still be the last one about it (see _register)."""

    actor: Actor
    organisation: Organisation | None
    subject_kind: str
    subject_id: UUID
    replaces: IssuedPaper | None = None
    guarded: bool = False


class _Overtaken(Exception):
    """Somebody issued a paper on the same subject since we looked."""


def issue(
    kind: str,
    data: Mapping[str, Any],
    *,
    actor: Actor,
    subject_kind: str,
    subject_id: UUID,
    organisation: Organisation | None = None,
    series: str = "",
    issued_at: datetime | None = None,
    replaces: IssuedPaper | None = None,
) -> Issued:
    """A new paper: typeset, sealed, stored, in the register and in the audit trail.

    Args: data with the fields of the kind, strings already formatted; organisation: the issuer; series: by default the one of the kind.
    Raises: DataRefused when something cannot be printed; no number is lost.
    """
    draft = Draft.of(kind, data, series=series, issued_at=issued_at or timezone.now(), replaces=replaces)
    return _issue(draft, _Order(actor, organisation, subject_kind, subject_id, replaces))


def reissue_or_same(
    kind: str,
    data: Mapping[str, Any],
    *,
    actor: Actor,
    subject_kind: str,
    subject_id: UUID,
    organisation: Organisation | None = None,
    series: str = "",
    issued_at: datetime | None = None,
    version: int = 1,
) -> Issued:
    """The last paper of this kind on this subject while its facts hold, number and file unchanged; else one that replaces it.

    Raises: DigestChanged when the paper that holds is no longer what its facts give, or its file not the one that was sealed.
    """
    while True:
        last = latest(kind, subject_kind, subject_id)
        draft = Draft.of(kind, data, series=series, issued_at=issued_at or timezone.now(), replaces=last, version=version)
        if last and draft.has_facts_of(last):
            if last.template_version == draft.kind.version:
                rerender(last)
            return Issued(last, sealed_file(last), is_new=False)
        try:
            return _issue(draft, _Order(actor, organisation, subject_kind, subject_id, last, guarded=True))
        except _Overtaken:
            continue


def proof(kind: str, data: Mapping[str, Any], *, at: datetime, version: int = 1) -> bytes:
    """What a paper would look like, without number, seal or register: for what the parties have not agreed yet."""
    return Draft.of(kind, data, series="", issued_at=at, replaces=None, version=version).typeset("sans numéro")


def latest(kind: str, subject_kind: str, subject_id: UUID) -> IssuedPaper | None:
    about = IssuedPaper.unscoped.filter(kind=kind, subject_kind=subject_kind, subject_id=subject_id, replaced_by=None)
    return about.select_related("replaces").order_by("-version", "-number").first()


def rerender(paper: IssuedPaper) -> bytes:
    """The unsealed document, made again from the register and equal to what was issued.

    Raises: TemplateChanged when the template or the engine is another one since; DigestChanged when the bytes differ though nothing should.
    """
    draft = Draft.of_paper(paper)
    if draft.kind.version != paper.template_version:
        raise TemplateChanged(f"Le gabarit de {paper.number} a changé depuis : le fichier scellé fait foi.")
    pdf = draft.typeset(paper.number)
    if digest(pdf) != paper.sha256:
        raise DigestChanged(f"Le document {paper.number} ne correspond plus à ce qui a été établi.")
    return pdf


def sealed_file(paper: IssuedPaper) -> bytes:
    """The file that was handed out.

    Raises: SealedFileLost when it is missing or not that file any more.
    """
    try:
        with storages["private"].open(paper.path) as stored:
            pdf: bytes = stored.read()
    except FileNotFoundError:
        logger.error("the sealed file of %s is missing", paper.number)
        raise SealedFileLost(f"Le fichier scellé de {paper.number} manque.") from None
    if digest(pdf) != paper.sealed_sha256:
        logger.error("the sealed file of %s was changed", paper.number)
        raise SealedFileLost(f"Le fichier scellé de {paper.number} a été altéré.")
    return pdf


@transaction.atomic
def forget(subjects: Iterable[UUID]) -> int:
    """Remove every paper about these subjects, whose domain may keep them no longer: the rows now, the files after the commit. Returns how many.

    Numbers are not given again. Rows of the domain that name a paper are to be removed before.
    """
    rows = list(
        IssuedPaper.unscoped.filter(subject_id__in=list(subjects)).order_by("-version")
    )  # what replaces goes before what it replaced
    for row in rows:
        jobs.emit(ERASE, {"path": row.path})
        row.delete()
    return len(rows)


def _issue(draft: Draft, order: _Order) -> Issued:
    """Typeset and seal (some 50 ms) before the transaction, under the number expected; keep the sheet if the number is still free.

    SQLite has one write lock for the whole site: to typeset under it would let 20 papers a second stop every other write. Three lost
    races, and the work is done with the series held: someone always gets through.
    """
    for _ in range(ATTEMPTS):
        rank = numbering.next_rank(draft.series, draft.year)
        sheet = draft.sheet(rank)
        with transaction.atomic():
            if numbering.take(draft.series, draft.year, rank):
                return _register(draft, sheet, order)
    with transaction.atomic():
        rank = numbering.hold(draft.series, draft.year)
        sheet = draft.sheet(rank)
        if not numbering.take(draft.series, draft.year, rank):
            raise DocumentError(f"La série {draft.series} avance sans verrou.")
        return _register(draft, sheet, order)


def _register(draft: Draft, sheet: Sheet, order: _Order) -> Issued:
    """Inside the transaction that took the number, and so after every other paper of its series."""
    if order.guarded and latest(draft.kind.name, order.subject_kind, order.subject_id) != order.replaces:
        raise _Overtaken
    paper = IssuedPaper.unscoped.create(
        number=sheet.number,
        version=draft.version,
        kind=draft.kind.name,
        template_version=draft.kind.version,
        data=dict(draft.data),
        issued_at=draft.issued_at,
        sha256=sheet.sha256,
        sealed_sha256=digest(sheet.sealed),
        organisation_id=order.organisation.pk if order.organisation else order.actor.organisation_id,
        replaces=order.replaces,
        subject_kind=order.subject_kind,
        subject_id=order.subject_id,
    )
    # Written before the commit: a row without its file would be worse than a file, named by an identifier that nobody has, without its row.
    storages["private"].save(paper.path, ContentFile(sheet.sealed))
    facts = {"number": paper.number, "kind": paper.kind, "sha256": paper.sha256}
    if order.replaces:
        audit.record(
            "papers.replace", paper, actor=order.actor, organisation=order.organisation, data={**facts, "replaces": draft.replaces}
        )
    else:
        audit.record("papers.issue", paper, actor=order.actor, organisation=order.organisation, data=facts)
    return Issued(paper, sheet.sealed)
