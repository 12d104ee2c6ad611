"""Who answers, keeps an answer, finds one useful."""

from hub.core.accounts.actor import Actor
from hub.pages.questions.models import Answer, QuestionPage
from hub.pages.writing import rules as writing


def can_answer(actor: Actor, question: QuestionPage) -> bool:
    return question.live and writing.can_take_part(actor)


def can_accept(actor: Actor, question: QuestionPage) -> bool:
    """Whoever asked, as long as the question is hers to change."""
    return question.live and writing.can_edit(actor, question)


def can_edit_answer(actor: Actor, answer: Answer) -> bool:
    """Its author, for the organisation in whose name she answered."""
    is_hers = answer.author_id == actor.user_id and answer.organisation_id == actor.organisation_id
    return writing.can_take_part(actor) and is_hers and answer.withdrawn_at is None


def can_mark(actor: Actor, answer: Answer) -> bool:
    """Anybody who may answer, but of her own answer."""
    return can_answer(actor, answer.question) and answer.author_id != actor.user_id and answer.withdrawn_at is None


def can_withdraw_answer(actor: Actor, answer: Answer) -> bool:
    return answer.withdrawn_at is None and writing.can_moderate(actor, answer.question)
