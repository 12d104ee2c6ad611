from typing import Any
from uuid import UUID

from django.urls import reverse

from hub.core.accounts.actor import Actor
from hub.core.accounts.models import User
from hub.core.kit.text import in_sentence
from hub.pages.questions import rules
from hub.pages.questions.models import Answer, Follow, QuestionPage
from hub.pages.writing import rules as writing
from hub.pages.writing.nouns import registry
from hub.pages.writing.selectors import still_reading


def answers(actor: Actor, question: QuestionPage) -> list[dict[str, Any]]:
    """The answers that an actor reads, each with what she may do to it."""
    rows = list(Answer.objects.visible_to(actor).with_marks(actor).filter(question=question).select_related("author", "organisation"))
    for row in rows:
        row.question = question
    return [
        {
            "answer": row, "can_edit": rules.can_edit_answer(actor, row), "can_mark": rules.can_mark(actor, row),
            "can_accept": rules.can_accept(actor, question) and row.withdrawn_at is None, "begins": pages_to_begin(actor, row),
        }
        for row in rows
    ]  # fmt: skip


def as_beginning(actor: Actor, pk: UUID) -> dict[str, Any] | None:
    """An answer that was kept, as the beginning of a page that outlives the question: for the same readers, or for those one chooses."""
    row = Answer.objects.visible_to(actor).filter(pk=pk, accepted_at__isnull=False).select_related("question", "organisation").first()
    if row is None:
        return None
    question: QuestionPage = row.question
    source = f"D’après la réponse {in_sentence(row.organisation.name)}" if row.organisation else "D’après une réponse"
    return {
        "title": question.title, "theme": question.theme, "audience": question.audience, "trade_rows": question.trades,
        "skill_rows": question.skills, "body": f"{row.body}\n\n{source} à la question « {question.title} ».",
    }  # fmt: skip


def pages_to_begin(actor: Actor, row: Answer) -> list[dict[str, str]]:
    """What this actor may make of a kept answer: a link for each kind of page that keeps what was learnt."""
    if row.accepted_at is None or row.withdrawn_at is not None:
        return []
    kinds = [noun for noun in registry.all() if noun.from_answer and writing.can_create(actor, noun.model)]
    return [{"label": noun.from_answer, "url": f"{reverse(f'{noun.namespace}:new')}?reponse={row.pk}"} for noun in kinds]


def followers(question: QuestionPage, *, but: Any = None) -> list[User]:
    """Those who follow it and may still read it."""
    held = Follow.objects.filter(question=question).exclude(user=but).select_related("user")
    return still_reading(question, [row.user for row in held])


def is_following(actor: Actor, question: QuestionPage) -> bool:
    return actor.user_id is not None and Follow.objects.filter(question=question, user=actor.user_id).exists()
