from collections.abc import Iterator
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from hub.core.accounts.actor import actor_of
from hub.core.kit.dates import today
from hub.core.ui.exports import csv_response
from hub.core.ui.lists import query_of, refused
from trainings.funding import reference, rules, services
from trainings.funding.enums import FundingStatus, Side
from trainings.funding.errors import FileRefused
from trainings.funding.filters import FileFilter
from trainings.funding.models import FundingFile
from trainings.funding.selectors import Reading, files_of, journal, noted_on, read_files
from trainings.funding.tones import TONES
from trainings.funding.views.frame import manager, reading
from trainings.sessions.models import TrainingSession

PER_PAGE = 25
S = FundingStatus
RAIL = (S.DRAFT, S.TO_COMPLETE, S.READY, S.FILED, S.UNDER_REVIEW, S.GRANTED, S.RUNNING)
BESIDE = {S.MORE_ASKED: S.UNDER_REVIEW, S.REFUSED: S.GRANTED, S.PARTLY_GRANTED: S.GRANTED, S.TO_REVISE: S.GRANTED}
VERBS = {
    S.TO_COMPLETE: "Réunir les pièces", S.READY: "Dire le dossier prêt", S.FILED: "Noter le dépôt", S.UNDER_REVIEW: "Noter l’instruction",
    S.MORE_ASKED: "Noter un complément demandé", S.GRANTED: "Noter l’accord", S.PARTLY_GRANTED: "Noter un accord partiel", S.REFUSED: "Noter le refus",
    S.TO_REVISE: "Mettre à revoir", S.RUNNING: "Mettre en cours", S.CANCELLED: "Annuler le dossier", S.CLOSED: "Clore le dossier",
    S.DRAFT: "Préparer une nouvelle demande",
}  # fmt: skip
WITHDRAW = "Retirer la demande"
MAIN = (S.TO_COMPLETE, S.READY, S.FILED, S.UNDER_REVIEW, S.GRANTED, S.RUNNING, S.DRAFT)  # the usual way, first among the buttons


def verb(status: FundingStatus, to: FundingStatus) -> str:
    """What the button of a move says."""
    return WITHDRAW if to == S.CANCELLED and status in rules.WITHDRAWN_FROM else VERBS[to]


def _found(request: HttpRequest) -> tuple[FileFilter, list[Reading]]:
    """The files of the organisation acted for that the address asks for."""
    actor, organisation = manager(request)
    rows = files_of(FundingFile.objects.visible_to(actor).filter(employer=organisation)).order_by("session__starts_on", "pk")
    asked, day = FileFilter(request, rows), today()
    return asked, [one for one in read_files(asked.qs, actor) if asked.keeps(one, day)]


def files(request: HttpRequest) -> HttpResponse:
    """The OPCO files of one's CAE, by first day of their session."""
    asked, found = _found(request)
    page = Paginator(found, PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "page": page, "filter": asked, "chips": asked.chips(), "notices": asked.notices, "query": query_of(request.GET), "states": FundingStatus.choices,
        "today": today(),
    }  # fmt: skip
    return render(request, "funding/files.html", context)


COLUMNS = (
    "id", "session", "organisme", "premier jour", "état", "OPCO", "numéro", "prochaine échéance", "pour le", "en retard", "à vérifier", "pièces manquantes",
    "adresse",
)  # fmt: skip


def files_csv(request: HttpRequest) -> HttpResponseBase:
    asked, found = _found(request)
    return refused(*asked.notices) or csv_response("dossiers-opco.csv", COLUMNS, _lines(request, found))


def _lines(request: HttpRequest, found: list[Reading]) -> Iterator[list[object]]:
    day = today()
    for one in found:
        due, file = one.next_due, one.file
        yield [
            str(file.pk), file.session.title, file.session.organisation.name, file.session.starts_on, file.get_status_display(),
            one.opco.name if one.opco else "", file.reference, due.label if due else "", due.on if due else "",
            "oui" if due and due.is_late(day) else "", "oui" if due and not due.is_verified else "", len(one.pieces),
            request.build_absolute_uri(file.get_absolute_url()),
        ]  # fmt: skip


def file(request: HttpRequest, pk: UUID) -> HttpResponse:
    """One file: where it stands, what it lacks, its dates, what can be done next."""
    one, actor = reading(request, pk), actor_of(request)
    held = {to: rules.held_back(one.standing, to, today()) for to in rules.targets(one.standing.status, one.side)}
    waits, found = next(filter(None, held.values()), ""), [to for to, why in held.items() if not why]
    moves = sorted(found, key=lambda to: MAIN.index(to) if to in MAIN else len(MAIN))
    current = BESIDE.get(one.standing.status, one.standing.status)
    can_upload = one.file.status in rules.BEFORE_FILING
    context = {
        "one": one, "file": one.file, "session": one.file.session, "day": today(),
        "rail": {
            "steps": [one.standing.status.label if step == current else step.label for step in RAIL],
            "current": RAIL.index(current) if current in RAIL else -1, "tone": _rail_tone(one.standing.status),
        },
        "moves": [
            {"label": verb(one.standing.status, to), "url": reverse("funding:move", args=[pk, to.value.replace("_", "-")]), "is_usual": to in MAIN}
            for to in moves
        ],
        "can_correct": one.side == Side.EMPLOYER and bool(noted_on(one.file)),
        "can_revert": rules.can_revert(one.standing.status, one.file.before, one.side), "on_the_portal": rules.ON_THE_PORTAL,
        "waits": waits, "too_late": rules.TOO_LATE if can_upload and one.file.session.has_come(today()) and waits != rules.TOO_LATE else "",
        "is_employer": one.side == Side.EMPLOYER, "can_upload": can_upload, "can_replace": can_upload or one.file.unopened_agreement,
        "lacks_agreement": (one.file.unopened_agreement and not one.file.has_agreement)
        or (can_upload and any(piece.code == "agreement" for piece in one.pieces)),
        "can_amend": one.can_amend and one.file.has_agreement,
        "can_take_request": one.can_take_request,
        "journal": journal(one.file, actor),
        "edition": reference.due_edition(), "opco_edition": reference.opco_edition(),
    }  # fmt: skip
    return render(request, "funding/file.html", context)


@require_safe
def request_file(request: HttpRequest, pk: UUID) -> HttpResponse:
    """What the employer files its request with, in one archive; for who follows its files."""
    one, actor = reading(request, pk), actor_of(request)
    if one.side != Side.EMPLOYER:
        raise Http404
    try:
        name, archive = services.pack_request(one.file, actor=actor)
    except FileRefused as refusal:
        messages.error(request, str(refusal))
        return redirect(one.file)
    headers = {
        "Content-Disposition": f'attachment; filename="{name}"',
        "X-Content-Type-Options": "nosniff",
        "Cache-Control": "private, no-store",
    }
    return HttpResponse(archive, content_type="application/zip", headers=headers)


def _rail_tone(status: FundingStatus) -> str:
    tone = TONES[status]
    return tone if tone in {"ok", "warn", "bad"} else "info"


@require_POST
def open_file(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Open the file of one's CAE for a session; twice is once."""
    actor, organisation = manager(request)
    session: Any = get_object_or_404(TrainingSession.objects.visible_to(actor).select_related("organisation"), pk=pk)
    try:
        row = services.open_file(session, employer=organisation, actor=actor)
    except FileRefused as refusal:
        messages.error(request, str(refusal))
        return redirect("sessions:detail", pk)
    return redirect(row)
