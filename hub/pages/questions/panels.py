"""What questions add to the first page and to the search, and what they keep of people."""

from typing import Any

from django.urls import reverse

from hub.core.accounts.actor import Actor
from hub.core.kit.text import agreed
from hub.core.ui.panels import Personal, personal, register
from hub.pages.questions.models import Answer, Follow, QuestionPage, UsefulMark
from hub.pages.writing.panels import personal_page, source_of, tell_news, texts_read_by


@register("home.area", "questions", order=50)
def area(actor: Actor, subject: Any) -> dict[str, Any]:
    """Questions; a visitor who may read none is led to what else is public."""
    rows = QuestionPage.objects.visible_to(actor).published()
    found = {"title": "Échanges", "url": reverse("questions:list"), "area": "a-life"}
    if not actor.is_signed_in and not rows.exists() and (count := texts_read_by(actor)):
        return found | {"url": reverse("life:life"), "count": count, "text": agreed(count, "texte à lire", "textes à lire")}
    return found | {"rows": rows, "text": lambda count: agreed(count, "question posée", "questions posées")}


def _with_answers(page: QuestionPage) -> dict[str, str]:
    shown = [row.body for row in page.answers.all() if row.withdrawn_at is None]
    return {"body": "\n".join([page.body, *shown])}


SOURCE = source_of(QuestionPage, "Questions", "help", 70, more=_with_answers, prefetch=("answers",))

tell_news(QuestionPage, "Question")


@register("search.source", "question")
def search_source(actor: Any, subject: Any) -> dict[str, Any]:
    return {"source": SOURCE}


STAMPS = {"id", "created_at", "updated_at"}
personal_page(QuestionPage, "trades", "skills")
personal(
    Answer,
    {"author": Personal("dire à la fédération qui répond", "tant que la question existe", "anonymise")},
    other=STAMPS | {"version", "question", "organisation", "body", "accepted_at", "withdrawn_at", "withdrawn_reason"},
)
personal(
    UsefulMark,
    {"user": Personal("compter chaque personne une fois", "tant que la réponse existe", "delete")},
    other=STAMPS | {"answer"},
)
personal(
    Follow,
    {"user": Personal("prévenir la personne des réponses", "jusqu’à ce qu’elle ne suive plus la question", "delete")},
    other=STAMPS | {"question"},
)
