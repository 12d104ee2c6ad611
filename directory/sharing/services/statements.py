"""The month's statement: computed from the log, sent, recalled, accepted or contested line by line, sent again."""

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
from directory.sharing.statement_paper import KIND, SUBJECT
from hub.core.accounts.actor import Actor
from hub.core.audit import services as audit
from hub.core.jobs import services as jobs
from hub.core.kit.dates import today
from hub.core.papers import services as papers

NO_TIME = "Aucun temps n’est noté pour ce mois."
PAPER_TOPIC = "sharing.statement_paper"


@transaction.atomic
def issue_statement(service: SharedService, *, month: date, actor: Actor, reply: str = "", seen: str = "") -> Statement:
    """Send the statement of a month that is over, or send again one that was recalled, or contested, then with a reply.

    Lines already accepted stay; the others are computed anew from the log. `seen` is the digest of what whoever sends has read.
    Raises: RuleBroken, MoveRefused, VersionConflict when the log says something else by now.
    """
    row, month = lock(service), month_of(month)
    _require_over(row, month)
    statement = Statement.unscoped.select_for_update(of=("self",), no_key=True).filter(service=row, month=month).first()
    if statement is None:
        statement = Statement(service=row, month=month)
        if not waiting(row, month):
            raise RuleBroken(NO_TIME)
    else:
        _send_again(statement, reply)
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


def _send_again(statement: Statement, reply: str) -> None:
    """One that its sender has: what was contested of it is kept with the answer, that of the last sending when an earlier one was recalled."""
    is_recalled = statement.status == StatementStatus.RECALLED
    if not reply.strip() and (statement.contests or not is_recalled):
        raise RuleBroken("Répondez aux lignes contestées avant d’envoyer de nouveau.")
    if is_recalled and not (waiting(statement.service, statement.month) or statement.lines.exists()):
        raise RuleBroken(NO_TIME)
    before = statement.contests
    if is_recalled:
        statement.contests = [*before[:-1], {**before[-1], "reply": reply}] if before else []
    else:
        statement.contests = [*before, _contest(statement, reply)]
    statement.move_to(StatementStatus.ISSUED)
    statement.round += 1
    statement.paper = None


def _contest(statement: Statement, reply: str) -> dict[str, object]:
    """What was contested of a sending, and what is answered: its lines are about to make room for others, its paper for another."""
    paper = papers.latest(KIND, SUBJECT, statement.pk)
    rows = statement.lines.filter(state=LineState.CONTESTED).values("work", "minutes", "amount_cents", "reason")
    day = timezone.localdate(statement.answered_at).isoformat() if statement.answered_at else ""
    number = paper.number if paper else ""
    return {"round": statement.round, "on": day, "lines": list(rows.order_by("position")), "reply": reply, "paper": number}


def _require_over(row: SharedService, month: date) -> None:
    over = month_of(today()) > month or (row.ended_on is not None and month_of(row.last_day) == month and row.last_day < today())
    if not over:
        raise RuleBroken("Le mois n’est pas fini.")


@transaction.atomic
def recall_statement(statement: Statement, *, round: int, actor: Actor) -> Statement:
    """The CAE that sent takes it back before any answer: its time may be corrected, lines accepted before stay. Raises: MoveRefused, VersionConflict."""
    lock(statement.service)
    row = _locked(statement, round)
    row.move_to(StatementStatus.RECALLED)
    row.save(update_fields=["status", "updated_at"])
    row.lines.filter(state=LineState.PENDING).delete()  # their entries are free again
    _tell(row, "rappelé avant toute réponse", actor, "recall")
    return row


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
    if settled := [line for line in row.lines.all() if line.pk in reasons and line.state == LineState.ACCEPTED]:
        raise RuleBroken(f"« {settled[0].work} » a déjà été acceptée.")
    said = _contest_lines(row, reasons, actor)
    words = "une ligne contestée" if len(said) == 1 else f"{len(said)} lignes contestées"
    _tell(row, words, actor, "contest", {"lines": said})
    return row


