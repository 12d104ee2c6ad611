"""The list of a kind taken away, with the filters and the readers of its page. Like a feed it is copied far from here: it names no person."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django.http import HttpRequest, HttpResponseBase

from hub.core.accounts.actor import actor_of
from hub.core.kit.dates import local
from hub.core.ui.exports import csv_response, json_page_response
from hub.core.ui.lists import ListFilter, page_of, refused
from hub.pages.writing.nouns import Column, Noun

PER_PAGE, CHUNK = 25, 500
FIRST = (
    Column("id", "identifiant", lambda page: str(page.public_id)),
    Column("title", "titre", lambda page: page.title),
    Column("theme", "thème", lambda page: page.theme_label),
    Column("signature", "au nom de", lambda page: page.signature),
    Column("published_at", "publié le", lambda page: page.first_published_at),
)
LAST = (Column("body", "texte", lambda page: page.body),)


def _found(request: HttpRequest, noun: Noun) -> ListFilter:
    found: ListFilter = noun.filter(request, noun.rows(actor_of(request)))
    return found


def _columns(noun: Noun) -> tuple[Column, ...]:
    return (*FIRST, *noun.columns, *LAST)


def listing_json(request: HttpRequest, noun: Noun) -> HttpResponseBase:
    """{"count", "next", "results"}: one page of the list; moments in ISO form."""
    found = _found(request, noun)
    page, notice = page_of(found, PER_PAGE)

    def to_dict(row: Any) -> dict[str, Any]:
        return {one.key: one.of(row) for one in _columns(noun)} | {"url": request.build_absolute_uri(row.get_absolute_url())}

    return refused(*found.notices, notice) or json_page_response(request, page, to_dict)


def listing_csv(request: HttpRequest, noun: Noun) -> HttpResponseBase:
    """Every line that the filters leave."""
    found, columns = _found(request, noun), _columns(noun)

    def lines() -> Iterator[list[object]]:
        for row in found.qs.iterator(chunk_size=CHUNK):
            yield [*(_cell(one.of(row)) for one in columns), request.build_absolute_uri(row.get_absolute_url())]

    return refused(*found.notices) or csv_response(request.path.rpartition("/")[2], [*(one.label for one in columns), "adresse"], lines())


def _cell(value: Any) -> object:
    if isinstance(value, datetime):
        return local(value).strftime("%Y-%m-%d %H:%M")
    return {True: "oui", False: "non"}.get(value, value) if isinstance(value, bool) else value
