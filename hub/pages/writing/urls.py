from django.urls import URLPattern, path

from hub.pages.writing import exports, views
from hub.pages.writing.nouns import Noun

app_name = "life"
urlpatterns = [
    path("vie/", views.life, name="life"),
    path("vie.atom", views.life_atom, name="life_atom"),
    path("moi/flux/", views.own_feed, name="own_feed"),
    path("moi/flux/fermer/", views.close_feed, name="close_feed"),
    path("flux/<slug:secret>.atom", views.feed_atom, name="feed_atom"),
]


def of(noun: Noun, word: str) -> list[URLPattern]:
    """The addresses of one kind; `word` is its own in French."""
    here, one, asked = f"vie/{word}", f"vie/{word}/<uuid:pk>", {"noun": noun}
    return [
        path(f"{here}/", views.listing, asked, name="list"),
        path(f"{here}.atom", views.listing_atom, asked, name="list_atom"),
        path(f"{here}.json", exports.listing_json, asked, name="list_json"),
        path(f"{here}.csv", exports.listing_csv, asked, name="list_csv"),
        path(f"{here}/ecrire/", views.new, asked, name="new"),
        path(f"{one}/", views.detail, asked, name="detail"),
        path(f"{one}/modifier/", views.edit, asked, name="edit"),
        path(f"{one}/comparer/", views.compare, asked, name="compare"),
        path(f"{one}/publier/", views.publish, asked, name="publish"),
        path(f"{one}/depublier/", views.take_down, asked, name="take_down"),
        path(f"{one}/retirer/", views.withdraw, asked, name="withdraw"),
        path(f"{one}/remettre/", views.restore, asked, name="restore"),
    ]
