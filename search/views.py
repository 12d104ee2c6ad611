from typing import Any

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from hub.core.accounts.actor import actor_of
from hub.core.accounts.adapters import place_of
from hub.core.kit import limits
from hub.core.ui import navigation
from hub.core.ui.facets import one_address
from search.forms import LAST_PAGE, Asked
from search.query import PAGE_SIZE, search, suggest
from search.results import Answer
from search.rooms import exact_for, figures_of_a_slip, rooms_for
from search.sources import sources

SUGGESTIONS_PER_MINUTE = 180


@require_safe
@one_address("q", "genre", "page")
def results(request: HttpRequest) -> HttpResponse:
    """One box over all that the reader may see."""
    kinds = sources()
    asked = Asked.read(request.GET, kinds)
    context: dict[str, Any] = {"asked": asked, "kinds": [source.label.lower() for source in kinds.values()]}
    if asked.text:
        exact, rooms = exact_for(asked.text, actor_of(request)), rooms_for(asked.text, actor_of(request))
        figures = figures_of_a_slip(asked.text)
        answer = search(asked.text, reader=actor_of(request), kind=asked.kind, page=asked.page, is_met=bool(exact or rooms or figures))
        page = Paginator(range(min(answer.total, LAST_PAGE * PAGE_SIZE)), PAGE_SIZE).page(answer.page)
        others = [(one.word, navigation.changed(request.GET, q=one.text, page=None)) for one in answer.corrections]
        first = [*exact, *rooms] if answer.page == 1 and not asked.kind else []
        context |= {
            "answer": answer, "page": page, "tabs": _tabs(request, answer, asked.kind), "corrections": others, "first": first, "figures": figures,
            "count": answer.count + (len(exact) if first else 0),
            "whole": [one for one in answer.found if not one.is_partial], "partial": [one for one in answer.found if one.is_partial],
        }  # fmt: skip
    return render(request, "search/results.html", context)


@require_safe
@cache_control(private=True, no_store=True)
def suggestions(request: HttpRequest) -> JsonResponse:
    """{"results": [{"value", "label"}]} for the box, as the vocabularies answer theirs."""
    if _too_many(request):
        return JsonResponse({"results": []}, status=429)
    found = suggest(request.GET.get("q", ""), reader=actor_of(request))
    return JsonResponse({"results": [{"value": text, "label": ""} for text in found]})


def _too_many(request: HttpRequest) -> bool:
    """More than anybody types in a minute, per person or per place: a list read off letter by letter."""
    actor = actor_of(request)
    name = f"search.suggestions:{actor.user_id or place_of(request)}"
    return limits.count(name) > SUGGESTIONS_PER_MINUTE


def _tabs(request: HttpRequest, answer: Answer, kind: str) -> list[dict[str, Any]]:
    whole = sum(facet.count for facet in answer.facets)
    if not whole:
        return []
    every = {"label": "Tout", "url": navigation.changed(request.GET, genre=None, page=None), "count": whole, "current": not kind}
    return [every] + [
        {
            "label": facet.label,
            "url": navigation.changed(request.GET, genre=facet.kind, page=None),
            "count": facet.count,
            "current": facet.is_chosen,
        }
        for facet in answer.facets
    ]
