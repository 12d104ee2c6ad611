from collections import Counter
from typing import Any, cast

from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST

from hub.core.accounts import kept
from hub.core.accounts.actor import actor_of
from hub.core.accounts.models import Membership, User
from hub.core.accounts.selectors import is_of_a_team


def security(request: HttpRequest) -> HttpResponse:
    """Sign-in and security of one's own account: address, password, second factor, open sessions."""
    factors = Counter(Authenticator.objects.filter(user=request.user).values_list("type", flat=True))
    passkey_count, has_totp = factors["webauthn"], bool(factors["totp"])
    context: dict[str, Any] = {"passkey_count": passkey_count, "has_totp": has_totp, "has_factor": has_totp or passkey_count > 0}
    context["needs_keys"] = is_of_a_team(cast(User, request.user))
    held = Membership.objects.visible_to(actor_of(request)).in_force().filter(user=request.user.pk, awaits_her_yes=True)
    context["without_her_yes"] = held.select_related("organisation").order_by("starts_on", "pk")
    return render(request, "accounts/security.html", context | {"has_recovery": bool(factors["recovery_codes"])})


@require_POST
def end_session(request: HttpRequest) -> HttpResponse:
    """Close one of one's own sessions; the number of another person's closes nothing."""
    number = request.POST.get("session", "")
    held = UserSession.objects.filter(user=request.user, pk=number).first() if number.isdecimal() and len(number) < 18 else None
    if held is None:
        messages.info(request, "Cette session était déjà fermée.")
    else:
        held.end()
        messages.success(request, "Session fermée.")
    return redirect("usersessions_list")


@require_POST
def forget_typed(request: HttpRequest) -> HttpResponse:
    """Give up what was typed before the session ended, and see the page anew."""
    return redirect(kept.forget(request))
