"""Who registers, and who sees the list of people."""

from datetime import datetime

from django.utils import timezone

from hub.core.accounts.actor import Actor
from hub.core.accounts.audiences import PUBLIC
from hub.pages.events.models import EventPage, EventRegistration
from hub.pages.writing import rules as writing


def can_register(actor: Actor, event: EventPage, now: datetime) -> bool:
    return writing.can_take_part(actor) and event.seating.is_open_at(now)


def can_hold(actor: Actor, event: EventPage) -> bool:
    """The list of people, cancelling: for those who may write the page of the event."""
    return writing.can_edit(actor, event)


def can_add_guest(actor: Actor, event: EventPage, now: datetime) -> bool:
    return can_hold(actor, event) and event.seating.takes_guests_at(now)


def can_read_link(actor: Actor, event: EventPage, own: EventRegistration | None, *, holds: bool) -> bool:
    """The video link is for those who have a place and who hold the event; where one does not register, for those who may come: anybody
    where anybody reads of it, else how would they join? Until it ends: the same room may serve another day.

    `holds`: what can_hold says. Whoever left the federation reads no other link, even with a place.
    """
    seating = event.seating
    if seating.capacity is None and event.audience == PUBLIC and seating.cancelled_at is None and timezone.now() < event.ends_at:
        return True
    if not writing.can_take_part(actor):
        return False
    return seating.capacity is None or holds or (own is not None and own.status == "confirmed")
