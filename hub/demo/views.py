from pathlib import Path

from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib.auth import login, logout
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST

from hub.core.accounts import second_factor
from hub.demo.loading import entry_user
from hub.demo.mails import newest_first

LOOPBACK = {"127.0.0.1", "::1"}
BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


def _only_in_demo(request: HttpRequest) -> None:
    """A real hub has no such address, and neither has a demo seen from another machine."""
    if not settings.DEMO or request.META.get("REMOTE_ADDR") not in LOOPBACK:
        raise Http404


@require_POST
def enter(request: HttpRequest) -> HttpResponse:
    """Come in as one of the eight, both factors counted as shown."""
    _only_in_demo(request)
    user = entry_user(request.POST.get("email", ""), Path(settings.DATA_DIR) / "accounts.json")
    if user is None:
        raise Http404
    if request.user.is_authenticated:
        logout(request)
    login(request, user, backend=BACKEND)
    second_factor.mark_done(request)
    UserSession.objects.create_from_request(request)
    target = request.POST.get("next", "")
    return HttpResponseRedirect(
        target
        if url_has_allowed_host_and_scheme(target, {request.get_host()}, require_https=request.is_secure())
        else settings.LOGIN_REDIRECT_URL
    )


def mails(request: HttpRequest) -> HttpResponse:
    """The mails that the hub would have sent."""
    _only_in_demo(request)
    return render(request, "demo/mails.html", {"mails": list(newest_first(Path(settings.MAIL_FOLDER), limit=100))})
