from typing import Any

from allauth.account.views import LoginView
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

RETRY_AFTER_SECONDS = 15 * 60


class SignInView(LoginView):
    """Password sign-in; past ten failures in fifteen minutes the answer is 429, whatever the password."""

    template_name = "account/login.html"

    def form_invalid(self, form: Any) -> HttpResponse:
        response: HttpResponse = super().form_invalid(form)
        codes = {error.code for errors in form.errors.as_data().values() for error in errors}
        if "too_many_login_attempts" in codes:
            response.status_code = 429
            response["Retry-After"] = str(RETRY_AFTER_SECONDS)
        return response


def closed(request: HttpRequest, key: str = "") -> HttpResponse:
    """Accounts are made by invitation, addresses changed by the organisation: this page says so."""
    return render(request, "accounts/closed.html", status=404)
