"""What events add to pages below them and to the search, and what they keep of people."""

from datetime import date
from typing import Any

from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils import timezone

from hub.core.accounts.actor import Actor
from hub.core.accounts.models import User
from hub.core.kit.dates import local, years_before
from hub.core.ui.panels import Personal, personal, register
from hub.pages.events.enums import PlaceStatus
from hub.pages.events.models import EventPage, EventRegistration, Guest, Seating
from hub.pages.events.services import cancel_registration
from hub.pages.writing.panels import personal_page, source_of, tell_news
from workgroups.groups.models import Workgroup

SHOWN = 3


@register("home.area", "events", order=51)
def area(actor: Actor, subject: Any) -> dict[str, Any]:
    rows = EventPage.objects.visible_to(actor).published().to_come(timezone.now())
    return {"title": "Agenda", "url": reverse("events:list"), "rows": rows, "text": "rendez-vous à venir", "area": "a-life"}


def _expected(actor: Actor, first: date) -> QuerySet[EventRegistration]:
    """Where one is expected from that day on."""
    return EventRegistration.objects.own(actor).filter(status=PlaceStatus.CONFIRMED, event__ends_at__date__gte=first)


@register("home.dates", "events", order=40, needs=_expected)
def registered(actor: Actor, first: date) -> dict[str, Any] | None:
    """Where one is expected, of what one still reads."""
    read = EventPage.objects.visible_to(actor).filter(live=True, seating__cancelled_at=None, pk__in=_expected(actor, first).values("event"))
    items = [
        {"at": at, "text": title, "url": reverse("events:detail", args=[public_id])}
        for at, title, public_id in read.order_by("starts_at").values_list("starts_at", "title", "public_id")[:SHOWN]
    ]
    return {"items": items} if items else None


@register("workgroup", "events", order=40, template="events/panels/workgroup.html")
def events_of(actor: Actor, group: Workgroup) -> dict[str, Any] | None:
    rows = EventPage.objects.visible_to(actor).published().to_come(timezone.now()).filter(workgroup=group)
    found = list(rows.order_by("starts_at", "pk")[:SHOWN])
    return {"events": found} if found else None


@register("leaving", "events")
def give_places_back(actor: Actor, person: User) -> None:
    """Who is erased keeps no place or rank at what is still to come: the first in line takes it and is told."""
    rows = EventRegistration.unscoped.exclude(status=PlaceStatus.CANCELLED).filter(user=person, event__ends_at__gte=timezone.now())
    for row in rows.select_related("event").order_by("event__starts_at", "pk"):
        cancel_registration(row, actor=actor)


def _when_and_where(page: EventPage) -> dict[str, Any]:
    facts = [page.get_kind_display(), page.when, page.place, page.body]
    first, last = local(page.starts_at).date(), local(page.ends_at).date()
    return {"body": "\n".join(part for part in facts if part), "place": page.place, "starts_on": first, "ends_on": last}


SOURCE = source_of(EventPage, "Rendez-vous", "calendar", 72, one="Rendez-vous", over="passé", more=_when_and_where)

tell_news(EventPage, "Rendez-vous")


@register("search.source", "event")
def search_source(actor: Any, subject: Any) -> dict[str, Any]:
    return {"source": SOURCE}


STAMPS = {"id", "created_at", "updated_at"}
personal_page(EventPage, "kind", "starts_at", "ends_at", "place", "link", "closes_at")
personal(
    Seating,
    {},
    other=STAMPS | {
        "event", "capacity", "confirmed_count", "waiting_count", "sequence", "cancelled_at", "cancellation_reason",
    },
)  # fmt: skip
personal(
    EventRegistration,
    {
        "user": Personal(
            "garder une place à la personne et l’accueillir", "un an après le rendez-vous", "anonymise",
            over=lambda on: Q(event__ends_at__date__lte=years_before(on, 1)),
        )
    },
    other=STAMPS | {"event", "organisation", "status", "rank", "week_told_for", "eve_told_for"},
)  # fmt: skip
FOR_GUEST = "garder une place à une personne sans compte, et pouvoir la prévenir"
UNTIL = "tant qu’elle a une place, et un an après le rendez-vous au plus"
WITH_IT = Personal(FOR_GUEST, UNTIL, "delete")
personal(
    Guest,
    {
        "name": Personal(FOR_GUEST, UNTIL, "delete", over=lambda on: Q(registration__event__ends_at__date__lte=years_before(on, 1))),
        "email": WITH_IT,
        "phone": WITH_IT,
    },
    other=STAMPS | {"registration"},
)
