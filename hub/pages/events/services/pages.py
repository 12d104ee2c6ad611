"""The page of an event is written, moved, cancelled; those registered are told."""

from datetime import datetime
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
from hub.pages.events.enums import PlaceStatus
from hub.pages.events.models import EventPage, EventRegistration, Seating
from hub.pages.events.notifications import EventCancelled, EventMoved, EventWithdrawn
from hub.pages.events.services.seats import fill_places, lock, set_capacity
from hub.pages.writing import services as writing
from hub.pages.writing.selectors import still_reading
from workgroups.groups.errors import NotPossible

BEGUN = "Ce rendez-vous a commencé : il ne s’annule plus."
CANCELLED = "Ce rendez-vous est annulé : il ne se change plus."


@transaction.atomic
def create_event(model: type[EventPage], *, facts: dict[str, Any], actor: Actor, key: UUID | None = None) -> EventPage:
    """Facts: field values of the page, and `capacity`."""
    words = dict(facts)
    capacity = words.pop("capacity")

    def places(page: EventPage) -> tuple[int | None, datetime | None] | None:
        return Seating.objects.filter(event=page).values_list("capacity", "cancelled_at").first()

    # the words of one that was cancelled announce another
    page: EventPage = writing.create(model, facts=words, actor=actor, key=key, rest=(capacity, None), rest_of=places)
    Seating.objects.get_or_create(event=page, defaults={"capacity": capacity})
    return page


@transaction.atomic
def save_event(page: EventPage, *, facts: dict[str, Any], actor: Actor, based_on: int | None = None) -> EventPage:
    """A new text, at once when it is published.

    Raises: WasChanged; NotPossible for fewer places than people, for readers without some of them, or once it is cancelled.
    """
    words = dict(facts)
    capacity = words.pop("capacity")
    seating = lock(page)  # before the audit line, as whoever registers takes them
    if seating.cancelled_at is not None:
        raise NotPossible(CANCELLED)
    before = {name: getattr(page, name) for name in EventPage.WHERE_AND_WHEN}
    saved: EventPage = writing.save(page, facts=words, actor=actor, based_on=based_on)
    _keep_readers(seating.event, saved, actor)
    set_capacity(saved, capacity=capacity, actor=actor)
    if saved.live and before != {name: getattr(saved, name) for name in EventPage.WHERE_AND_WHEN}:
        seating = _next_sequence(lock(saved))
        if saved.ends_at > timezone.now():
            fill_places(seating, actor=actor)  # none are filled once it has begun: moved ahead, it has places to give again
            _tell_moved(seating.event, actor)
    return saved


def _keep_readers(before: EventPage, after: EventPage, actor: Actor) -> None:
    """Whoever is registered reads where she goes, until it is over."""
    if before.ends_at > timezone.now():
        _check_readers(before, after, actor)


def _check_readers(before: EventPage, after: EventPage, actor: Actor) -> None:
    if after.audience == before.audience:
        return
    readers = _registered(before, actor)
    if lost := len(readers) - len(still_reading(after, readers)):
        who = counted(lost, "personne inscrite ne lirait plus", "personnes inscrites ne liraient plus")
        raise NotPossible(f"{who} ce rendez-vous : laissez « Lu par » comme il était.")


def _registered(event: EventPage, actor: Actor, *statuses: PlaceStatus) -> list[User]:
    """Those who have a place or a rank, or one of the two alone, but for who acts."""
    wanted = statuses or (PlaceStatus.CONFIRMED, PlaceStatus.WAITING)
    held = EventRegistration.unscoped.filter(event=event, status__in=wanted).exclude(user=None).select_related("user")
    return [user for user in still_reading(event, [row.user for row in held if row.user]) if user.pk != actor.user_id]


def _tell_moved(event: EventPage, actor: Actor, *, is_back: bool = False) -> None:
    for status in (PlaceStatus.CONFIRMED, PlaceStatus.WAITING):
        moved = EventMoved(event, is_back=is_back, is_waiting=status == PlaceStatus.WAITING)
        notifications.send(moved, to=_registered(event, actor, status))


def _next_sequence(seating: Seating) -> Seating:
    """Diaries take over what comes with a higher number. The row must be locked."""
    seating.sequence += 1
    seating.save(update_fields=["cancelled_at", "cancellation_reason", "sequence", "updated_at"])
    return seating


@transaction.atomic
def cancel_event(page: EventPage, *, reason: str, actor: Actor) -> Seating:
    """The event does not take place; its page stays and says so. Twice is once. Raises: NotPossible once it has begun."""
    seating = lock(page)
    if seating.cancelled_at is not None:
        return seating
    if seating.event.starts_at <= timezone.now():
        raise NotPossible(BEGUN)
    seating.cancelled_at, seating.cancellation_reason = timezone.now(), reason
    _next_sequence(seating)
    # the event of the locked row: `page` may hold its places as they were before
    notifications.send(EventCancelled(seating.event, reason), to=_registered(seating.event, actor))
    jobs.emit(**index_line(page.noun, page.public_id))
    writing.record("cancel", page, actor, has_reason=bool(reason))
    return seating


@transaction.atomic
def take_down_event(page: EventPage, *, actor: Actor) -> EventPage:
    """A draft again. Raises: NotPossible while people are expected: they are told by cancelling, never by a page that is gone."""
    seating = lock(page)
    taken = seating.confirmed_count + seating.waiting_count
    if taken and seating.is_awaited_at(timezone.now()):
        raise NotPossible(
            f"{counted(taken, 'personne est inscrite', 'personnes sont inscrites')} : annulez le rendez-vous, pour que le hub prévienne."
        )
    down: EventPage = writing.take_down(page, actor=actor)
    return down


@transaction.atomic
def publish_event(page: EventPage, *, actor: Actor) -> EventPage:
    """Announced anew after it was taken down: those who kept a place, which nothing takes back, are told when it is to come again.

    Raises: NotPossible for readers without some of them.
    """
    before = lock(page).event
    out: EventPage = writing.publish(page, actor=actor)
    seating = lock(page)
    if not before.live and seating.is_awaited_at(timezone.now()):
        _check_readers(before, seating.event, actor)
        _next_sequence(seating)
        fill_places(seating, actor=actor)
        _tell_moved(seating.event, actor, is_back=True)
    return out


@transaction.atomic
def withdraw_event(page: EventPage, *, reason: str, actor: Actor) -> EventPage:
    """Moderation takes it away: those who are expected are told why, and so are their diaries; they keep their places, should it come back."""
    seating = lock(page)
    was_awaited = seating.is_awaited_at(timezone.now())
    gone: EventPage = writing.withdraw(page, reason=reason, actor=actor)
    if was_awaited:
        _next_sequence(seating)
        notifications.send(EventWithdrawn(seating.event, reason), to=_registered(seating.event, actor))
    return gone


@transaction.atomic
def restore_event(page: EventPage, *, actor: Actor) -> EventPage:
    """Moderation puts it back: what was freed meanwhile is filled, and those registered are told, with their diaries."""
    was_withdrawn = lock(page).event.withdrawn_at is not None
    back: EventPage = writing.restore(page, actor=actor)
    seating = lock(page)
    if was_withdrawn and seating.is_awaited_at(timezone.now()):
        _next_sequence(seating)
        fill_places(seating, actor=actor)
        _tell_moved(seating.event, actor, is_back=True)
    return back


@transaction.atomic
def note_people_taken(page: EventPage, *, actor: Actor) -> None:
    """The list of people left the hub: the audit trail says who took it."""
    writing.record("people", page, actor)
