from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from search.forms import LAST_PAGE, Asked
from search.query import PAGE_SIZE, search
from search.results import Answer
from search.sources import sources


def results(request: HttpRequest) -> HttpResponse:
    """One box over all that the reader may see."""
    kinds = sources()
    asked = Asked.read(request.GET, kinds)
    answer = search(asked.text, reader=request.actor, kind=asked.kind, page=asked.page) if asked.text else None  # type: ignore[attr-defined]
    context = {"asked": asked, "answer": answer, "kinds": [source.label.lower() for source in kinds.values()]}
    if answer:
        context |= {"page": _pages(answer).get_page(asked.page), "tabs": _tabs(request, answer, asked)}
    return render(request, "search/results.html", context)


def _pages(answer: Answer) -> Paginator:
    return Paginator(range(min(answer.total, LAST_PAGE * PAGE_SIZE)), PAGE_SIZE)
