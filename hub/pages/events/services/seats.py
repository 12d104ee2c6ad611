"""Places, exact whatever the load: the row that counts them is locked first, and every count is made under that lock."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from hub.core.accounts.actor import Actor
from hub.core.accounts.models import Membership, User
from hub.core.audit import services as audit
from hub.core.kit.dates import today
from hub.core.kit.text import counted, fold
from hub.core.notifications import services as notifications
from hub.pages.events.enums import PlaceStatus
from hub.pages.events.errors import SameName
from hub.pages.events.models import EventPage, EventRegistration, Guest, Seating
from hub.pages.events.notifications import GuestSeated, PlaceGiven, PlaceLost, Registered, TakenOff
from hub.pages.writing.selectors import still_reading
from workgroups.groups.errors import NotPossible

BETWEEN_TWO_ROLES: Final = timedelta(days=7)
CLOSED = "Les inscriptions à ce rendez-vous sont closes."
NO_GUESTS = "Ce rendez-vous n’a pas de places à donner, ou plus : on n’y ajoute personne."


def too_few(seated: int) -> str:
    """What is said to fewer places than people."""
    who = counted(seated, "personne a déjà une place", "personnes ont déjà une place")
    return f"{who} : il en faut au moins autant."


@dataclass(frozen=True)
class Outcome:
    """What was asked gave; `is_new` is false for somebody who was registered already."""

    registration: EventRegistration
    is_new: bool


def lock(event: EventPage) -> Seating:
    """The places of an event, held until the transaction ends."""
    Seating.objects.select_for_update(of=("self",), no_key=True).get(event=event.pk)
    return Seating.objects.select_related("event__organisation", "event__author").get(
        event=event.pk
    )  # the page as it is by then, not as it was when we began to wait


def record(action: str, row: EventRegistration, seating: Seating, actor: Actor) -> None:
    event = seating.event
    audit.record(
        f"life.registration.{action}", actor=actor, organisation=event.organisation,
        data={"event": event.public_id, "rank": row.rank}, kind="life.registration", object_id=str(row.pk),
    )  # fmt: skip


@transaction.atomic
def register(event: EventPage, *, actor: Actor) -> Outcome:
    """A place while there are any, then a rank; asked twice, one keeps what one has. Raises: NotPossible when it is closed."""
    seating = lock(event)
    held = EventRegistration.unscoped.filter(event=event, user=actor.user_id).exclude(status=PlaceStatus.CANCELLED).first()
    if held is not None:
        return Outcome(held, is_new=False)
    if not seating.is_open_at(timezone.now()):
        raise NotPossible(CLOSED)
    row = _seat(seating, user_id=actor.user_id, organisation_id=actor.organisation_id)
    if row.user is not None:
        notifications.send(Registered(seating.event, row), to=[row.user])
    record(row.status, row, seating, actor)
    return Outcome(row, is_new=True)


def _seat(seating: Seating, **who: Any) -> EventRegistration:
    """A place, or a rank when none is free or somebody waits already. The row must be locked."""
    has_seat = seating.free_count > 0 and not seating.waiting_count
    if has_seat:
        seating.confirmed_count += 1
    else:
        seating.waiting_count += 1
    row = EventRegistration.unscoped.create(
        event_id=seating.event_id, status=PlaceStatus.CONFIRMED if has_seat else PlaceStatus.WAITING,
        rank=None if has_seat else seating.waiting_count, **who,
    )  # fmt: skip
    seating.save(update_fields=["confirmed_count", "waiting_count", "updated_at"])
    return row


@transaction.atomic
def add_guest(event: EventPage, *, name: str, email: str, phone: str, actor: Actor, is_another: bool = False) -> EventRegistration:
    """A place or a rank for somebody without an account, whom the hub writes nothing: whoever holds the event tells her.

    Args: is_another, it is known that she bears the name of somebody who is on the list.
    Raises: NotPossible when there are no places, or once it has begun; SameName.
    """
    seating = lock(event)
    if not seating.takes_guests_at(timezone.now()):
        raise NotPossible(NO_GUESTS)
    on_it = EventRegistration.unscoped.filter(event=event).exclude(status=PlaceStatus.CANCELLED).select_related("user", "guest")
    if not is_another and fold(name) in {fold(row.name) for row in on_it}:
        raise SameName
    row = _seat(seating)
    Guest.objects.create(registration=row, name=name, email=email, phone=phone)
    record("guest", row, seating, actor)
    return row


@transaction.atomic
def cancel_registration(registration: EventRegistration, *, actor: Actor) -> list[EventRegistration]:
    """Give a place or a rank back; the first in line takes a freed place: returns who does. Twice changes nothing."""
    seating = lock(registration.event)
    row = EventRegistration.unscoped.select_for_update(of=("self",), no_key=True).get(pk=registration.pk)
    if row.status == PlaceStatus.CANCELLED:
        return []
    if row.status == PlaceStatus.CONFIRMED:
        seating.confirmed_count -= 1
    _release(row)
    record("cancelled", row, seating, actor)
    return fill_places(seating, actor=actor)


@transaction.atomic
def take_off(registration: EventRegistration, *, actor: Actor) -> list[EventRegistration]:
    """Whoever holds the event takes somebody off its list: as `cancel_registration`, and she is told while it is still to come, if she reads of it."""
    lock(registration.event)
    row = EventRegistration.unscoped.select_related("user").get(pk=registration.pk)
    was_on_it = row.status != PlaceStatus.CANCELLED
    promoted = cancel_registration(row, actor=actor)
    seating = lock(registration.event)
    if was_on_it and row.user is not None and seating.is_awaited_at(timezone.now()):
        notifications.send(TakenOff(seating.event), to=still_reading(seating.event, [row.user]))
    return promoted


def _release(row: EventRegistration) -> None:
    row.status, row.rank = PlaceStatus.CANCELLED, None
    Guest.objects.filter(registration=row).delete()  # nothing is kept of her but for her place
    row.save(update_fields=["status", "rank", "updated_at"])


@transaction.atomic
def set_capacity(event: EventPage, *, capacity: int | None, actor: Actor) -> Seating:
    """More places go to those who wait. Raises: NotPossible for fewer places than people."""
    seating = lock(event)
    if seating.capacity == capacity:
        return seating
    taken = seating.confirmed_count + seating.waiting_count
    if (capacity is None and taken) or (capacity is not None and capacity < seating.confirmed_count):
        raise NotPossible(too_few(seating.confirmed_count))
    seating.capacity = capacity
    audit.record(
        "life.event.places", actor=actor, organisation=seating.event.organisation, data={"capacity": capacity}, kind="life.event",
        object_id=str(seating.event.public_id),
    )  # fmt: skip
    fill_places(seating, actor=actor)
    return seating


def fill_places(seating: Seating, *, actor: Actor) -> list[EventRegistration]:
    """Promote by rank while places are free and it has not begun, then close the holes in the line. The row must be locked.

    Who no longer reads of the event for a week, or has closed her account, holds a place unseen: it goes to who waits, which she is told,
    and her rank, if that is what she has, is given back when a place is free. Who has no account never read of it here: she keeps hers.
    """
    held = EventRegistration.unscoped.filter(event=seating.event_id).select_related("user", "guest")
    line = list(held.filter(status=PlaceStatus.WAITING).order_by("rank"))
    free, lost = 0, list[tuple[User, EventPage]]()
    if line and seating.is_awaited_at(timezone.now()):
        seated = list(held.filter(status=PlaceStatus.CONFIRMED))
        there = set(still_reading(seating.event, [row.user for row in [*seated, *line] if row.user]))
        back_soon = _left_lately(row.user for row in seated if row.user not in there)
        guests = {row.pk for row in [*seated, *line] if row.as_guest}
        gone = [row for row in seated if row.user not in there and row.user_id not in back_soon and row.pk not in guests]
        lost = [(row.user, _as_she_knew(row, seating.event)) for row in gone if row.user]
        seating.confirmed_count -= _release_all(gone, seating, actor)
        free = seating.free_count
        if free:
            _release_all([row for row in line if row.user not in there and row.pk not in guests], seating, actor)
            line = [row for row in line if row.user in there or row.pk in guests]
    promoted, still = line[:free], line[free:]
    for row in promoted:
        row.status, row.rank = PlaceStatus.CONFIRMED, None
        row.save(update_fields=["status", "rank", "updated_at"])
        record("promoted", row, seating, actor)
    moved = [row for rank, row in enumerate(still, start=1) if row.rank != rank]
    for rank, row in enumerate(still, start=1):
        row.rank = rank
    EventRegistration.unscoped.bulk_update(moved, ["rank"], batch_size=500)
    seating.confirmed_count += len(promoted)
    seating.waiting_count = len(still)
    seating.save(update_fields=["capacity", "confirmed_count", "waiting_count", "updated_at"])
    # once the row is written: the appointment is dated by it, or a diary would keep the one of the waiting line
    notifications.send(PlaceGiven(seating.event), to=[row.user for row in promoted if row.user])
    author = seating.event.author
    if author and any(row.as_guest for row in promoted):
        notifications.send(GuestSeated(seating.event), to=still_reading(seating.event, [author]))
    for user, known in lost:
        notifications.send(PlaceLost(known), to=[user])  # a closed account is told nothing
    return promoted


def _as_she_knew(row: EventRegistration, event: EventPage) -> EventPage:
    """The event in the words of when her place was last written down, which she was told then: a title or a moment of after she left is not
    hers to read."""
    written = event.revisions.order_by("-created_at", "-pk")
    known = written.filter(created_at__lte=row.updated_at).first() or written.last()
    return known.as_object() if known else event


def _left_lately(people: Iterable[User | None]) -> set[Any]:
    """Who of these belonged somewhere a few days ago: between two roles she may have none for a night."""
    there = [person.pk for person in people if person is not None and person.is_active]
    since = today() - BETWEEN_TWO_ROLES
    ended = Q(pk__in=Membership.unscoped.filter(user__in=there, ends_on__gte=since, ends_on__lt=today()).values("user"))
    return set(User.objects.filter(ended | Q(role_undone_on__gte=since), pk__in=there).values_list("pk", flat=True))


def _release_all(rows: Sequence[EventRegistration], seating: Seating, actor: Actor) -> int:
    for row in rows:
        _release(row)
        record("cancelled", row, seating, actor)
    return len(rows)


def give_places_on(actor: Actor) -> None:
    """The places of those who have left since go to who waits: nothing else may happen to an event for weeks."""
    waited_for = EventPage.objects.published().filter(
        seating__cancelled_at=None, seating__waiting_count__gt=0, starts_at__gt=timezone.now()
    )
    for event in waited_for.order_by("starts_at", "pk"):
        with transaction.atomic():
            fill_places(lock(event), actor=actor)
