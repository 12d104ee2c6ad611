from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from hub.core.accounts.actor import actor_of
from hub.core.kit.dates import today
from trainings.catalogue.comparing import differences
from trainings.sessions import services
from trainings.sessions.errors import ReleaseWasChanged, SessionHasBegun, SessionIsCancelled
from trainings.sessions.views.managing import managed


class ReleaseForm(forms.Form):
    """The revision that was compared."""

    seen = forms.IntegerField(min_value=1, max_value=2_000_000_000)


def take_release(request: HttpRequest, pk: UUID) -> HttpResponse:
    """What the newest release of its programme changes in a session, then take it."""
    session, stale = managed(request, pk), False
    if session.is_cancelled or session.has_begun(today()) or not session.has_newer_release:
        messages.info(request, "Cette session dit la dernière version publiée de son programme, ou ne change plus.")
        return redirect("sessions:detail", pk)
    if request.method == "POST":
        form = ReleaseForm(request.POST)
        try:
            services.take_release(session, seen=form.cleaned_data["seen"] if form.is_valid() else 0, actor=actor_of(request))
            messages.success(request, f"La session dit maintenant la version {session.course.version} du programme.")
            return redirect("sessions:detail", pk)
        except ReleaseWasChanged:
            stale = True
        except (SessionIsCancelled, SessionHasBegun):
            messages.info(request, "Cette session a commencé ou a été annulée : son programme ne change plus.")
            return redirect("sessions:detail", pk)
    context = {"session": session, "course": session.course, "differences": differences(session.programme, session.course), "stale": stale}
    return render(request, "sessions/release.html", context, status=409 if stale else 200)
