"""What news adds to pages below it and to the search, and what it keeps of people."""

from typing import Any

from hub.core.accounts.actor import Actor
from hub.core.ui.panels import register
from hub.pages.news.models import NewsPage
from hub.pages.writing.panels import personal_page, source_of, tell_news
from workgroups.groups.models import Workgroup

SHOWN = 3
SOURCE = source_of(NewsPage, "Actualités", "bell", 73)


@register("workgroup", "news", order=45, template="news/panels/workgroup.html")
def news_of(actor: Actor, group: Workgroup) -> dict[str, Any] | None:
    rows = NewsPage.objects.visible_to(actor).published().filter(workgroup=group).order_by("-first_published_at", "-pk")
    found = list(rows[:SHOWN])
    return {"news": found} if found else None


tell_news(NewsPage, "Actualité")


@register("search.source", "news")
def search_source(actor: Any, subject: Any) -> dict[str, Any]:
    return {"source": SOURCE}


personal_page(NewsPage)
