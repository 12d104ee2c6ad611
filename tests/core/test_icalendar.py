"""The iCalendar writer: what it writes, an independent reader reads back."""

from datetime import UTC, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.core.kit.icalendar import Event, Method, calendar

PARIS = ZoneInfo("Europe/Paris")
NOON = datetime(2027, 1, 18, 12, tzinfo=UTC)


def event(**facts):
    given_facts = {"uid": "a@hub", "stamp": NOON, "starts_at": NOON, "ends_at": NOON + timedelta(hours=3), "summary": "Enduits"} | facts
    return Event(**given_facts)


def unfolded(text):
    assert text.endswith("\r\n")
    assert "\n" not in text.replace("\r\n", "")
    return text.replace("\r\n ", "").split("\r\n")[:-1]


def value_of(text, name):
    (line,) = [line for line in unfolded(text) if line.startswith(f"{name}:")]
    value, found, place = line.removeprefix(f"{name}:"), "", 0
    while place < len(value):
        if value[place] == "\\":
            found += "\n" if value[place + 1] in "nN" else value[place + 1]
            place += 2
        else:
            assert value[place] not in ";,", "a bare separator would cut the value"
            found += value[place]
            place += 1
    return found


def test_appointment_is_written_line_by_line():
    text = calendar(
        [event(place="Atelier, Lormont", url="https://hub.example.org/x", organiser=("Bâti Formation", "hub@example.org"))],
        name="Ma formation",
    )

    assert unfolded(text) == [
        "BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Hub inter-CAE//FR", "CALSCALE:GREGORIAN", "METHOD:PUBLISH", "X-WR-CALNAME:Ma formation",
        "BEGIN:VEVENT", "UID:a@hub", "SEQUENCE:0", "DTSTAMP:20270118T120000Z", "DTSTART:20270118T120000Z", "DTEND:20270118T150000Z",
        "SUMMARY:Enduits", "STATUS:CONFIRMED", "LOCATION:Atelier\\, Lormont", "URL:https://hub.example.org/x",
        'ORGANIZER;CN="Bâti Formation":mailto:hub@example.org', "END:VEVENT", "END:VCALENDAR",
    ]  # fmt: skip


@pytest.mark.parametrize(("day", "written"), [((2027, 1, 18), "20270118T073000Z"), ((2027, 7, 19), "20270719T063000Z")])
def test_hour_of_paris_is_written_in_universal_time(day, written):
    start = datetime(*day, 8, 30, tzinfo=PARIS)

    text = calendar([event(starts_at=start, ends_at=start + timedelta(hours=1))])

    assert f"DTSTART:{written}" in unfolded(text)


def test_cancellation_says_so_twice():
    text = calendar([event(sequence=3)], method=Method.CANCEL)

    assert {"METHOD:CANCEL", "STATUS:CANCELLED", "SEQUENCE:3"} <= set(unfolded(text))


def test_one_appointment_among_others_can_be_cancelled():
    text = calendar([event(), event(uid="b@hub", is_cancelled=True)])

    assert [line for line in unfolded(text) if line.startswith("STATUS")] == ["STATUS:CONFIRMED", "STATUS:CANCELLED"]


@given(st.text(max_size=400), st.text(max_size=300))
def test_any_words_come_back_and_no_line_is_too_long(summary, description):
    text = calendar([event(summary=summary, description=description)])

    assert all(len(line.encode()) <= 75 for line in text.split("\r\n"))
    kept = "".join(c for c in summary.replace("\r\n", "\n").replace("\r", "\n") if c in "\n\t" or not (ord(c) < 32 or ord(c) == 127))
    assert value_of(text, "SUMMARY") == kept
    assert len([line for line in unfolded(text) if line == "BEGIN:VEVENT"]) == 1


@given(st.text(max_size=80), st.text(max_size=80))
def test_no_word_makes_a_line_of_its_own(name, address):
    lines = unfolded(calendar([event(organiser=(name, address), url=address, uid=f"x{name}")], name=name))

    known = {"BEGIN", "VERSION", "PRODID", "CALSCALE", "METHOD", "X-WR-CALNAME", "UID", "SEQUENCE", "DTSTAMP", "DTSTART", "DTEND", "SUMMARY",
             "STATUS", "URL", "ORGANIZER", "END"}  # fmt: skip
    assert {line.split(":")[0].split(";")[0] for line in lines} <= known


@pytest.mark.parametrize("wrong", [{"starts_at": datetime(2027, 1, 18)}, {"stamp": datetime(2027, 1, 1)}])
def test_moment_without_zone_is_refused(wrong):
    with pytest.raises((ValueError, TypeError)):
        calendar([event(**wrong)])


@pytest.mark.parametrize("late", [0, -1])
def test_an_end_that_does_not_follow_its_start_is_left_out_and_stops_no_calendar(late):
    lines = unfolded(calendar([event(ends_at=NOON + timedelta(hours=late)), event(uid="b@hub")]))

    assert lines.count("BEGIN:VEVENT") == 2
    assert [line for line in lines if line.startswith("DTEND")] == ["DTEND:20270118T150000Z"]


def test_zone_of_the_moment_does_not_matter():
    shifted = timezone(timedelta(hours=5))

    assert calendar([event(starts_at=NOON.astimezone(shifted))]) == calendar([event()])
