"""How pages of every kind are searched and what they keep of people; the trunk and the keys of feeds."""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from datetime import datetime
from operator import itemgetter
from typing import Any

from django.db.models import Q, Value
from django.urls import reverse
from wagtail.models import Page, get_page_models

from hub.core.accounts.actor import Actor
from hub.core.accounts.models import Organisation, User
from hub.core.kit.asking import how_many
from hub.core.kit.searchable import SearchEntry, SearchSource
from hub.core.kit.text import counted
from hub.core.ui.panels import Personal, personal, register
from hub.pages.writing.enums import Writers
from hub.pages.writing.models import FeedKey, LifePage, WrittenPage
from hub.pages.writing.nouns import registry

CHUNK = 500
NEWS = 10
WAGTAIL = {field.name for field in Page._meta.concrete_fields}
COLUMNS = {"page_ptr", "public_id", "audience", "organisation", "workgroup", "theme", "body", "withdrawn_at", "withdrawn_reason"}
AUTHOR = Personal("dire à la fédération qui a écrit", "tant que la page existe", "anonymise")


def personal_page(model: type[WrittenPage], *own: str) -> None:
    """Declare the columns of one kind; `own` are those that it adds."""
    personal(model, {"author": AUTHOR}, other=WAGTAIL | COLUMNS | set(own))


def source_of(
    model: type[WrittenPage], label: str, icon: str, order: int, *, one: str = "", over: str = "",
    more: Callable[[Any], Mapping[str, Any]] = lambda page: {}, prefetch: Sequence[str] = (),
) -> SearchSource:  # fmt: skip
    """Published pages of one kind, each for its readers; `more` gives fields of SearchEntry beyond title, text and organisation."""

    def rows(ids: Collection[str] | None) -> Iterable[WrittenPage]:
        found = model.objects.published().select_related("organisation").prefetch_related(*prefetch)
        stream: Iterable[WrittenPage] = (found if ids is None else found.filter(public_id__in=ids)).iterator(chunk_size=CHUNK)
        return stream

    def entries(page: WrittenPage) -> Sequence[SearchEntry]:
        home = page.organisation
        facts: dict[str, Any] = {
            "title": page.title, "url": page.get_absolute_url(), "audiences": frozenset({page.audience}), "body": page.body,
            "organisation": home.name if home else "", "organisation_id": str(home.pk) if home else "",
        }  # fmt: skip
        return [SearchEntry(**facts | dict(more(page)))]

    def seen(actor: Any) -> Any:
        return model.objects.visible_to(actor).published().select_related("organisation").prefetch_related(*prefetch)

    def visible(actor: Any, ids: Collection[str]) -> Mapping[str, WrittenPage]:
        return {str(page.public_id): page for page in seen(actor).filter(public_id__in=ids)}

    def simple(actor: Any, words: str, limit: int) -> Sequence[WrittenPage]:
        return list(seen(actor).filter(Q(title__icontains=words) | Q(body__icontains=words))[:limit])

    return SearchSource(model.noun, label, rows, entries, visible, simple, icon, order, one, over)


_told: dict[str, tuple[type[WrittenPage], str]] = {}


def tell_news(model: type[WrittenPage], what: str) -> None:
    """Put the pages of one kind that others published among what changed since the reader's last visit; `what` begins each line."""
    _told[model.noun] = model, what


@register("home.news", "writing", order=80, needs=lambda actor, since: Page.objects.filter(first_published_at__gt=since))
def published_since(actor: Actor, since: datetime) -> dict[str, Any] | None:
    """The last ones of each kind; one query for all the kinds."""
    by_kind = [
        model.objects.visible_to(actor)
        .filter(live=True, first_published_at__gt=since)
        .exclude(author=actor.user_id)
        .order_by()
        .values_list("first_published_at", Value(noun), "title", "public_id")
        for noun, (model, _) in _told.items()
    ]
    rows = sorted(by_kind[0].union(*by_kind[1:], all=True), key=itemgetter(0), reverse=True)
    items = [
        {
            "at": at,
            "text": f"{_told[noun][1]} : {title}",
            "url": reverse(f"{_told[noun][0].namespace}:detail", args=[public_id]),
            "area": "a-life",
            "area_label": "Échanges",
        }
        for kind in sorted(_told)
        for at, noun, title, public_id in [row for row in rows if row[1] == kind][:NEWS]
    ]
    return {"items": items} if items else None


def texts_read_by(actor: Actor) -> int:
    """How many published pages of all kinds an actor reads, the agenda left out."""
    models = [noun.model for noun in registry.all() if noun.model.noun != "event"]
    return sum(how_many({model.noun: model.objects.visible_to(actor).published() for model in models}).values())


@register("export", "writing")
def export(actor: Actor, organisation: Organisation) -> dict[str, Any]:
    """What its people wrote for the others, by kind of page: published once at least, or the team's own. A draft is its author's alone."""
    columns = ("public_id", "title", "body", "theme", "audience", "live", "first_published_at", "withdrawn_at", "withdrawn_reason")
    kinds = [model for model in get_page_models() if issubclass(model, WrittenPage)]
    return {
        f"vie-{model.noun}": list(
            model.objects.filter(_of_the_team(model) | Q(first_published_at__isnull=False), organisation=organisation)
            .order_by("pk")
            .values(*columns)
        )
        for model in kinds
    }


def _of_the_team(model: type[WrittenPage]) -> Q:
    """The condition that a page belongs to its organisation's team, drafts too: the twin of WrittenQuerySet.written_by."""
    return Q(pk__in=()) if model.writers == Writers.EVERYONE else Q(workgroup=None)


@register("erasure", "writing")
def erase(actor: Actor, person: User) -> dict[str, list[str]]:
    """What she wrote for others stays, unsigned; words in which somebody's name was typed are for people to read again."""
    count = sum(model.objects.filter(author=person).count() for model in get_page_models() if issubclass(model, WrittenPage))
    kept = f"{counted(count, 'texte')} que la personne a écrits pour les autres, sans sa signature : à relire, son nom peut y être écrit"
    return {"kept": [kept] if count else []}


personal(LifePage, {}, other=WAGTAIL | {"page_ptr"})
personal(
    FeedKey,
    {"user": Personal("servir à une personne son propre flux", "jusqu’à ce qu’elle le ferme", "delete")},
    other={"id", "created_at", "updated_at", "digest"},
)
