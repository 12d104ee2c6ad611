"""Those who have a place are told a week before and the day before, once each; a job calls this every morning."""

from datetime import date, timedelta

from django.db import transaction

from hub.core.kit.dates import local
from hub.core.notifications import services as notifications
from hub.pages.events.enums import PlaceStatus
from hub.pages.events.models import EventPage, EventRegistration
from hub.pages.events.notifications import EventNextWeek, EventTomorrow
from hub.pages.events.services.seats import lock
from hub.pages.writing.selectors import still_reading

WEEK, EVE = timedelta(days=7), timedelta(days=1)


def remind(on: date) -> int:
    """Tell what is due on this day, or since it if a morning was missed; returns how many people. Run twice it tells nobody again."""
    coming = EventPage.objects.published().filter(seating__cancelled_at=None)
    week = coming.filter(starts_at__date__gt=on + EVE, starts_at__date__lte=on + WEEK)
    eve = coming.filter(starts_at__date=on + EVE)
    told = sum(_tell(event, EventNextWeek, "week_told_for", WEEK) for event in week.order_by("starts_at", "pk"))
    return told + sum(_tell(event, EventTomorrow, "eve_told_for", EVE) for event in eve.order_by("starts_at", "pk"))


@transaction.atomic
def _tell(event: EventPage, kind: type[EventNextWeek] | type[EventTomorrow], column: str, before: timedelta) -> int:
    """Under the lock of the places: who gives hers back, or a cancellation, comes before or after. Who registered later knows it already."""
    seating = lock(event)
    if seating.cancelled_at is not None:
        return 0
    day = local(seating.event.starts_at).date()
    rows = EventRegistration.unscoped.filter(event=event, status=PlaceStatus.CONFIRMED, created_at__date__lt=day - before)
    due = [row for row in rows.exclude(user=None).select_related("user") if getattr(row, column) != day]
    people = still_reading(seating.event, [row.user for row in due if row.user])
    EventRegistration.unscoped.filter(pk__in=[row.pk for row in due]).update(**{column: day})
    return notifications.send(kind(seating.event), to=people)
