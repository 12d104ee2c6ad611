"""The page of an event is written, moved, cancelled; those registered are told."""

from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from hub.core.accounts.actor import Actor
from hub.core.accounts.models import User
from hub.core.jobs import services as jobs
from hub.core.kit.searchable import index_line
from hub.core.kit.text import counted
from hub.core.notifications import services as notifications
from hub.pages.events.models import EventPage, EventRegistration, Seating
from hub.pages.events.notifications import EventCancelled, EventMoved
from hub.pages.events.services.seats import lock, set_capacity
from hub.pages.writing import services as writing
from hub.pages.writing.selectors import still_reading
from workgroups.groups.errors import NotPossible

BEGUN = "Ce rendez-vous a commencé : il ne s’annule plus."


@transaction.atomic
def create_event(model: type[EventPage], *, facts: dict[str, Any], actor: Actor, key: UUID | None = None) -> EventPage:
    """Facts: field values of the page, and `capacity`."""
    words = dict(facts)
    capacity = words.pop("capacity")
    page: EventPage = writing.create(model, facts=words, actor=actor, key=key)
    Seating.objects.get_or_create(event=page, defaults={"capacity": capacity})
    return page


@transaction.atomic
def save_event(page: EventPage, *, facts: dict[str, Any], actor: Actor, based_on: int | None = None) -> EventPage:
    """A new text, at once when it is published. Raises: WasChanged; NotPossible for fewer places than people."""
    words = dict(facts)
    capacity = words.pop("capacity")
    lock(page)  # before the audit line, as whoever registers takes them
    before = {name: getattr(page, name) for name in EventPage.WHERE_AND_WHEN}
    saved: EventPage = writing.save(page, facts=words, actor=actor, based_on=based_on)
    set_capacity(saved, capacity=capacity, actor=actor)
    if saved.live and before != {name: getattr(saved, name) for name in EventPage.WHERE_AND_WHEN}:
        seating = lock(saved)
        seating.sequence += 1
        seating.save(update_fields=["sequence", "updated_at"])
        if saved.ends_at > timezone.now():
            notifications.send(EventMoved(saved), to=_registered(saved, actor))
    return saved


def _registered(event: EventPage, actor: Actor) -> list[User]:
    held = EventRegistration.unscoped.exclude(status="cancelled").filter(event=event).exclude(user=None).select_related("user")
    return [user for user in still_reading(event, [row.user for row in held if row.user]) if user.pk != actor.user_id]


@transaction.atomic
def cancel_event(page: EventPage, *, reason: str, actor: Actor) -> Seating:
    """The event does not take place; its page stays and says so. Twice is once. Raises: NotPossible once it has begun."""
    seating = lock(page)
    if seating.cancelled_at is not None:
        return seating
    if seating.event.starts_at <= timezone.now():
        raise NotPossible(BEGUN)
    seating.cancelled_at, seating.cancellation_reason = timezone.now(), reason
    seating.sequence += 1
    seating.save(update_fields=["cancelled_at", "cancellation_reason", "sequence", "updated_at"])
    notifications.send(EventCancelled(page, reason), to=_registered(page, actor))
    jobs.emit(**index_line(page.noun, page.public_id))
    writing.record("cancel", page, actor, has_reason=bool(reason))
    return seating


@transaction.atomic
def take_down_event(page: EventPage, *, actor: Actor) -> EventPage:
    """A draft again. Raises: NotPossible while people are expected: they are told by cancelling, never by a page that is gone."""
    seating = lock(page)
    taken = seating.confirmed_count + seating.waiting_count
    if taken and seating.cancelled_at is None and page.ends_at > timezone.now():
        raise NotPossible(
            f"{counted(taken, 'personne est inscrite', 'personnes sont inscrites')} : annulez le rendez-vous, pour que le hub prévienne."
        )
    down: EventPage = writing.take_down(page, actor=actor)
    return down


@transaction.atomic
def note_people_taken(page: EventPage, *, actor: Actor) -> None:
    """The list of people left the hub: the audit trail says who took it."""
    writing.record("people", page, actor)
