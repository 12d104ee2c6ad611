"""The catalogue's branch of the page tree: the trunk is planted at migrate, an organisation's bough when it first writes."""

from typing import Any

from wagtail.models import Page, Site

from hub.core.accounts.models import Organisation
from trainings.catalogue.models import CatalogueIndexPage, TrainingBodyPage
from trainings.catalogue.workflow import plant_on

SLUG = "formations"


def plant(**_: Any) -> None:
    index = CatalogueIndexPage.objects.first()
    site = Site.objects.filter(is_default_site=True).select_related("root_page").first()
    if index is None:
        if site is None:
            return
        home = Page.objects.get(pk=site.root_page_id)
        index = home.add_child(instance=CatalogueIndexPage(title="Formations", slug=SLUG, locale=home.locale))
    plant_on(index)


def bough(organisation: Organisation) -> TrainingBodyPage:
    """The page under which an organisation's programmes stand, made when missing; held, like its index, until the transaction ends."""
    page = TrainingBodyPage.objects.select_for_update(of=("self",), no_key=True).filter(organisation=organisation).first()
    if page is None:
        index = CatalogueIndexPage.objects.select_for_update(of=("self",), no_key=True).get()
        page = TrainingBodyPage.objects.filter(organisation=organisation).first() or index.add_child(
            instance=TrainingBodyPage(title=organisation.name, slug=organisation.slug, organisation=organisation, locale=index.locale)
        )
    return page
