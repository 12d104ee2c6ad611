from datetime import datetime, timedelta
from uuid import UUID

from hub.pages.models import Visit

A_VISIT = timedelta(hours=1)  # whoever comes back within the hour is still on the same visit
NOTED_EVERY = timedelta(minutes=5)


def note_visit(user_id: UUID, now: datetime) -> datetime | None:
    """Remember that a person is at her home; returns when her visit before this one ended, None on the first."""
    visit, is_first = Visit.objects.get_or_create(user_id=user_id, defaults={"seen_at": now})
    if is_first:
        return None
    if now - visit.seen_at > A_VISIT:
        visit.before_at = visit.seen_at
    elif now - visit.seen_at < NOTED_EVERY:
        return visit.before_at
    visit.seen_at = now
    visit.save()
    return visit.before_at
