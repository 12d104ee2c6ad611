"""An event as diaries take it in. Its link stands in it only for those who may read the link."""

from hub.core.kit.icalendar import Event, Method, calendar
from hub.core.kit.text import typo
from hub.pages.events.models import EventPage

__all__ = ["Method", "appointment", "calendar"]


def appointment(event: EventPage, *, url: str = "", link: str = "", is_waiting: bool = False) -> Event:
    """Args: url is the absolute address of its page; link the video link, empty for a reader who has no place; is_waiting, she has a rank only."""
    seating = event.seating
    where = [event.place, link]
    return Event(
        uid=f"rendez-vous-{event.public_id}@hub-inter-cae", stamp=seating.updated_at, starts_at=event.starts_at, ends_at=event.ends_at,
        summary=typo(event.title), sequence=seating.sequence, place=", ".join(part for part in where if part),
        description="\n\n".join(part for part in (typo(event.body), link) if part), url=url, is_cancelled=seating.cancelled_at is not None,
        is_tentative=is_waiting,
    )  # fmt: skip
