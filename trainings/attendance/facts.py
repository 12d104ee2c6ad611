"""A sheet as it is closed: plain values in canonical form, whose digest the audit trail keeps."""

import hashlib
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.utils import timezone

from hub.core.papers.canonical import canonical, clean
from trainings.attendance.enums import Attended
from trainings.attendance.hours import Followed
from trainings.attendance.models import AttendanceSheet, Presence
from trainings.attendance.strokes import path

Content = dict[str, Any]


def _moment(value: datetime | None) -> str:
    return value.astimezone(timezone.get_default_timezone()).isoformat(timespec="seconds") if value else ""


def _line(row: Presence, sheet: AttendanceSheet) -> dict[str, Any]:
    employer = row.registration.employer
    return {
        "registration": str(row.registration_id),
        "name": row.registration.printed_name,
        "employer": employer.name,
        "employer_id": str(employer.pk),
        "attended": row.attended,
        "arrived_at": row.arrived_at.isoformat("minutes") if row.arrived_at else "",
        "left_at": row.left_at.isoformat("minutes") if row.left_at else "",
        "reason": row.reason,
        "late_reason": row.late_reason,
        "left_reason": row.left_reason,
        "left_noted_at": _moment(row.left_noted_at),
        "left_noted_by": row.left_noted_by.name if row.left_noted_by else "",
        "method": row.method,
        "typed": row.typed_name,
        "path": path(row.strokes) if row.strokes else "",
        "signed_at": _moment(row.signed_at),
        "device_at": _moment(row.device_at),
        "minutes": row.minutes(sheet.half_day),
        "words": row.words,
    }


def content_of(sheet: AttendanceSheet, rows: Sequence[Presence]) -> Content:
    """What the sheet says now; moments in the hub's own time zone, with their offset."""
    half_day, session = sheet.half_day, sheet.half_day.session
    found: Content = clean(
        {
            "session": str(session.pk),
            "title": session.title,
            "place": "À distance" if half_day.is_remote else session.place,
            "date": half_day.date.isoformat(),
            "period": half_day.period,
            "starts_at": half_day.starts_at.isoformat("minutes"),
            "ends_at": half_day.ends_at.isoformat("minutes"),
            "is_remote": half_day.is_remote,
            "topic": half_day.topic,
            "minutes": half_day.minutes,
            "version": sheet.version,
            "correction_reason": sheet.correction_reason,
            "assistance": sheet.assistance.strip(),
            "assessment": sheet.assessment.strip(),
            "trainer": {
                "name": sheet.trainer_name,
                "method": sheet.trainer_method,
                "typed": sheet.trainer_typed,
                "path": path(sheet.trainer_strokes) if sheet.trainer_strokes else "",
                "signed_at": _moment(sheet.closed_at),
            },
            "lines": [_line(row, sheet) for row in rows],
        }
    )
    return found


def digest(content: Mapping[str, Any]) -> str:
    return hashlib.sha256(canonical(content).encode()).hexdigest()


def followed(content: Mapping[str, Any], registration: str) -> Followed | None:
    """What a closed sheet says of one trainee; None when she is not on it."""
    for line in content["lines"]:
        if line["registration"] == registration:
            minutes = line["minutes"] if line["attended"] == Attended.PRESENT else 0
            return Followed(minutes, content["is_remote"], bool(content["assistance"]), bool(content["assessment"]))
    return None
