from typing import Any

from django.db.models import QuerySet

from hub.core.ui.lists import ChoiceFilter
from hub.pages.questions.enums import QuestionState
from hub.pages.questions.models import QuestionPage
from hub.pages.writing.filters import TaggedFilter


class QuestionFilter(TaggedFilter):
    """Also etat."""

    etat = ChoiceFilter(label="état", method="in_state", choices=QuestionState)

    class Meta:
        model = QuestionPage
        fields: list[str] = []

    def in_state(self, rows: QuerySet[Any], name: str, value: QuestionState) -> QuerySet[Any]:
        match value:
            case QuestionState.OPEN:
                return rows.filter(answer_count=0)
            case QuestionState.ANSWERED:
                return rows.filter(answer_count__gt=0)
        return rows.filter(is_solved=True)
