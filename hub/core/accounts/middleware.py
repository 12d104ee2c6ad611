"""The actor of each request, and the door: an address that the permission matrix does not name is closed."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.contrib.auth import logout
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.functional import SimpleLazyObject

from hub.core.accounts import access, kept, second_factor
from hub.core.accounts.actor import Actor, actor_of
from hub.core.accounts.selectors import actor_for, organisation_vouching
from hub.core.accounts.services.providers import SESSION_KEY as PROVIDER_KEY
from hub.core.ui.forms import typed

FROM_ANY_MANDATE = {"accounts:act_for", "account_logout"}
MANDATE_KEY = "hub.mandate"
KEPT = "Votre session s’était fermée. Ce que vous avez écrit est gardé une demi-heure : connectez-vous pour l’envoyer."
RETRY_AFTER_SECONDS = 15 * 60
MACHINE_SUFFIXES = (".json", ".csv", ".xlsx", ".ods", ".ics", ".atom")  # no sign-in page for a program
Respond = Callable[[HttpRequest], HttpResponse]


def actor(get_response: Respond) -> Respond:
    """Set `request.actor`, read from the database when first asked for."""

    def middleware(request: HttpRequest) -> HttpResponse:
        request.actor = SimpleLazyObject(lambda: _actor_of(request))  # type: ignore[attr-defined]  # ours, on the request
        return get_response(request)

    return middleware


def _actor_of(request: HttpRequest) -> Actor:
    only = None
    if provider := request.session.get(PROVIDER_KEY):
        only = organisation_vouching(provider, request.user)
        if only is None:
            return Actor.anonymous()
    found = actor_for(request.user, request.session.get(MANDATE_KEY, ""), only=only)
    return found.without_rights() if second_factor.is_missing(request, found, asked=False) else found


def _end_without_ground(request: HttpRequest) -> None:
    """A session that an organisation's identity provider opened ends with what opened it: the provider, or the person's place there."""
    if request.user.is_authenticated and PROVIDER_KEY in request.session and not actor_of(request).is_signed_in:
        logout(request)


def say_too_many(get_response: Respond) -> Respond:
    """A limit that a form of sign-in met is a 429, with the time to wait."""

    def middleware(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        if getattr(request, "too_many_attempts", False):
            response.status_code = 429
            response["Retry-After"] = str(RETRY_AFTER_SECONDS)
        return response

    return middleware


def _was_shown_for_another(request: HttpRequest, actor: Actor) -> bool:
    """A form that says under which mandate it was shown, sent under another one. Changing mandate is done from any page."""
    shown = request.POST.get("hub_mandate", "") if request.method == "POST" else ""
    match = request.resolver_match
    if not shown or (match is not None and access.name_of(match) in FROM_ANY_MANDATE):
        return False
    return actor.mandate is None or not actor.mandate.answers_to(shown)


class deny_by_default:
    def __init__(self, get_response: Respond) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        kept.remember_who(request, response)
        return response

    def process_view(self, request: HttpRequest, view: Any, args: Any, kwargs: Any) -> HttpResponseBase | None:
        _end_without_ground(request)
        match = request.resolver_match
        policy = access.matrix().policy(access.name_of(match)) if match else None
        if not request.user.is_authenticated and policy == access.PUBLIC:
            return None
        if not request.user.is_authenticated:
            if request.path.endswith(MACHINE_SUFFIXES):
                raise PermissionDenied
            if request.method == "POST" and (sentence := kept.keep(request)):
                messages.warning(request, sentence)
            return redirect_to_login(request.get_full_path())
        actor = actor_of(request)
        asked = policy in {"editor", "coordinator"}
        if second_factor.is_missing(request, actor, asked=asked) and not second_factor.is_the_way_to_it(match):
            second_factor.remember_where(request)
            return redirect("mfa_activate_totp")
        second_factor.forget_where(request)
        if policy == access.PUBLIC:
            return None
        if _was_shown_for_another(request, actor):
            context = {"fields": typed(request), "has_files": bool(request.FILES)}
            return render(request, "accounts/other_mandate.html", context, status=409)
        is_editor = policy == "editor" and PROVIDER_KEY not in request.session and request.user.has_perm("wagtailadmin.access_admin")
        if not access.allows(policy, actor, is_editor=is_editor):
            raise PermissionDenied
        if kept.KEY in request.session and (found := kept.waiting(request)):
            if request.method == "GET":
                return render(request, "accounts/kept.html", {"kept": found})
            kept.forget(request)  # it is being sent again
        return None
