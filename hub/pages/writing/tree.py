"""The branch of the page tree under which members write, planted at migrate."""

from typing import Any

from wagtail.models import Page, Site

from hub.pages.writing.models import LifePage

SLUG = "vie"


def plant(**_: Any) -> None:
    site = Site.objects.filter(is_default_site=True).select_related("root_page").first()
    if site is None or LifePage.objects.exists():
        return
    home = Page.objects.get(pk=site.root_page_id)
    home.add_child(instance=LifePage(title="Vie de la fédération", slug=SLUG, locale=home.locale))
