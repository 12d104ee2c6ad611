"""Who answers, keeps an answer, finds one useful."""

from hub.core.accounts.actor import Actor
from hub.pages.questions.models import Answer, QuestionPage
from hub.pages.writing import rules as writing


def can_answer(actor: Actor, question: QuestionPage) -> bool:
    return question.live and writing.can_take_part(actor)


def can_accept(actor: Actor, question: QuestionPage) -> bool:
    """Whoever asked."""
    return question.live and writing.can_take_part(actor) and question.author_id == actor.user_id


def can_edit_answer(actor: Actor, answer: Answer) -> bool:
    return writing.can_take_part(actor) and answer.author_id == actor.user_id and answer.withdrawn_at is None


def can_mark(actor: Actor, answer: Answer) -> bool:
    """Anybody who may answer, but of her own answer."""
    return can_answer(actor, answer.question) and answer.author_id != actor.user_id and answer.withdrawn_at is None


def can_withdraw_answer(actor: Actor, answer: Answer) -> bool:
    return answer.withdrawn_at is None and writing.can_moderate(actor, answer.question)
