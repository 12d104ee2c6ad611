"""The roadmaps' branch of the page tree, planted at migrate."""

from typing import Any

from wagtail.models import Page, Site

from workgroups.roadmaps.models import RoadmapsIndexPage
from workgroups.roadmaps.workflow import plant_on

SLUG = "groupes"


def plant(**_: Any) -> None:
    index = RoadmapsIndexPage.objects.first()
    site = Site.objects.filter(is_default_site=True).select_related("root_page").first()
    if index is None:
        if site is None:
            return
        home = Page.objects.get(pk=site.root_page_id)
        index = home.add_child(instance=RoadmapsIndexPage(title="Feuilles de route", slug=SLUG, locale=home.locale))
    plant_on(index)
