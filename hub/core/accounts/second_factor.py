"""Staff act only behind a second factor: without one, every address but the ones that set it up leads there."""

import time

from allauth.account.authentication import get_authentication_records
from allauth.account.internal.flows.login import AUTHENTICATION_METHODS_SESSION_KEY
from allauth.mfa.models import Authenticator
from django.http import HttpRequest
from django.urls import ResolverMatch

from hub.core.accounts.actor import Actor

SESSION_KEY = "hub.second_factor"
GOING = "hub_going"  # read by the page of the recovery codes
FRESH_SECONDS = 15 * 60
_WAY = {
    "mfa_activate_totp", "mfa_add_webauthn", "mfa_reauthenticate", "mfa_reauthenticate_webauthn", "account_reauthenticate",
    "account_logout", "account_login", "documents:media",
}  # fmt: skip
_ENTRANCE = ("account_reset_password", "accounts:invitation", "accounts:open_hub", "accounts:rescue", "accounts:provider", "demo:")


def remember_where(request: HttpRequest) -> None:
    """The page that she wanted when a second factor was asked: what follows leads on to it."""
    if request.method == "GET" and request.headers.get("Sec-Fetch-Dest", "document") == "document":
        request.session[GOING] = request.get_full_path()


def forget_where(request: HttpRequest) -> None:
    """She is there."""
    if request.session.get(GOING) == request.get_full_path():
        del request.session[GOING]


def mark_done(request: HttpRequest) -> None:
    """The session has shown its second factor: set when one is enrolled, or by the demo's one-click entry."""
    request.session[SESSION_KEY] = time.time()


def show_elsewhere(request: HttpRequest) -> None:
    """An identity provider asked it, for this very request."""
    request.hub_second_factor_elsewhere = True  # type: ignore[attr-defined]  # ours, on the request


def was_shown_elsewhere(request: HttpRequest) -> bool:
    return getattr(request, "hub_second_factor_elsewhere", False)


def forget_without(request: HttpRequest) -> None:
    """Once the last factor is gone the session has shown none: what it opened closes at the next request."""
    if not Authenticator.objects.filter(user=request.user.pk).exclude(type=Authenticator.Type.RECOVERY_CODES).exists():
        request.session.pop(SESSION_KEY, None)
        records = request.session.get(AUTHENTICATION_METHODS_SESSION_KEY, [])
        request.session[AUTHENTICATION_METHODS_SESSION_KEY] = [record for record in records if record.get("method") != "mfa"]


def is_fresh(request: HttpRequest) -> bool:
    """Shown in this session a moment ago: nothing more is asked before the recovery codes are seen."""
    return time.time() - float(request.session.get(SESSION_KEY) or 0) < FRESH_SECONDS


def is_missing(request: HttpRequest, actor: Actor, *, asked: bool) -> bool:
    """Whether this session still owes its second factor; `asked` when the address itself demands one, whoever comes."""
    if not (asked or actor.is_staff) or request.session.get(SESSION_KEY):
        return False
    return not any(record.get("method") == "mfa" for record in get_authentication_records(request, request.user))


def is_the_way_to_it(match: ResolverMatch | None) -> bool:
    return match is not None and (match.view_name in _WAY or match.view_name.startswith(_ENTRANCE))
