"""The page of an event, and what calendars read of it."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse

from hub.core.accounts.actor import Actor, actor_of
from hub.core.kit.icalendar import MEDIA_TYPE, Event
from hub.core.ui.lists import refused
from hub.pages.events import ics, rules, selectors, services
from hub.pages.events.enums import PlaceStatus
from hub.pages.events.filters import EventFilter
from hub.pages.events.forms import EventForm
from hub.pages.events.models import EventPage
from hub.pages.writing.forms import ReasonForm
from hub.pages.writing.nouns import Column, Noun, Words
from hub.pages.writing.selectors import reader_by_key
from hub.pages.writing.views import page_in_sight
from workgroups.groups.errors import NotPossible
from workgroups.meetings import ics as group_meetings

NOUN = Noun(
    EventPage, EventForm, EventFilter,
    Words(
        "Agenda", "rendez-vous,rendez-vous", "ce rendez-vous", "Annoncer un rendez-vous",
        "Séminaires, visites, ateliers, réunions d’information.",
        "Un séminaire, une visite de chantier, une réunion d’information ouverte : annoncez-les ici, l’inscription suit.",
        "Modifier le rendez-vous",
    ),
    order=20, create=services.create_event, save=services.save_event, take_down=services.take_down_event,
    publish=services.publish_event, withdraw=services.withdraw_event, restore=services.restore_event,
    withdrawal="Les personnes inscrites sont prévenues, avec votre motif.",
    context=selectors.event_context, listed=selectors.listed, first=selectors.coming,
    columns=(
        Column("kind", "nature", lambda page: page.get_kind_display()),
        Column("starts_at", "commence le", lambda page: page.starts_at),
        Column("ends_at", "finit le", lambda page: page.ends_at),
        Column("place", "lieu", lambda page: page.place),
        Column("capacity", "places", lambda page: page.seating.capacity),
        Column("free", "places libres", lambda page: page.seating.free_count if page.seating.capacity else None),
        Column("is_cancelled", "annulé", lambda page: page.seating.cancelled_at is not None),
    ),
)  # fmt: skip


def cancel(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The event does not take place: asks why, and tells those registered."""
    actor, event = actor_of(request), page_in_sight(request, NOUN, pk)
    if not rules.can_hold(actor, event) or not event.live:
        raise PermissionDenied
    form = ReasonForm(request.POST or None)
    form.fields["reason"].help_text = "Les personnes inscrites le lisent."
    if request.method == "POST" and form.is_valid():
        try:
            services.cancel_event(event, reason=form.cleaned_data["reason"], actor=actor)
            messages.success(request, "Rendez-vous annulé. Les personnes inscrites sont prévenues.")
            return redirect(event)
        except NotPossible as refusal:
            form.add_error(None, str(refusal))
    return render(request, "events/cancel.html", {"page": event, "form": form, "guest_count": selectors.guest_count(actor, event)})


def _calendar(request: HttpRequest, events: list[Event], filename: str, *, name: str = "") -> HttpResponse:
    response = HttpResponse(ics.calendar(events, name=name).encode(), content_type=f"{MEDIA_TYPE}; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{filename}"'
    response["Cache-Control"] = "private, no-cache"
    return response


def _appointment(request: HttpRequest, event: EventPage, *, link: str = "", is_waiting: bool = False) -> Event:
    return ics.appointment(event, url=request.build_absolute_uri(event.get_absolute_url()), link=link, is_waiting=is_waiting)


def event_ics(request: HttpRequest, pk: UUID) -> HttpResponse:
    """One event for a diary, with its link for those who have a place."""
    actor, event = actor_of(request), page_in_sight(request, NOUN, pk)
    if not event.live:
        raise Http404
    own = selectors.own_registration(actor, event)
    link = event.link if rules.can_read_link(actor, event, own, holds=rules.can_hold(actor, event)) else ""
    is_waiting = own is not None and own.status == PlaceStatus.WAITING
    return _calendar(request, [_appointment(request, event, link=link, is_waiting=is_waiting)], "rendez-vous.ics")


def listing_ics(request: HttpRequest) -> HttpResponseBase:
    """The agenda with the same filters as its list; without an account, what is public."""
    actor = actor_of(request)
    found = EventFilter(request, selectors.listed(actor))
    shown = list(found.qs[: selectors.IN_CALENDAR])
    waited = selectors.waited_for(actor, shown)
    events = [_appointment(request, event, is_waiting=event.pk in waited) for event in shown]
    return refused(*found.notices) or _calendar(request, events, "agenda.ics", name="Agenda, hub inter-CAE")


def feed_ics(request: HttpRequest, secret: str) -> HttpResponse:
    """All events that the owner of the secret may read, with the links that are for her, and the meetings of her groups."""
    reader = reader_by_key(secret)
    if reader is None or not reader.is_signed_in:
        raise Http404
    response = _calendar(request, _own_events(request, reader), "mon-agenda.ics", name="Mon agenda, hub inter-CAE")
    response["Cache-Control"] = "private, no-store"
    return response


def _own_events(request: HttpRequest, reader: Actor) -> list[Event]:
    events: Any = selectors.for_calendar(reader)
    linked, waited = selectors.with_link(reader, events), selectors.waited_for(reader, events)
    found = [_appointment(request, event, link=event.link if event.pk in linked else "", is_waiting=event.pk in waited) for event in events]
    meetings = selectors.meetings_for_calendar(reader)
    return found + [
        group_meetings.appointment(one, url=request.build_absolute_uri(reverse("meetings:meeting", args=[one.workgroup.acronym, one.pk])))
        for one in meetings
    ]
