"""What editors write: the home page and plain pages (legal notices, help). News, resources and events come with later areas."""

from typing import Any

from django.http import HttpRequest
from wagtail.admin.panels import FieldPanel
from wagtail.fields import RichTextField
from wagtail.models import Page

from hub.pages.selectors import home

TEXT_FEATURES = ["h2", "h3", "bold", "ol", "ul", "link", "document-link"]


class HomePage(Page):
    """The first page: what the hub is for a visitor, what awaits a signed-in person."""

    introduction = RichTextField("introduction", features=["bold", "link"], blank=True)

    content_panels = [*Page.content_panels, FieldPanel("introduction")]
    parent_page_types = ["wagtailcore.Page"]
    max_count = 1
    template = "pages/home.html"

    class Meta:
        verbose_name = "page d’accueil"

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        return {**super().get_context(request, *args, **kwargs), **home(request.actor)}  # type: ignore[attr-defined]


class ContentPage(Page):
    """A page of text: legal notice, personal data, accessibility, help."""

    body = RichTextField("texte", features=TEXT_FEATURES, blank=True)

    content_panels = [*Page.content_panels, FieldPanel("body")]
    parent_page_types = ["pages.HomePage", "pages.ContentPage"]
    subpage_types = ["pages.ContentPage"]
    template = "pages/content.html"

    class Meta:
        verbose_name = "page de texte"
