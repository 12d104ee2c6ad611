from dataclasses import dataclass

from hub.core.notifications.kinds import Category, NotificationKind, register
from hub.pages.questions.models import Answer, QuestionPage


class _AboutQuestion(NotificationKind):
    category = Category.HUB
    question: QuestionPage

    def audience(self) -> str:
        return self.question.audience

    def url(self) -> str:
        return self.question.get_absolute_url()

    def data(self) -> dict[str, str]:
        return {"page": str(self.question.public_id)}


@register
@dataclass(frozen=True)
class QuestionAsked(_AboutQuestion):
    code = "life.question_asked"
    label = "Une question est posée dans un de mes groupes"
    question: QuestionPage

    def subject(self) -> str:
        return f"Question au groupe : {self.question.title}"


@register
@dataclass(frozen=True)
class QuestionAnswered(_AboutQuestion):
    code = "life.question_answered"
    label = "Une question que je suis reçoit une réponse"
    question: QuestionPage
    answer: Answer

    def subject(self) -> str:
        return f"Réponse à « {self.question.title} »"

    @property
    def who(self) -> str:
        return ", ".join(str(one) for one in (self.answer.author, self.answer.organisation) if one)


@register
@dataclass(frozen=True)
class AnswerAccepted(_AboutQuestion):
    code = "life.answer_accepted"
    label = "Ma réponse est retenue par la personne qui a posé la question"
    by_mail = False
    question: QuestionPage

    def subject(self) -> str:
        return f"Votre réponse à « {self.question.title} » est retenue"


@register
@dataclass(frozen=True)
class AnswerWithdrawn(_AboutQuestion):
    code = "life.answer_withdrawn"
    label = "Ma réponse est retirée par la modération"
    may_be_disabled = False
    question: QuestionPage
    reason: str

    def subject(self) -> str:
        return f"Votre réponse à « {self.question.title} » est retirée"

    def text(self) -> str:
        return f"Votre réponse à « {self.question.title} » est retirée : {self.reason}"
