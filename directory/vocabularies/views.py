from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from directory.vocabularies import selectors
from directory.vocabularies.models import Vocabulary

LONGEST_QUERY = 80


def _suggestions(request: HttpRequest, found: Callable[[str], list[dict[str, Any]]]) -> JsonResponse:
    """{"results": [{"code", "value", "label"}]}: `value` is the text that the form field understands, `label` what helps to choose."""
    return JsonResponse({"results": found(request.GET.get("q", "").replace("\0", "")[:LONGEST_QUERY])})


@require_safe
@cache_control(public=True, max_age=3600)
def communes(request: HttpRequest) -> JsonResponse:
    return _suggestions(request, _communes)


def _communes(text: str) -> list[dict[str, Any]]:
    return [{"code": row.code, "value": str(row), "label": row.postal_codes} for row in selectors.search_communes(text)]


@require_safe
@cache_control(public=True, max_age=3600)
def trades(request: HttpRequest) -> JsonResponse:
    return _suggestions(request, _trades)


def _trades(text: str) -> list[dict[str, Any]]:
    found = selectors.search_trades(text)
    return [{"code": row.trade.code, "value": row.trade.label, "label": row.name or row.trade.domain} for row in found]


@require_safe
@cache_control(public=True, max_age=3600)
def skills(request: HttpRequest) -> JsonResponse:
    return _suggestions(request, _skills)


def _skills(text: str) -> list[dict[str, Any]]:
    return [{"code": row.code, "value": row.label, "label": row.field} for row in selectors.search_skills(text)]


@require_safe
def sources(request: HttpRequest) -> HttpResponse:
    return render(request, "vocabularies/sources.html", {"vocabularies": Vocabulary.objects.all()})
