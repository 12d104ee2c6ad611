"""How resources are searched, and what they keep of people."""

from typing import Any

from hub.core.ui.panels import Personal, personal, register
from hub.pages.library.models import ResourcePage, ResourceUse, ResourceVersion
from hub.pages.writing.panels import personal_page, source_of, tell_news


def _with_licence(page: ResourcePage) -> dict[str, str]:
    return {"body": f"{page.body}\n{page.theme_label}\n{page.licence.label}"}


SOURCE = source_of(ResourcePage, "Ressources", "download", 74, more=_with_licence)

tell_news(ResourcePage, "Ressource")


@register("search.source", "resource")
def search_source(actor: Any, subject: Any) -> dict[str, Any]:
    return {"source": SOURCE}


personal_page(ResourcePage, "licence_key")
personal(
    ResourceVersion,
    {"added_by": Personal("savoir à qui demander une correction", "tant que la version est là", "anonymise")},
    other={"id", "created_at", "updated_at", "resource", "number", "file", "removed_at", "note"},
)
personal(
    ResourceUse,
    {"said_by": Personal("savoir qui l’a dit pour son organisation", "tant que l’organisation s’en sert", "anonymise")},
    other={"id", "created_at", "updated_at", "resource", "organisation"},
)
