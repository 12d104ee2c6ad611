"""The pages that a hub begins with, made once and left alone afterwards."""

from typing import Any

from django.contrib.contenttypes.models import ContentType
from wagtail.models import Locale, Page, Site

from hub.core.kit.text import typo

LEGAL = {
    "mentions-legales": (
        "Mentions légales",
        "<p>Ce hub est un commun des coopératives d’activité et d’emploi. La fédération qui le porte complète cette page : éditeur, "
        "responsable de la publication, hébergeur, contact.</p>",
    ),
    "donnees-personnelles": (
        "Données personnelles",
        "<h2>Qui décide</h2><p>Chaque CAE répond des données de ses entrepreneur·es et de son équipe. L’annuaire fédéré, les sessions "
        "communes et les votes sont décidés ensemble.</p><h2>Ce que voient les autres</h2><p>Chaque personne choisit, champ par champ, qui "
        "lit sa fiche : sa CAE, la fédération ou tout le monde. Rien n’est montré sans ce choix, et il se retire à tout moment.</p>"
        "<h2>Ce qui ne sort pas</h2><p>Aucune police, carte ou mesure d’audience n’est demandée à un tiers. Chaque consultation d’une fiche "
        "par une équipe d’appui laisse une trace.</p>",
    ),
    "accessibilite": (
        "Accessibilité : partiellement conforme",
        "<p>Le hub est construit pour le RGAA 4.1.2. Les contrôles automatiques (axe-core, validation du code) passent sur toutes les pages "
        "à chaque changement ; l’évaluation complète par des personnes, lecteurs d’écran compris, reste à faire. Un obstacle rencontré se "
        "signale à la coordination de la fédération.</p>",
    ),
}


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
    for slug, (title, body) in LEGAL.items():
        if not ContentPage.objects.child_of(home).filter(slug=slug).exists():
            home.add_child(
                instance=ContentPage(title=typo(title), slug=slug, body=typo(body), locale=locale)
            )  # no attribute in these bodies
