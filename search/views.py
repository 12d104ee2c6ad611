from typing import Any

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from hub.core.ui import navigation
from hub.core.ui.facets import one_address
from search.forms import LAST_PAGE, Asked
from search.query import PAGE_SIZE, search
from search.results import Answer
from search.sources import sources


@require_safe
@one_address("q", "genre", "page")
def results(request: HttpRequest) -> HttpResponse:
    """One box over all that the reader may see."""
    kinds = sources()
    asked = Asked.read(request.GET, kinds)
    context: dict[str, Any] = {"asked": asked, "kinds": [source.label.lower() for source in kinds.values()]}
    if asked.text:
        answer = search(asked.text, reader=request.actor, kind=asked.kind, page=asked.page)  # type: ignore[attr-defined]
        page = Paginator(range(min(answer.total, LAST_PAGE * PAGE_SIZE)), PAGE_SIZE).page(answer.page)
        context |= {"answer": answer, "page": page, "tabs": _tabs(request, answer, asked.kind)}
    return render(request, "search/results.html", context)


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
