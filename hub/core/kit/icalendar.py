"""Appointments as an iCalendar file (RFC 5545, with the methods of RFC 5546), which any diary takes in.

Moments are written in UTC: a diary shows them at its owner's hour, and no time zone has to be described.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum

PRODUCT = "-//Hub inter-CAE//FR"
MEDIA_TYPE = "text/calendar"
_WIDTH = 75  # octets of a line, its end left out (RFC 5545, 3.1)
_CONTROLS = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")


class Method(StrEnum):
    PUBLISH = "PUBLISH"
    CANCEL = "CANCEL"


@dataclass(frozen=True)
class Event:
    """One appointment. Moments are aware; `uid` never changes, `sequence` rises at each change, `stamp` is when this was written.

    `organiser` is (name, mail address); a diary that is told of a cancellation asks for it.
    """

    uid: str
    stamp: datetime
    starts_at: datetime
    ends_at: datetime
    summary: str
    sequence: int = 0
    place: str = ""
    description: str = ""
    url: str = ""
    organiser: tuple[str, str] | None = None
    is_cancelled: bool = False
    is_tentative: bool = False  # not sure yet for the owner of the diary: she waits for a place


def calendar(events: Iterable[Event], *, method: Method = Method.PUBLISH, name: str = "") -> str:
    """The text of a .ics file, its lines ended by CRLF and folded at 75 octets; the same events give the same text.

    An end that does not follow its start is left out. Raises: ValueError for a moment without a time zone.
    """
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", f"PRODID:{PRODUCT}", "CALSCALE:GREGORIAN", f"METHOD:{method}"]
    lines += [f"X-WR-CALNAME:{_text(name)}"] if name else []
    for event in events:
        lines += _event(event, cancelled=event.is_cancelled or method == Method.CANCEL)
    return "".join(f"{part}\r\n" for line in [*lines, "END:VCALENDAR"] for part in _folded(line))


def _event(event: Event, *, cancelled: bool) -> Iterator[str]:
    yield "BEGIN:VEVENT"
    yield f"UID:{_text(event.uid)}"
    yield f"SEQUENCE:{event.sequence}"
    yield f"DTSTAMP:{_moment(event.stamp)}"
    yield f"DTSTART:{_moment(event.starts_at)}"
    if event.ends_at > event.starts_at:  # without its end, an appointment ends where it starts (3.6.1): one bad row spoils no calendar
        yield f"DTEND:{_moment(event.ends_at)}"
    yield f"SUMMARY:{_text(event.summary)}"
    yield f"STATUS:{'CANCELLED' if cancelled else 'TENTATIVE' if event.is_tentative else 'CONFIRMED'}"
    if event.place:
        yield f"LOCATION:{_text(event.place)}"
    if event.description:
        yield f"DESCRIPTION:{_text(event.description)}"
    if event.url:
        yield f"URL:{_uri(event.url)}"
    if event.organiser:
        yield f'ORGANIZER;CN="{_parameter(event.organiser[0])}":mailto:{_uri(event.organiser[1])}'
    yield "END:VEVENT"


def _moment(value: datetime) -> str:
    if value.tzinfo is None:
        raise ValueError(f"{value}: a moment needs its time zone")
    return value.astimezone(UTC).strftime("%Y%m%dT%H%M%SZ")


def _text(value: str) -> str:
    """A value of type TEXT: backslash, semicolon, comma and line break are escaped (3.3.11); other controls go."""
    value = _CONTROLS.sub("", value.replace("\r\n", "\n").replace("\r", "\n"))
    for character in ("\\", ";", ","):
        value = value.replace(character, f"\\{character}")
    return value.replace("\n", "\\n")


def _uri(value: str) -> str:
    return re.sub(r"\s", "", _CONTROLS.sub("", value))


def _parameter(value: str) -> str:
    """Inside the quotes of a parameter nothing can be escaped: the quote and the controls go."""
    return re.sub(r"\s+", " ", _CONTROLS.sub("", value).replace('"', "’"))


def _folded(line: str) -> Iterator[str]:
    """Parts of 75 octets at most, each but the first behind a space; no character is cut in two."""
    part = ""
    for character in line:
        if len((part + character).encode()) > _WIDTH:
            yield part
            part = " "
        part += character
    yield part
