"""A meeting as diaries take it in."""

from datetime import timedelta

from hub.core.kit.icalendar import Event, Method, calendar
from hub.core.kit.text import typo
from workgroups.meetings.models import Meeting

__all__ = ["Method", "appointment", "calendar"]

USUAL = timedelta(hours=2)  # of a meeting whose end nobody gave


def appointment(meeting: Meeting, *, url: str = "") -> Event:
    """Args: url is the absolute address of its page. Each save of the meeting raises its version, which is the sequence here."""
    return Event(
        uid=f"reunion-{meeting.pk}@hub-inter-cae", stamp=meeting.updated_at, starts_at=meeting.starts_at,
        ends_at=meeting.ends_at or meeting.starts_at + USUAL, summary=typo(f"{meeting.workgroup.name} : {meeting.title}"),
        sequence=meeting.version + (meeting.cancelled_at is not None), place=meeting.place, description=typo(meeting.agenda), url=url,
        is_cancelled=meeting.cancelled_at is not None,
    )  # fmt: skip