@transaction.atomic
def reopen_statement(statement: Statement, *, reasons: Mapping[UUID, str], round: int, actor: Actor) -> Statement:
    """The receiving CAE comes back on a statement that it accepted: some lines were wrong, each with a reason, and it is sent anew.

    Raises: RuleBroken, MoveRefused, VersionConflict.
    """
    row = _locked(statement, round, StatementStatus.ACCEPTED)
    row.reopen_reason, row.reopen_asked_at = "", None
    said = _contest_lines(row, reasons, actor)
    number = row.paper.number if row.paper else ""
    words = "rouvert après son acceptation" + (f", la pièce {number} ne vaut plus" if number else "")
    _tell(row, words, actor, "reopen", {"lines": said, "paper": number})
    return row


@transaction.atomic
def ask_reopening(statement: Statement, *, reason: str, round: int, actor: Actor) -> Statement:
    """The CAE that sent asks the one that accepted to come back on it, once at a time. Raises: MoveRefused, VersionConflict."""
    row = _locked(statement, round, StatementStatus.ACCEPTED)
    if row.reopen_reason:
        raise MoveRefused("sa réouverture est déjà demandée")
    _save_reopening(row, reason)
    _tell(row, "réouverture demandée", actor, "ask_reopening")
    return row


@transaction.atomic
def withdraw_reopening(statement: Statement, *, round: int, actor: Actor) -> Statement:
    """By the CAE that asked, before any answer. Raises: MoveRefused, VersionConflict."""
    row = _asked(statement, round)
    _tell(row, "demande de réouverture retirée", actor, "withdraw_reopening")
    return row


@transaction.atomic
def refuse_reopening(statement: Statement, *, round: int, actor: Actor) -> Statement:
    """The CAE that accepted keeps its acceptance. Raises: MoveRefused, VersionConflict."""
    row = _asked(statement, round)
    _tell(row, "l’acceptation est gardée", actor, "refuse_reopening")
    return row


def _asked(statement: Statement, round: int) -> Statement:
    """The statement whose reopening was asked, which it is no more."""
    row = _locked(statement, round, StatementStatus.ACCEPTED)
    if not row.reopen_reason:
        raise MoveRefused("sa réouverture n’est plus demandée")
    _save_reopening(row, "")
    return row


def _save_reopening(row: Statement, reason: str) -> None:
    row.reopen_reason, row.reopen_asked_at = reason, timezone.now() if reason else None
    row.save(update_fields=["reopen_reason", "reopen_asked_at", "updated_at"])


def _contest_lines(row: Statement, reasons: Mapping[UUID, str], actor: Actor) -> list[dict[str, object]]:
    """What the chain keeps of the lines contested: no free text (decision 0002)."""
    lines = {line.pk: line for line in row.lines.all()}
    if not reasons or any(not words.strip() for words in reasons.values()):
        raise RuleBroken("Chaque ligne contestée dit pourquoi.")
    if not reasons.keys() <= lines.keys():
        raise RuleBroken("Cette ligne n’est pas du relevé.")
    row.move_to(StatementStatus.CONTESTED)
    row.answered_at, row.answered_by_id = timezone.now(), actor.user_id
    row.save(update_fields=["status", "answered_at", "answered_by", "reopen_reason", "reopen_asked_at", "updated_at"])
    for pk, line in lines.items():
        line.state, line.reason = (LineState.CONTESTED, reasons[pk]) if pk in reasons else (LineState.ACCEPTED, "")
        line.days = [[one.day.isoformat(), one.minutes] for one in line.entries.order_by("day", "id")] if pk in reasons else []
        line.save(update_fields=["state", "reason", "days", "updated_at"])
    TimeEntry.unscoped.filter(line__in=list(reasons)).update(line=None)
    return [{"position": lines[pk].position, "amount_cents": lines[pk].amount_cents} for pk in reasons]


def _locked(statement: Statement, round: int, status: StatementStatus = StatementStatus.ISSUED) -> Statement:
    """The statement as it was shown to whoever answers."""
    rows = Statement.unscoped.select_for_update(of=("self",), no_key=True).select_related(
        "service__provider", "service__beneficiary", "service__agreement"
    )
    row = rows.get(pk=statement.pk)
    if row.status != status:
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
