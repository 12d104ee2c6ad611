"""What editors write: the home page and plain pages (legal notices, help); and when a person last came to her own home."""

from typing import Any

from django.conf import settings
from django.db import models
from django.http import HttpRequest
from wagtail.admin.panels import FieldPanel
from wagtail.fields import RichTextField
from wagtail.models import Page

from hub.core.accounts.actor import actor_of
from hub.pages.kept import kept_sentence, refuse_another_place
from hub.pages.selectors import front

TEXT_FEATURES = ["h2", "h3", "bold", "ol", "ul", "link", "document-link"]


class KeptPage(Page):
    """Text that changes where it stands, for those of its pages that the hub names."""

    class Meta:
        abstract = True

    @property
    def private_page_options(self) -> list[str]:
        """The restrictions that Wagtail offers for it: none for a page that all must be able to read."""
        return [] if kept_sentence(self) else Page.private_page_options

    def clean(self) -> None:
        super().clean()
        refuse_another_place(self)


class HomePage(KeptPage):
    """The first page: what the hub is for a visitor, what awaits a signed-in person."""

    introduction = RichTextField("introduction", features=["bold", "link"], blank=True)

    content_panels = [*Page.content_panels, FieldPanel("introduction")]
    parent_page_types = ["wagtailcore.Page"]
    max_count = 1
    template = "pages/home.html"

    class Meta:
        verbose_name = "page d’accueil"

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        return {**super().get_context(request, *args, **kwargs), **front(actor_of(request))}


class ContentPage(KeptPage):
    """A page of text: legal notice, personal data, accessibility, help."""

    body = RichTextField("texte", features=TEXT_FEATURES, blank=True)

    content_panels = [*Page.content_panels, FieldPanel("body")]
    parent_page_types = ["pages.HomePage", "pages.ContentPage"]
    subpage_types = ["pages.ContentPage"]
    template = "pages/content.html"

    class Meta:
        verbose_name = "page de texte"


class Visit(models.Model):
    """The last two visits of a person to her home, so that it can say what changed in between."""

    user = models.OneToOneField(settings.AUTH_USER_MODEL, models.CASCADE, primary_key=True, related_name="+", verbose_name="personne")
    seen_at = models.DateTimeField("vue le")
    before_at = models.DateTimeField("visite d’avant", null=True, blank=True)

    class Meta:
        verbose_name = "visite"

    def __str__(self) -> str:
        return f"{self.seen_at:%Y-%m-%d %H:%M}"
