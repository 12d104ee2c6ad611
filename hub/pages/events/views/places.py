"""Registering, giving a place back, and the list of people for those who hold the event."""

from collections.abc import Iterator
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from hub.core.accounts.actor import Actor, actor_of
from hub.core.kit.dates import local
from hub.core.ui.exports import csv_response
from hub.pages.events import rules, selectors, services
from hub.pages.events.enums import PlaceStatus
from hub.pages.events.errors import SameName
from hub.pages.events.forms import GuestForm
from hub.pages.events.models import EventPage, EventRegistration
from hub.pages.events.views.pages import NOUN
from hub.pages.writing import rules as writing
from hub.pages.writing.views import page_in_sight
from workgroups.groups.errors import NotPossible

PER_PAGE = 50
COLUMNS = ("personne", "organisation", "adresse électronique", "état", "rang", "inscrite ou inscrit le", "téléphone", "sans compte")


@require_POST
def register(request: HttpRequest, pk: UUID) -> HttpResponse:
    actor, event = actor_of(request), page_in_sight(request, NOUN, pk)
    if not writing.can_take_part(actor):
        raise PermissionDenied
    try:
        outcome = services.register(event, actor=actor)
        if outcome.registration.status == PlaceStatus.CONFIRMED:
            messages.success(request, "Votre place est gardée.")
        else:
            messages.info(request, f"Vous êtes au rang {outcome.registration.rank} de la liste d’attente.")
    except NotPossible as refusal:
        messages.error(request, str(refusal))
    return redirect(event)


@require_POST
def give_back(request: HttpRequest, pk: UUID, registration_id: UUID) -> HttpResponse:
    """One's own place, even of an event that one no longer reads, or one of an event that one holds."""
    actor = actor_of(request)
    rows = EventRegistration.objects.visible_to(actor).filter(event__public_id=pk).select_related("event")
    row = get_object_or_404(rows, pk=registration_id)
    is_own = row.user_id == actor.user_id
    if not is_own and not rules.can_hold(actor, page_in_sight(request, NOUN, pk)):
        raise PermissionDenied
    give = services.cancel_registration if is_own else services.take_off
    give(row, actor=actor)
    messages.success(request, "Votre inscription est retirée." if is_own else "Inscription retirée.")
    if not is_own:
        return redirect("events:people", pk)
    is_read = EventPage.objects.visible_to(actor).filter(pk=row.event_id).exists()
    return redirect(row.event if is_read else "pages:own_home")


def _held(request: HttpRequest, pk: UUID) -> tuple[Actor, EventPage]:
    actor, event = actor_of(request), page_in_sight(request, NOUN, pk)
    if not rules.can_hold(actor, event):
        raise PermissionDenied
    return actor, event


def people(request: HttpRequest, pk: UUID) -> HttpResponse:
    actor, event = _held(request, pk)
    page = Paginator(selectors.people(actor, event), PER_PAGE).get_page(request.GET.get("page"))
    can_add = rules.can_add_guest(actor, event, timezone.now())
    context = {
        "event": event, "page": page, "seating": event.seating, "can_add": can_add, "guest_count": selectors.guest_count(actor, event),
    }  # fmt: skip
    return render(request, "events/people.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def add_guest(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Somebody without an account, to whom whoever holds the event gave a place by word of mouth."""
    actor, event = _held(request, pk)
    form = GuestForm(request.POST or None)
    same_name = False
    if request.method == "POST" and form.is_valid():
        try:
            row = services.add_guest(event, actor=actor, **form.cleaned_data)
            where = f"au rang {row.rank} de la liste d’attente" if row.rank else "à qui une place est gardée"
            messages.success(request, f"{row.name} est sur la liste, {where}.")
            return redirect("events:people", pk)
        except SameName:
            same_name = True
            form.say_same_name()
        except NotPossible as refusal:
            form.add_error(None, str(refusal))
    return render(request, "events/add_guest.html", {"event": event, "form": form, "same_name": same_name})


@require_safe
def people_csv(request: HttpRequest, pk: UUID) -> HttpResponseBase:
    """The list taken away, which the audit trail says."""
    actor, event = _held(request, pk)
    services.note_people_taken(event, actor=actor)
    return csv_response("inscriptions.csv", COLUMNS, _lines(selectors.people(actor, event)))


def _lines(rows: Any) -> Iterator[list[object]]:
    for row in rows.iterator(chunk_size=500):
        guest = row.as_guest
        person = row.user or guest
        yield [
            row.name, row.organisation.name if row.organisation else "", person.email if person else "", row.get_status_display(), row.rank,
            local(row.created_at).date(), guest.phone if guest else "", "oui" if guest else "",
        ]  # fmt: skip
