from allauth.mfa.models import Authenticator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render


def security(request: HttpRequest) -> HttpResponse:
    """Sign-in and security of one's own account: address, password, second factor, open sessions."""
    factors = set(Authenticator.objects.filter(user=request.user).values_list("type", flat=True))
    return render(request, "accounts/security.html", {"has_totp": "totp" in factors, "has_recovery": "recovery_codes" in factors})
