"""The list taken away: the same people, filters and fields as on the page, for readers who are signed in."""

from collections.abc import Iterator
from typing import Any, Final

from django.http import HttpRequest, HttpResponseBase, JsonResponse
from django.urls import reverse
from django.views.decorators.http import require_safe

from directory.people import services
from directory.people.fields import EXPORTED, words_of
from directory.people.models import Profile
from directory.people.selectors import paging
from directory.people.selectors.reading import visible_fields, with_all_fields
from directory.people.views.listing import Listing
from directory.people.views.person import slow_down
from hub.core.accounts.actor import Actor, actor_of
from hub.core.kit import limits
from hub.core.ui.exports import csv_response, json_page_response
from hub.core.ui.lists import refused

CHUNK = 500
PER_MINUTE: Final = 10  # whole lists for one person


def _refused(found: Listing) -> JsonResponse | None:
    """A program that filters by a value which means nothing is told so, rather than given everyone."""
    notices = found.filters.notices
    if paging.read_mark(found.request.GET.get("page", "1")) is None:
        notices = [*notices, "Cette page n’existe pas."]
    return refused(*notices)


@require_safe
def people_json(request: HttpRequest) -> HttpResponseBase:
    """{"count", "next", "results"}: one page; each person with her id, her CAE, and by key the fields that the reader sees."""
    found = Listing(request)
    if refusal := _refused(found):
        return refusal
    page, notice = found.page(lambda rows: list(with_all_fields(rows)))
    actor = actor_of(request)
    return refused(notice) or json_page_response(request, page, lambda profile: to_dict(request, profile, actor))


def to_dict(request: HttpRequest, profile: Profile, actor: Actor) -> dict[str, Any]:
    return {
        "id": str(profile.pk),
        "url": request.build_absolute_uri(reverse("people:person", args=[profile.pk])),
        "organisation": {"slug": profile.organisation.slug, "name": profile.organisation.name},
        **visible_fields(profile, actor, EXPORTED),
    }


@require_safe
def people_csv(request: HttpRequest) -> HttpResponseBase:
    """Every person that the filters leave, one line each; a cell is empty when the field is, or is not for this reader."""
    found = Listing(request)
    if refusal := _refused(found):
        return refusal
    actor = actor_of(request)
    if limits.count(f"people.csv:{actor.user_id}") > PER_MINUTE:
        return slow_down(request, "de listes", "une même personne emporte au plus dix listes par minute")
    services.note_export(found.total, actor=actor, filters=found.filters.codes())
    columns = ["identifiant", "coopérative", *(field.label for field in EXPORTED)]
    return csv_response("personnes.csv", columns, lines(found, actor))


def lines(found: Listing, actor: Actor) -> Iterator[list[str]]:
    people = with_all_fields(found.rows.order_by("sort_name", "id")).iterator(chunk_size=CHUNK)
    for profile in people:
        words = words_of(visible_fields(profile, actor, EXPORTED))
        yield [str(profile.pk), profile.organisation.name, *(words.get(field.key, "") for field in EXPORTED)]
