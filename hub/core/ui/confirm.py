"""The page that asks before what cannot be undone."""

from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from hub.core.kit.text import typo


def ask(request: HttpRequest, words: Mapping[str, Any]) -> HttpResponse:
    """Show ui/confirm.html, its sentences spaced as French wants; the template says what `words` holds."""
    said = {name: typo(value) if isinstance(value, str) and name != "cancel_url" else value for name, value in words.items()}
    return render(request, "ui/confirm.html", said | {"consequences": [typo(line) for line in words.get("consequences", ())]})
