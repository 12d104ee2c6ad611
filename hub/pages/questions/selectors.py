from typing import Any

from hub.core.accounts.actor import Actor
from hub.core.accounts.models import User
from hub.pages.questions import rules
from hub.pages.questions.models import Answer, Follow, QuestionPage
from hub.pages.writing.selectors import still_reading


def answers(actor: Actor, question: QuestionPage) -> list[dict[str, Any]]:
    """The answers that an actor reads, each with what she may do to it."""
    rows = list(Answer.objects.visible_to(actor).with_marks(actor).filter(question=question).select_related("author", "organisation"))
    for row in rows:
        row.question = question
    return [
        {
            "answer": row, "can_edit": rules.can_edit_answer(actor, row), "can_mark": rules.can_mark(actor, row),
            "can_accept": rules.can_accept(actor, question) and row.withdrawn_at is None,
        }
        for row in rows
    ]  # fmt: skip


def followers(question: QuestionPage, *, but: Any = None) -> list[User]:
    """Those who follow it and may still read it."""
    held = Follow.objects.filter(question=question).exclude(user=but).select_related("user")
    return still_reading(question, [row.user for row in held])


def is_following(actor: Actor, question: QuestionPage) -> bool:
    return actor.user_id is not None and Follow.objects.filter(question=question, user=actor.user_id).exists()
