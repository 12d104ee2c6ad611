"""The month's statement: computed from the log, sent, accepted or contested line by line, sent again."""

from collections.abc import Mapping
from datetime import date
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from directory.sharing.amounts import month_of
from directory.sharing.enums import LineState, StatementStatus
from directory.sharing.errors import MoveRefused, RuleBroken, VersionConflict
from directory.sharing.models import SharedService, Statement, TimeEntry
from directory.sharing.notifications import StatementTold
from directory.sharing.selectors.statements import drafted, waiting
from directory.sharing.services import telling
from directory.sharing.services.shared import lock
from hub.core.accounts.actor import Actor
from hub.core.audit import services as audit
from hub.core.jobs import services as jobs
from hub.core.kit.dates import today

PAPER_TOPIC = "sharing.statement_paper"


@transaction.atomic
def issue_statement(service: SharedService, *, month: date, actor: Actor, reply: str = "", seen: str = "") -> Statement:
    """Send the statement of a month that is over, or send again one that was contested, with a reply.

    Lines already accepted stay; the others are computed anew from the log. `seen` is the digest of what whoever sends has read.
    Raises: RuleBroken, MoveRefused, VersionConflict when the log says something else by now.
    """
    row, month = lock(service), month_of(month)
    _require_over(row, month)
    statement = Statement.unscoped.select_for_update(of=("self",), no_key=True).filter(service=row, month=month).first()
    if statement is None:
        statement = Statement(service=row, month=month)
        if not waiting(row, month):
            raise RuleBroken("Aucun temps n’est noté pour ce mois.")
    else:
        if not reply.strip():
            raise RuleBroken("Répondez aux lignes contestées avant d’envoyer de nouveau.")
        statement.contests = [*statement.contests, _contest(statement, reply)]
        statement.move_to(StatementStatus.ISSUED)
        statement.round += 1
    draft = drafted(row, month)
    if seen and seen != draft.seen:
        raise VersionConflict
    statement.reply, statement.issued_at, statement.issued_by_id = reply, timezone.now(), actor.user_id
    statement.answered_at, statement.answered_by = None, None
    statement.save()
    statement.lines.filter(state=LineState.CONTESTED).delete()
    for line, entries in draft.fresh:
        line.statement = statement
        line.save(force_insert=True)
        TimeEntry.unscoped.filter(pk__in=[entry.pk for entry in entries]).update(line=line)
    _tell(statement, "envoyé" if statement.round == 1 else "envoyé de nouveau", actor, "issue", {"has_reply": bool(reply)})
    return statement


def _contest(statement: Statement, reply: str) -> dict[str, object]:
    """What was contested of a sending, and what is answered: its lines are about to make room for others."""
    rows = statement.lines.filter(state=LineState.CONTESTED).values("work", "minutes", "amount_cents", "reason")
    day = timezone.localdate(statement.answered_at).isoformat() if statement.answered_at else ""
    return {"round": statement.round, "on": day, "lines": list(rows.order_by("position")), "reply": reply}


def _require_over(row: SharedService, month: date) -> None:
    over = month_of(today()) > month or (row.ended_on is not None and month_of(row.last_day) == month and row.last_day < today())
    if not over:
        raise RuleBroken("Le mois n’est pas fini.")


@transaction.atomic
def accept_statement(statement: Statement, *, round: int, actor: Actor) -> Statement:
    """The receiving CAE accepts every line that it was shown. Raises: MoveRefused, VersionConflict."""
    row = _locked(statement, round)
    row.move_to(StatementStatus.ACCEPTED)
    row.answered_at, row.answered_by_id = timezone.now(), actor.user_id
    row.save(update_fields=["status", "answered_at", "answered_by", "updated_at"])
    row.lines.update(state=LineState.ACCEPTED)
    jobs.emit(PAPER_TOPIC, {"statement": str(row.pk)}, key=f"{PAPER_TOPIC}:{row.pk}")
    _tell(row, "accepté", actor, "accept")
    return row


@transaction.atomic
def contest_lines(statement: Statement, *, reasons: Mapping[UUID, str], round: int, actor: Actor) -> Statement:
    """The receiving CAE contests some lines, each with a reason, and accepts the others; their time can be corrected.

    Raises: RuleBroken, MoveRefused, VersionConflict.
    """
    row = _locked(statement, round)
    lines = {line.pk: line for line in row.lines.all()}
    if not reasons or any(not words.strip() for words in reasons.values()):
        raise RuleBroken("Chaque ligne contestée dit pourquoi.")
    if not reasons.keys() <= lines.keys():
        raise RuleBroken("Cette ligne n’est pas du relevé.")
    if settled := [pk for pk in reasons if lines[pk].state == LineState.ACCEPTED]:
        raise RuleBroken(f"« {lines[settled[0]].work} » a déjà été acceptée.")
    row.move_to(StatementStatus.CONTESTED)
    row.answered_at, row.answered_by_id = timezone.now(), actor.user_id
    row.save(update_fields=["status", "answered_at", "answered_by", "updated_at"])
    for pk, line in lines.items():
        line.state, line.reason = (LineState.CONTESTED, reasons[pk]) if pk in reasons else (LineState.ACCEPTED, "")
        line.days = [[one.day.isoformat(), one.minutes] for one in line.entries.order_by("day", "id")] if pk in reasons else []
        line.save(update_fields=["state", "reason", "days", "updated_at"])
    TimeEntry.unscoped.filter(line__in=list(reasons)).update(line=None)
    said = [
        {"position": lines[pk].position, "amount_cents": lines[pk].amount_cents} for pk in reasons
    ]  # no free text in the chain (decision 0002)
    words = "une ligne contestée" if len(said) == 1 else f"{len(said)} lignes contestées"
    _tell(row, words, actor, "contest", {"lines": said})
    return row


def _locked(statement: Statement, round: int) -> Statement:
    """The statement as it was shown to whoever answers."""
    rows = Statement.unscoped.select_for_update(of=("self",), no_key=True).select_related(
        "service__provider", "service__beneficiary", "service__agreement"
    )
    row = rows.get(pk=statement.pk)
    if row.status != StatementStatus.ISSUED:
        raise MoveRefused(f"ce relevé est {row.get_status_display().lower()}")
    if row.round != round:
        raise VersionConflict
    return row


def _tell(statement: Statement, words: str, actor: Actor, verb: str, data: dict[str, object] | None = None) -> None:
    vars(statement).pop("_prefetched_objects_cache", None)
    telling.both_sides(statement.service, StatementTold(statement, words))
    facts = {"round": statement.round, "total_minutes": statement.total_minutes, "total_cents": statement.total_cents, **(data or {})}
    for organisation in (statement.service.provider, statement.service.beneficiary):
        audit.record(f"sharing.statement.{verb}", statement, actor=actor, organisation=organisation, data=facts)
