"""The pages that a hub begins with, made once and left alone afterwards; but open to all."""

from pathlib import Path
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db.models import Q
from wagtail.models import Locale, Page, PageViewRestriction, Site

from hub.core.kit.text import typo
from hub.pages.kept import LEGAL


def _legal(path: Path) -> tuple[str, str]:
    """Title and body of a page to begin with: its first line is the title."""
    title, _, body = path.read_text().partition("\n")
    return typo(title), typo(body.strip())


def plant(**_: Any) -> None:
    """Make the root, the home page, the site and the legal pages where they are missing."""
    from hub.pages.models import ContentPage, HomePage

    ContentType.objects.clear_cache()  # a database emptied between two tests has other numbers
    locale, _made = Locale.objects.get_or_create(language_code="fr")
    root = Page.get_first_root_node() or Page.add_root(instance=Page(title="Racine", slug="root", locale=locale))
    home = HomePage.objects.first()
    if home is None:
        Page.objects.filter(depth=2, slug="home").delete()  # Wagtail's own welcome page
        root = Page.objects.get(pk=root.pk)
        home = root.add_child(instance=HomePage(title="Hub inter-CAE", slug="accueil", locale=locale))
    Site.objects.update_or_create(is_default_site=True, defaults={"hostname": "localhost", "root_page": home, "site_name": "Hub inter-CAE"})
    for slug, path in LEGAL.items():
        if not ContentPage.objects.child_of(home).filter(slug=slug).exists():
            title, body = _legal(path)
            home.add_child(instance=ContentPage(title=title, slug=slug, body=body, locale=locale))
    # set before the admin refused it (hub.pages.kept), where nobody can take it away any more
    legal = ContentPage.objects.child_of(home).filter(slug__in=LEGAL)
    PageViewRestriction.objects.filter(Q(page=home.pk) | Q(page__in=legal.values("pk"))).delete()
