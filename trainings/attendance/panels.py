"""What attendance adds to the page of a session and to the first page, and what it keeps of people."""

from typing import Any

from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.text import capfirst

from hub.core.accounts.actor import Actor
from hub.core.accounts.models import Organisation
from hub.core.kit.dates import today
from hub.core.papers.numbering import number_in
from hub.core.ui.panels import Personal, personal, register
from trainings.attendance import rules
from trainings.attendance.kinds import SHEET
from trainings.attendance.models import AttendanceSheet, Presence
from trainings.attendance.selectors import LOOK_BACK, half_day_states, kept_half_days, sheets_due
from trainings.sessions.enums import SessionStatus
from trainings.sessions.keeping import TERM
from trainings.sessions.models import TrainingSession

SHOWN = 6


@register("session", "attendance", order=30, template="attendance/panels/session.html")
def attendance(actor: Actor, session: TrainingSession) -> dict[str, Any] | None:
    """Where the half-days stand, for whoever holds the sheets."""
    if session.status in {SessionStatus.DRAFT, SessionStatus.CANCELLED} or not rules.can_hold_sheet(actor, session):
        return None
    now = timezone.now()
    states = [(one, one.badge(now)) for one in half_day_states(session)]
    kept = kept_half_days(actor, session, [one for one, _ in states])
    return {"session": session, "states": states, "kept": kept} if states else None


def _trained(actor: Actor, subject: Any) -> QuerySet[TrainingSession]:
    return TrainingSession.unscoped.filter(trainers=actor.user_id, ends_on__gt=today() - LOOK_BACK)


@register("home.due", "attendance", order=25, needs=_trained)
def due(actor: Actor, subject: Any) -> dict[str, Any] | None:
    items = [
        {
            "when": half_day.date,
            "title": f"Faire signer : {half_day.session.title}",
            "text": f"{capfirst(half_day.day_words)}, {half_day.get_period_display()}.",
            "url": reverse("attendance:sheet", args=[half_day.session_id, half_day.pk]),
            "area": "a-train",
            "area_label": "Formations",
            "action": "Ouvrir la feuille",
        }
        for half_day in sheets_due(actor)[:SHOWN]
    ]
    return {"items": items} if items else None


@register("search.exact", "attendance")
def exact(actor: Actor, text: str) -> dict[str, Any] | None:
    """The closed sheet whose paper bears this number."""
    number = number_in(text)
    if not number.startswith(f"{SHEET.series}-"):
        return None
    rows = AttendanceSheet.objects.visible_to(actor).filter(paper__number=number).select_related("half_day__session")
    return {
        "items": [
            {
                "title": f"{SHEET.label} {number}",
                "url": reverse("attendance:sheet_pdf", args=[row.half_day.session_id, row.pk]),
                "text": f"{row.half_day.session.title}, {row.half_day.day_words}.",
                "kind": "Pièce PDF",
            }
            for row in rows
        ]
    }


@register("export", "attendance")
def export(actor: Actor, organisation: Organisation) -> dict[str, Any]:
    """Who was there, half-day by half-day, of its sessions and of its people, on the sheets in force; without the drawings."""
    ours = Q(sheet__half_day__session__organisation=organisation) | Q(registration__employer=organisation)
    rows = Presence.objects.filter(ours, sheet__replaced_by=None, sheet__closed_at__isnull=False)
    columns = (
        "id",
        "registration_id",
        "sheet__half_day_id",
        "sheet__digest",
        "attended",
        "arrived_at",
        "left_at",
        "reason",
        "left_reason",
        "signed_at",
    )
    return {"presences": list(rows.order_by("sheet__half_day__date", "id").values(*columns))}


KEEP = "keep: preuve de la présence, R6313-3 et R6332-26"
_proof = Personal("prouver les heures suivies", TERM, KEEP)
_proof_of_all = Personal("prouver les heures suivies", TERM, KEEP, names_others=True)
personal(
    AttendanceSheet,
    {
        "trainer": _proof, "trainer_name": _proof, "trainer_method": _proof, "trainer_typed": _proof, "trainer_strokes": _proof,
        "content": _proof_of_all, "correction_reason": _proof_of_all, "assistance": _proof, "assessment": _proof,
    },
    other={"id", "created_at", "updated_at", "half_day", "version", "replaces", "closed_at", "digest", "paper"},
)  # fmt: skip
personal(
    Presence,
    {
        "registration": _proof, "attended": _proof, "arrived_at": _proof, "left_at": _proof, "reason": _proof, "late_reason": _proof,
        "method": _proof, "strokes": _proof, "typed_name": _proof, "signed_at": _proof, "device_at": _proof, "left_reason": _proof, "left_noted_at": _proof,
        "noted_by": Personal("dire sur l’appareil de qui la ligne a été écrite", TERM, "anonymise"),
        "left_noted_by": Personal("dire qui a noté un départ", TERM, "anonymise"),
    },
    other={"id", "created_at", "updated_at", "sheet", "key"},
)  # fmt: skip
