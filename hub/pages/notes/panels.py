"""How notes are searched, and what they keep of people."""

from typing import Any

from hub.core.ui.panels import Personal, personal, register
from hub.pages.notes.models import NoteMark, NotePage
from hub.pages.writing.panels import personal_page, source_of, tell_news

SOURCE = source_of(NotePage, "Expériences", "pen", 71)

tell_news(NotePage, "Expérience")


@register("search.source", "note")
def search_source(actor: Any, subject: Any) -> dict[str, Any]:
    return {"source": SOURCE}


personal_page(NotePage, "trades", "skills")
personal(
    NoteMark,
    {"user": Personal("compter chaque personne une fois", "tant que la note existe", "delete")},
    other={"id", "created_at", "updated_at", "note"},
)
