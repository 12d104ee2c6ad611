from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from hub.core.accounts.actor import actor_of
from hub.core.kit.text import counted, joined
from hub.core.notifications import digests, services
from hub.core.notifications.forms import PreferencesForm
from hub.core.notifications.models import Notification, Rhythm
from hub.core.notifications.selectors import rhythm_of, settings_of, unread_elsewhere

PER_PAGE = 25


@require_safe
def notifications(request: HttpRequest) -> HttpResponse:
    """What the hub has told me, unread first."""
    actor = actor_of(request)
    page = Paginator(Notification.objects.visible_to(actor).unread_first(), PER_PAGE).get_page(request.GET.get("page"))
    return render(request, "notifications/list.html", {"page": page, "elsewhere": joined(unread_elsewhere(actor))})


@require_POST
def mark_read(request: HttpRequest, pk: UUID | None = None) -> HttpResponse:
    """Mark one notification as read, or all; one that is not mine changes nothing, as one that does not exist."""
    actor = actor_of(request)
    count = services.mark_read(actor, only=str(pk) if pk else None)
    if pk is None and count:
        messages.success(request, f"{counted(count, 'avis', 'avis')} marqué{'s' if count > 1 else ''} comme lu{'s' if count > 1 else ''}.")
    return redirect("notifications:list")


@require_http_methods(["GET", "HEAD", "POST"])
def preferences(request: HttpRequest) -> HttpResponse:
    """How I want to be told: by mail, on screen, both or not at all, kind by kind."""
    user = request.user
    facts: dict[str, Any] = {"current": settings_of(user), "initial": {"rhythm": rhythm_of(user)}}  # type: ignore[arg-type]  # signed in, says the permission matrix
    form = PreferencesForm(request.POST or None, actor=actor_of(request), **facts)
    if request.method == "POST" and form.is_valid():
        with transaction.atomic():
            services.choose(user, form.chosen())  # type: ignore[arg-type]  # signed in, says the permission matrix
            digests.choose_rhythm(user, Rhythm(form.cleaned_data["rhythm"]))  # type: ignore[arg-type]  # signed in, says the permission matrix
        messages.success(request, "Vos réglages sont enregistrés.")
        return redirect("notifications:preferences")
    return render(request, "notifications/preferences.html", {"form": form})
