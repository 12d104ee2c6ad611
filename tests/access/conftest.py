import logging
from collections.abc import Iterator
from typing import Any

import pytest
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from hub.core.ui import errors


@pytest.fixture(autouse=True)
def _own_index(settings, tmp_path):
    settings.SEARCH_ROOT = tmp_path / "search"


@pytest.fixture
def _quiet() -> Iterator[None]:
    """Thousands of refusals are not worth a line each."""
    logging.disable(logging.CRITICAL)
    yield
    logging.disable(logging.NOTSET)


@pytest.fixture
def _refusals_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """A page of refusal reads alike whatever was asked (test_foreign): each person is shown it whole once, then its copy."""
    shown: dict[tuple[Any, str], bytes] = {}

    def once(request: HttpRequest, template: str, context: dict[str, Any] | None = None, **options: Any) -> HttpResponse:
        key = (getattr(getattr(request, "user", None), "pk", None), template)
        if context is not None or key not in shown:
            response = render(request, template, context, **options)
            shown[key] = response.content
            return response
        return HttpResponse(shown[key], **options)

    monkeypatch.setattr(errors, "render", once)
