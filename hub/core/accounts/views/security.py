from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST

from hub.core.accounts import kept


def security(request: HttpRequest) -> HttpResponse:
    """Sign-in and security of one's own account: address, password, second factor, open sessions."""
    factors = set(Authenticator.objects.filter(user=request.user).values_list("type", flat=True))
    return render(request, "accounts/security.html", {"has_totp": "totp" in factors, "has_recovery": "recovery_codes" in factors})


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
