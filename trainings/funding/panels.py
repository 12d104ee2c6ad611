"""What OPCO files add to a session's page and to the home of who follows them, and what they keep of people."""

from collections.abc import Iterator
from typing import Any

from django.db.models import Q, QuerySet
from django.urls import reverse

from hub.core.accounts.actor import Actor
from hub.core.accounts.models import Organisation
from hub.core.kit.dates import date_fr, today
from hub.core.kit.identifiers import compact, compacted
from hub.core.kit.ordering import alphabetical
from hub.core.kit.text import counted, typo
from hub.core.ui.panels import Personal, personal, register
from trainings.funding import rules
from trainings.funding.dates import SOON
from trainings.funding.enums import Side
from trainings.funding.models import ENDED, EmployerFacts, FormerAgreement, FundingFile, OpcoRule, Reminder
from trainings.funding.selectors import Reading, can_open_for, files_of, read_files
from trainings.sessions.keeping import TERM
from trainings.sessions.models import Registration, TrainingSession

SHOWN = 8


@register("trainings.tab", "funding", order=40, template="catalogue/panels/tab.html")
def tab(actor: Actor, current: str) -> dict[str, Any] | None:
    if not rules.can_manage(actor):
        return None
    return {"label": "Dossiers OPCO", "url": reverse("funding:files"), "is_current": current == "funding"}


@register("session", "funding", order=30, template="funding/panels/session.html")
def files_of_session(actor: Actor, session: TrainingSession) -> dict[str, Any] | None:
    """The employer's own file, or all of them for who holds the session."""
    if not actor.is_staff_of(actor.organisation_id):
        return None
    rows = files_of(FundingFile.objects.visible_to(actor).filter(session=session)).order_by(alphabetical("employer__name"), "created_at")
    found, can_open = read_files(rows, actor), can_open_for(session, actor)
    too_late = rules.TOO_LATE if can_open and session.has_come(today()) else ""
    return {"session": session, "files": found, "can_open": can_open, "too_late": too_late, "actor": actor} if found or can_open else None


def _own_files(actor: Actor, subject: Any) -> QuerySet[FundingFile] | None:
    return FundingFile.objects.visible_to(actor).open().filter(employer=actor.organisation_id) if rules.can_manage(actor) else None


@register("home.due", "funding", order=28, needs=_own_files)
def files_due(actor: Actor, subject: Any) -> dict[str, Any] | None:
    """Dates of the organisation's files that come within the fortnight or have passed, and pieces that they lack."""
    if (rows := _own_files(actor, subject)) is None:
        return None
    items = [item for reading in read_files(files_of(rows), actor) for item in _items(reading)]
    items.sort(key=lambda item: item["when"])
    return {"items": items[:SHOWN]} if items else None


def _items(reading: Reading) -> Iterator[dict[str, Any]]:
    """One line a file: its nearest date to keep, when it has passed or comes within the fortnight, or the month for a file that lacks pieces."""
    file, day = reading.file, today()
    near = SOON * 2 if reading.pieces else SOON
    due = next((one for one in reading.dues if one.by != Side.ORGANISER and one.still_helps(day) and one.on <= day + near), None)
    if due is None:
        return
    late = due.is_late(day)
    lacks = f" Il manque {counted(len(reading.pieces), 'pièce')}." if reading.pieces else ""
    yield {
        "when": due.on, "tone": "warn" if late or due.is_limit else "",
        "title": typo(f"{due.label} : {file.session.title}{_day_of(file)}"),
        "text": f"Dossier OPCO, {file.get_status_display().lower()}.{lacks}", "url": file.get_absolute_url(), "area": "a-train",
        "area_label": "Formations", "action": "Ouvrir",
    }  # fmt: skip


def _day_of(file: FundingFile) -> str:
    """A programme has several sessions: which one."""
    return f", {date_fr(file.session.starts_on)}" if file.session.starts_on else ""


@register("search.exact", "funding")
def exact(actor: Actor, text: str) -> dict[str, Any]:
    """Files by the number that the OPCO's portal gave, or that of its accord."""
    number = compact(text)
    rows = FundingFile.objects.visible_to(actor).annotate(filed_as=compacted("reference"), granted_as=compacted("grant_number"))
    found = rows.filter(Q(filed_as=number) | Q(granted_as=number)).select_related("session", "employer").order_by("-created_at")
    return {
        "items": [
            {
                "title": f"{file.session.title}{_day_of(file)}",
                "url": file.get_absolute_url(),
                "text": f"{file.employer.name}, {file.get_status_display().lower()}.",
                "kind": "Dossier OPCO",
            }
            for file in found[:SHOWN]
        ]
    }


@register("export", "funding")
def export(actor: Actor, organisation: Organisation) -> dict[str, Any]:
    """Its OPCO files, and what it said of its OPCO and size."""
    former = FormerAgreement.objects.filter(file__employer=organisation).order_by("created_at", "id")
    return {
        "conventions-avant-avenant": list(former.values()),
        "dossiers-opco": list(FundingFile.unscoped.filter(employer=organisation).order_by("created_at", "id").values()),
        "opco-et-effectif": list(EmployerFacts.unscoped.filter(organisation=organisation).values()),
    }


@register("registration.cancel", "funding")
def after_the_signature(actor: Actor, row: Registration) -> dict[str, Any] | None:
    """That an agreement was signed and a request filed for whom a place is taken from, and what follows."""
    live = FundingFile.unscoped.filter(session=row.session_id, employer=row.employer_id).exclude(status__in=ENDED)
    if (file := live.first()) is None or file.agreed_on is None:  # no name, no number: told to whoever gives this place back
        return None
    amended = "La convention signée ne dira plus qui vient : elle prend un avenant, qui se dépose au dossier OPCO."
    if file.status in rules.BEFORE_FILING:
        return {"lines": [amended]}
    on = f" le {date_fr(file.filed_on)}" if file.filed_on else ""
    filed = f"Une demande de financement a été déposée{on} pour les personnes inscrites : l’OPCO doit connaître le changement."
    return {"lines": [filed, amended]}


STAMPS = {"id", "created_at", "updated_at"}
personal(
    FundingFile,
    {
        "opened_by": Personal(
            "dire qui a ouvert le dossier", TERM, "anonymise"
        )
    },
    other=STAMPS
    | {
        "session", "employer", "status", "opco", "agreement_file", "request_file", "agreed_on", "filed_on", "reference", "asked_on", "reply_by", "asked_words",
        "answered_on", "grant_number", "reason", "version", "agreed_terms", "filed_terms", "past",
    },
)  # fmt: skip
personal(
    EmployerFacts,
    {},
    other=STAMPS
    | {"organisation", "opco", "opco_source", "opco_checked_on", "headcount_hundredths", "headcount_year", "has_other_funds", "version"},
)
personal(
    OpcoRule,
    {"reviewer": Personal("dire qui a confirmé le délai d’un OPCO", "tant que ce délai a cours", "anonymise")},
    other=STAMPS | {"opco", *OpcoRule.FIGURES},
)
personal(FormerAgreement, {}, other=STAMPS | {"file", "document", "agreed_on", "was_filed"})
personal(Reminder, {}, other={"id", "file", "key", "due_on", "sent_at"})
