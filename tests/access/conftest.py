import logging
from collections.abc import Iterator
from typing import Any
from uuid import UUID

import pytest
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from hub.core.accounts import middleware
from hub.core.accounts.actor import Actor
from hub.core.accounts.models import User
from hub.core.accounts.selectors import actor_for
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
        if any((context or {}).values()) or key not in shown:  # what was typed is shown again to whoever typed it
            response = render(request, template, context, **options)
            shown[key] = response.content
            return response
        return HttpResponse(shown[key], **options)

    monkeypatch.setattr(errors, "render", once)


@pytest.fixture
def _known_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where each request is undone the next finds the person as she was: who she is, a third of a refusal, is read once."""
    known: dict[tuple[Any, ...], Actor] = {}

    def once(user: User | AnonymousUser, chosen: str = "", *, only: UUID | None = None) -> Actor:
        key = (user.pk, user.is_active, chosen, only)
        if key not in known:
            known[key] = actor_for(user, chosen, only=only)
        return known[key]

    monkeypatch.setattr(middleware, "actor_for", once)
