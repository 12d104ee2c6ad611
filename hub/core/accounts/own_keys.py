"""A session that an organisation's identity provider opened speaks for that organisation. What touches the person's keys, or her whole
account, asks for one that she opened herself (docs/decisions/0014-identity-providers.md)."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import render

from hub.core.accounts.services.providers import SESSION_KEY

View = Callable[..., HttpResponseBase]


def by_own_keys(view: View) -> View:
    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if SESSION_KEY in request.session:
            return render(request, "accounts/own_keys.html", status=403)
        return view(request, *args, **kwargs)

    return guarded
