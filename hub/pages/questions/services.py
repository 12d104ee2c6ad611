"""Answers are written, kept, marked, withdrawn; questions are followed."""

from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from hub.core.accounts.actor import Actor
from hub.core.audit import services as audit
from hub.core.jobs import services as jobs
from hub.core.kit.identifiers import uuid7
from hub.core.kit.searchable import index_line
from hub.core.kit.twins import twin
from hub.core.notifications import services as notifications
from hub.pages.questions import selectors
from hub.pages.questions.models import Answer, Follow, QuestionPage, UsefulMark
from hub.pages.questions.notifications import AnswerAccepted, AnswerWithdrawn, QuestionAnswered
from hub.pages.writing.services import held
from workgroups.groups.errors import NotPossible

CLOSED = "Cette question n’est plus en ligne : elle ne reçoit plus de réponse."
GONE = "Cette réponse est retirée par la modération."
TAKEN_BACK = "Cette réponse n’est plus en ligne : la personne qui l’a écrite l’a retirée."


def _record(verb: str, answer: Answer, actor: Actor, **data: Any) -> None:
    question = answer.question
    audit.record(
        f"life.answer.{verb}", actor=actor, organisation=question.organisation, data={"question": question.public_id, **data},
        kind="life.answer", object_id=str(answer.pk),
    )  # fmt: skip


def _held_answer(answer: Answer) -> Answer:
    """The answer under a lock until the end of the transaction. Raises: NotPossible when its author took it back meanwhile."""
    row: Answer | None = Answer.unscoped.select_for_update(of=("self",), no_key=True).filter(pk=answer.pk).first()
    if row is None:
        raise NotPossible(TAKEN_BACK)
    return row


@transaction.atomic
def write_answer(question: QuestionPage, *, body: str, actor: Actor, key: UUID | None = None) -> Answer:
    """Those who follow the question are told, and whoever answers follows it. The same key with the same words makes one answer.

    Raises: NotPossible once the question is not published.
    """
    locked = held(question)
    said = (actor.user_id, locked.pk, body)
    made, key = twin(
        key, said, rows=lambda one: Answer.unscoped.filter(pk=one),
        is_same=lambda answer: (answer.author_id, answer.question_id, answer.body) == said,
    )  # fmt: skip
    if made is not None:
        return made
    if not locked.live:
        raise NotPossible(CLOSED)
    answer = Answer.unscoped.create(
        id=key or uuid7(), question=locked, author_id=actor.user_id, organisation_id=actor.organisation_id, body=body
    )
    notifications.send(QuestionAnswered(locked, answer), to=selectors.followers(locked, but=actor.user_id))
    follow(locked, on=True, actor=actor)
    jobs.emit(**index_line("question", locked.public_id))
    _record("create", answer, actor)
    return answer


@transaction.atomic
def update_answer(answer: Answer, *, body: str, actor: Actor, based_on: int | None = None) -> Answer:
    """Raises: WasChanged; NotPossible once it is withdrawn or taken back."""
    row: Answer = Answer.unscoped.as_opened(_held_answer(answer).pk, based_on)
    if row.withdrawn_at is not None:
        raise NotPossible(GONE)
    row.body = body
    row.save(update_fields=["body", "version", "updated_at"])
    jobs.emit(**index_line("question", row.question.public_id))
    _record("update", row, actor)
    return row


@transaction.atomic
def accept_answer(answer: Answer, *, on: bool, actor: Actor) -> Answer:
    """Keep an answer as the one that helped, in the place of another, or no more. Raises: NotPossible once it is withdrawn or taken back."""
    question = held(answer.question)
    row = _held_answer(answer)
    if row.withdrawn_at is not None:
        raise NotPossible(GONE)
    if (row.accepted_at is not None) == on:
        return row
    Answer.unscoped.filter(question=question, accepted_at__isnull=False).update(accepted_at=None)
    row.accepted_at = timezone.now() if on else None
    row.save(update_fields=["accepted_at", "updated_at"])
    if on and row.author is not None and row.author_id != actor.user_id:
        notifications.send(AnswerAccepted(question), to=selectors.still_reading(question, [row.author]))
    _record("accept" if on else "unaccept", row, actor)
    return row


@transaction.atomic
def delete_answer(answer: Answer, *, actor: Actor) -> None:
    """Its author takes her answer back: it goes, with the marks that others gave it. Twice is once; NotPossible once moderation withdrew it."""
    row = Answer.unscoped.select_for_update(of=("self",), no_key=True).filter(pk=answer.pk).first()
    if row is None:
        return
    if row.withdrawn_at is not None:
        raise NotPossible(GONE)
    _record("delete", row, actor, was_accepted=row.accepted_at is not None)
    jobs.emit(**index_line("question", row.question.public_id))
    row.delete()


@transaction.atomic
def withdraw_answer(answer: Answer, *, reason: str, actor: Actor) -> Answer:
    """Moderation takes an answer away for good and says why to its author. Twice is once. Raises: NotPossible once it is taken back."""
    row = _held_answer(answer)
    if row.withdrawn_at is not None:
        return row
    row.withdrawn_at, row.withdrawn_reason, row.accepted_at = timezone.now(), reason, None
    row.save(update_fields=["withdrawn_at", "withdrawn_reason", "accepted_at", "updated_at"])
    if row.author is not None and row.author_id != actor.user_id:
        notifications.send(AnswerWithdrawn(row.question, reason), to=[row.author])
    jobs.emit(**index_line("question", row.question.public_id))
    _record("withdraw", row, actor, has_reason=bool(reason))
    return row


@transaction.atomic
def mark_useful(answer: Answer, *, on: bool, actor: Actor) -> None:
    """A mark is a small thing: counted once per person, and not audited. Raises: NotPossible once the answer is taken back."""
    if actor.user_id is None:
        return
    if on:
        UsefulMark.objects.get_or_create(answer=_held_answer(answer), user_id=actor.user_id)
    else:
        UsefulMark.objects.filter(answer=answer, user=actor.user_id).delete()


@transaction.atomic
def follow(question: QuestionPage, *, on: bool, actor: Actor) -> None:
    if actor.user_id is None:
        return
    if on:
        Follow.objects.get_or_create(question=question, user_id=actor.user_id)
    else:
        Follow.objects.filter(question=question, user=actor.user_id).delete()
