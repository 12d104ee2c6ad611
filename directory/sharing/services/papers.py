"""The paper of a statement: numbered and sealed once accepted, outside any transaction (hub.core.papers.services)."""

import logging
from datetime import date
from typing import Any

from django.db import transaction

from directory.sharing.enums import StatementStatus
from directory.sharing.models import Statement, TimeEntry
from directory.sharing.statement_paper import KIND, SUBJECT, statement_data
from hub.core.accounts.actor import Actor
from hub.core.audit import services as audit
from hub.core.papers import services as papers
from hub.core.papers.errors import DocumentError
from hub.core.papers.glyphs import legible
from hub.core.papers.models import IssuedPaper

logger = logging.getLogger(__name__)
_BY_CODE = "Un signe que nos caractères n’ont pas est imprimé par son code ([U+…]) : le hub le montre."


def _data(statement: Statement) -> dict[str, Any]:
    """Day by day as it was sent: what a contested line was made of stands on the line, its entries are free to change."""
    lines = list(statement.lines.select_related("person"))
    entries = list(TimeEntry.unscoped.filter(line__statement=statement).select_related("person"))
    entries += [
        TimeEntry(day=date.fromisoformat(day), minutes=minutes, work=line.work, person=line.person)
        for line in lines
        for day, minutes in line.days
    ]
    data = statement_data(statement, lines, sorted(entries, key=lambda one: (one.day, one.person.sort_name, one.pk)))
    shown: dict[str, Any] = legible(data)
    if shown != data:
        shown["standing"].append(_BY_CODE)
    return shown


def establish_paper(statement: Statement) -> Statement:
    """Give an accepted statement its paper; done twice it is done once, whatever names have become since."""
    rows = Statement.unscoped.select_related("service__provider", "service__beneficiary", "service__agreement", "paper")
    row = rows.get(pk=statement.pk)
    if row.status != StatementStatus.ACCEPTED or row.paper is not None or row.answered_at is None:
        return row
    held = papers.latest(KIND, SUBJECT, row.pk)
    if held is not None and held.number in {one.get("paper") for one in row.contests}:
        held = None  # of an acceptance that was taken back since
    row.paper = held or papers.reissue_or_same(
        KIND, _data(row), actor=Actor.system(), subject_kind=SUBJECT, subject_id=row.pk, organisation=row.service.provider,
        issued_at=row.answered_at, version=row.round,
    ).paper  # fmt: skip
    Statement.unscoped.filter(pk=row.pk, paper=None, status=StatementStatus.ACCEPTED, round=row.round).update(paper=row.paper)
    return row


def establish_missing_papers() -> int:
    """Those whose job was lost, or accepted before statements had papers; one that cannot be made stops no other."""
    late = Statement.unscoped.filter(status=StatementStatus.ACCEPTED, paper=None)
    return sum(_is_established(row) for row in late.iterator(chunk_size=100))


def _is_established(statement: Statement) -> bool:
    try:
        return establish_paper(statement).paper is not None
    except DocumentError:
        logger.exception("statement without paper: %s", statement.pk)
        return False


@transaction.atomic
def forget_papers() -> int:
    """Remove the papers of statements that went at their term (sharing.panels); returns how many."""
    gone = IssuedPaper.unscoped.filter(subject_kind=SUBJECT).exclude(subject_id__in=Statement.unscoped.values("pk"))
    count = papers.forget(gone.values_list("subject_id", flat=True))
    if count:
        audit.record("privacy.retention", actor=Actor.system(), kind=IssuedPaper._meta.label_lower, data={"rows": count})
    return count


def statement_pdf(statement: Statement) -> bytes | None:
    """The sealed file of an accepted statement, or None while it is being made; before that, what was sent, without number or seal."""
    if statement.status != StatementStatus.ACCEPTED:
        return papers.proof(KIND, _data(statement), at=statement.issued_at, version=statement.round)
    return papers.sealed_file(statement.paper) if statement.paper else None
