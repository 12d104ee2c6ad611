from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from django.db.models import QuerySet
from django.db.models.functions import Coalesce
from django.utils import timezone

from directory.cooperatives.models import DirectoryEntry
from directory.cooperatives.selectors import host
from hub.core.accounts.actor import Actor
from hub.pages.events import rules
from hub.pages.events.enums import PlaceStatus
from hub.pages.events.models import EventPage, EventRegistration
from workgroups.meetings.models import Meeting

IN_CALENDAR = 200
KEPT_IN_CALENDAR = timedelta(days=60)


def listed(actor: Actor) -> Any:
    """All published events in sight, nearest first; the filter leaves past ones out unless asked."""
    return EventPage.objects.visible_to(actor).published().for_list().order_by("starts_at", "pk")


def coming(actor: Actor) -> Any:
    return listed(actor).to_come(timezone.now())


def own_registration(actor: Actor, event: EventPage) -> EventRegistration | None:
    if actor.user_id is None:
        return None
    return EventRegistration.objects.visible_to(actor).active().filter(event=event, user=actor.user_id).first()


def people(actor: Actor, event: EventPage) -> QuerySet[EventRegistration]:
    """Those with a place, then those who wait, by rank."""
    rows = EventRegistration.objects.visible_to(actor).active().filter(event=event).select_related("user", "organisation", "guest")
    return rows.order_by("status", "rank", Coalesce("user__sort_name", "guest__name"), "created_at")


def guest_count(actor: Actor, event: EventPage) -> int:
    """How many are on the list without an account, whom the hub tells nothing."""
    return people(actor, event).exclude(guest=None).count()


def state_of(event: EventPage) -> tuple[str, str]:
    """The tone and the words of where an event stands."""
    seating, now = event.seating, timezone.now()
    if seating.cancelled_at is not None:
        return "no", "Annulé"
    if event.ends_at < now:
        return "none", "Passé"
    if seating.capacity is None:
        return "info", "Sans inscription"
    if not seating.is_open_at(now):
        return "none", "Inscriptions closes"
    return (
        ("ok", "Inscriptions ouvertes")
        if seating.free_count and not seating.waiting_count
        else ("wait", "Complet, liste d’attente ouverte")
    )


def event_context(actor: Actor, event: EventPage) -> dict[str, Any]:
    """What the page of an event shows beyond its text: the reader's place, the link if it is for her."""
    own, holds = own_registration(actor, event), rules.can_hold(actor, event)
    asks = not actor.is_signed_in and event.seating.is_open_at(timezone.now())
    contact = contact_of(actor, event) if asks else None
    return {
        "own": own, "is_waiting": own is not None and own.status == PlaceStatus.WAITING, "seating": event.seating,
        "state": state_of(event), "can_register": rules.can_register(actor, event, timezone.now()),
        "link": event.link if rules.can_read_link(actor, event, own, holds=holds) else "", "can_hold": holds,
        "is_over": event.ends_at < timezone.now(), "has_begun": event.starts_at <= timezone.now(), "asks_without_account": asks,
        "contact": contact, "contact_host": host(contact.website) if contact else "",
    }  # fmt: skip


def contact_of(actor: Actor, event: EventPage) -> DirectoryEntry | None:
    """Where somebody without an account asks for a place: the public entry of whoever organises it, if it has one."""
    organiser = event.workgroup.convener_id if event.workgroup else event.organisation_id
    return DirectoryEntry.objects.visible_to(actor).filter(organisation=organiser).select_related("organisation").first()


def for_calendar(actor: Actor) -> list[EventPage]:
    """Events to come and of the last weeks, as a calendar keeps them."""
    return list(listed(actor).filter(ends_at__gte=timezone.now() - KEPT_IN_CALENDAR)[:IN_CALENDAR])


def meetings_for_calendar(actor: Actor) -> list[Meeting]:
    """Those of the actor's groups, to come and of the last weeks."""
    rows = Meeting.objects.visible_to(actor).filter(starts_at__gte=timezone.now() - KEPT_IN_CALENDAR)
    return list(rows.select_related("workgroup").order_by("starts_at", "id")[:IN_CALENDAR])


def waited_for(actor: Actor, events: Iterable[EventPage]) -> set[Any]:
    """Of these events, those where the actor has a rank and no place: the numbers of their pages."""
    rows = EventRegistration.objects.visible_to(actor).filter(user=actor.user_id, event__in=events, status=PlaceStatus.WAITING)
    return set(rows.values_list("event", flat=True)) if actor.user_id else set()


def with_link(actor: Actor, events: Iterable[EventPage]) -> set[Any]:
    """Of these events, those whose link the actor may read: the numbers of their pages. Two queries, whatever their number."""
    found = list(events)
    rows = EventRegistration.objects.visible_to(actor).active().filter(user=actor.user_id, event__in=found)
    own = {row.event_id: row for row in rows} if actor.user_id else {}
    held = set(EventPage.objects.written_by(actor).filter(pk__in=[event.pk for event in found]).values_list("pk", flat=True))
    return {event.pk for event in found if rules.can_read_link(actor, event, own.get(event.pk), holds=event.pk in held)}
