from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.text import capfirst
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from hub.core.accounts.actor import actor_of
from hub.core.kit.dates import hour_fr
from hub.core.kit.holidays import holiday_words
from hub.core.kit.text import named
from hub.core.papers.errors import DataRefused
from hub.core.ui import offline
from hub.core.ui.confirm import ask
from trainings.attendance import rules, selectors, services
from trainings.attendance.enums import Cause
from trainings.attendance.errors import AlreadySigned, AttendanceRefused, ReasonNeeded, SheetIsClosed
from trainings.attendance.forms import AbsenceForm, CauseForm, CloseForm, DepartureForm, ReasonForm, TraineeForm
from trainings.attendance.models import AttendanceSheet
from trainings.sessions.models import HalfDay, Registration, TrainingSession

both = require_http_methods(["GET", "HEAD", "POST"])
# The telephone goes round: «retour» must not bring back what somebody else wrote.
unkept = cache_control(private=True, no_store=True)
GONE = "Cette demi-journée n’est plus au programme de la session : ses jours ont changé."


def _session(request: HttpRequest, pk: UUID) -> TrainingSession:
    """A session whose sheets the actor holds; another one answers as sessions do."""
    rows = TrainingSession.objects.visible_to(actor_of(request)).select_related("organisation").prefetch_related("trainers")
    session = get_object_or_404(rows, pk=pk)
    if not rules.can_hold_sheet(actor_of(request), session):
        raise PermissionDenied
    return session


def _half_day(request: HttpRequest, pk: UUID, half_day: UUID) -> HalfDay:
    session = _session(request, pk)
    found = get_object_or_404(HalfDay, pk=half_day, session=session)
    found.session = session
    return found


def _registration(half_day: HalfDay, pk: UUID) -> Registration:
    return get_object_or_404(selectors.registrations(half_day.session_id), pk=pk)


def _back(half_day: HalfDay) -> HttpResponse:
    return redirect("attendance:sheet", half_day.session_id, half_day.pk)


@require_GET
def sheets(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The half-days of a session with their sheets, and the hours that each trainee has followed so far."""
    session = _session(request, pk)
    now = timezone.now()
    states = [(one, one.badge(now)) for one in selectors.half_day_states(session)]
    closed = selectors.closed_sheets(session)
    people = list(selectors.expected(session.pk))
    hours = selectors.attendance_of(closed, [row.pk for row in people])
    context = {
        "session": session,
        "states": states,
        "people": [(row, hours[row.pk]) for row in people] if closed else [],
        "kept": selectors.kept_half_days(actor_of(request), session, [one for one, _ in states]),
        "alike": selectors.same_drawings(closed),
        "in_a_row": selectors.typed_in_a_row(closed),
        "closed": len(closed),
    }
    return render(request, "attendance/sheets.html", context)


@require_GET
def sheet(request: HttpRequest, pk: UUID, half_day: UUID) -> HttpResponse:
    """The sheet on the trainer's telephone: who is to sign, who has; each signs in turn, then the trainer closes it."""
    row = _half_day(request, pk, half_day)
    board, now = selectors.board(row), timezone.now()
    kept = not board.is_closed and rules.is_trainer(actor_of(request), row.session) and rules.may_be_kept(row, now)
    context = {
        "now": now,
        "is_kept": kept,
        "is_ahead": kept and not board.has_begun(now),  # taken along beforehand: the browser's clock opens it, and the hub's checks
        "session": row.session,
        "half_day": row,
        "board": board,
        "has_begun": board.has_begun(now),
        "is_over": rules.is_late(row, now),
        "late_from": rules.late_from(row),
        "opens_at": hour_fr(row.starts_at),
        "closes_later": rules.closing_words(row, now),
        "holiday": holiday_words(row.date),
        "form": TraineeForm(is_over=True),  # the pad shows why it is late once it is, maybe long after this page was opened
        "is_open": board.has_begun(now) and not board.is_closed and not row.session.is_cancelled,
    }
    response = render(request, "attendance/sheet.html", context)
    if kept:
        offline.let_keep(response, actor_of(request).user_id, rules.kept_until(row))
    return response


def _wants_json(request: HttpRequest) -> bool:
    return request.headers.get("Accept", "").startswith("application/json")


def _kept_for_nothing(refusal: Exception) -> HttpResponse:
    """To a script whose other signatures wait behind this one: the half-day is gone for good, or its reader is not who she was."""
    if isinstance(refusal, PermissionDenied):
        words = (
            "Une signature attend que vous agissiez pour l’organisme de sa session, ou qu’il vous remette parmi celles et ceux qui y forment ; "
            "revenez ensuite à cette page."
        )
        return JsonResponse({"signed": False, "said": words, "waits": True}, status=403)
    return JsonResponse({"signed": False, "said": GONE}, status=404)


def _no_code(refusal: Exception) -> HttpResponse:
    """To the pad that asked for a code: it would tell its reader to sign in, which she is."""
    if isinstance(refusal, PermissionDenied):
        words = "Le code n’est pas parti : vous n’agissez plus pour l’organisme de cette session, ou n’êtes plus parmi celles et ceux qui y forment."
        return JsonResponse({"sent": False, "said": words}, status=403)
    return JsonResponse({"sent": False, "said": f"Le code n’est pas parti. {GONE}"}, status=404)


@both
@unkept
def sign(request: HttpRequest, pk: UUID, half_day: UUID, registration: UUID) -> HttpResponse:
    """One trainee signs on the trainer's telephone. A script that kept the signature without network asks for JSON."""
    try:
        row = _half_day(request, pk, half_day)
        person = _registration(row, registration)
    except (Http404, PermissionDenied) as refusal:
        if request.method == "POST" and _wants_json(request):
            return _kept_for_nothing(refusal)
        raise
    is_over = rules.is_late(row, timezone.now())
    form = TraineeForm(request.POST or None, is_over=is_over)
    status, said, field = 200, "", ""
    if request.method == "POST" and form.is_valid():
        try:
            services.sign(row, person, signature=form.signature(), hours=form.hours(), actor=actor_of(request))
            if _wants_json(request):
                return JsonResponse({"signed": True})
            messages.success(request, f"{person.trainee.name} : présence {'notée' if row.session.is_workshop else 'signée'}.")
            return _back(row)
        except ReasonNeeded as refusal:
            field = refusal.field
            form.add_error(field, str(refusal))
        except (AlreadySigned, SheetIsClosed) as refusal:
            form.add_error(None, str(refusal))
            status = 409
        except AttendanceRefused as refusal:
            form.add_error(None, str(refusal))
        said = " ".join(str(error) for errors in form.errors.values() for error in errors)
    if request.method == "POST" and _wants_json(request):
        said = said or " ".join(str(error) for errors in form.errors.values() for error in errors) or "Rien n’a été reçu."
        return JsonResponse({"signed": False, "said": said, "field": field}, status=status if status != 200 else 422)
    now = timezone.now()
    context = {
        "session": row.session, "half_day": row, "person": person, "form": form, "has_begun": now >= row.begins_at,
        "is_over": is_over, "opens_at": hour_fr(row.starts_at),
    }  # fmt: skip
    return render(request, "attendance/sign.html", context, status=status)


@require_POST
def send_code(request: HttpRequest, pk: UUID, half_day: UUID, registration: UUID) -> HttpResponse:
    """Her code to the trainee's own mailbox; nothing of it is shown to who holds the sheet."""
    try:
        row = _half_day(request, pk, half_day)
        person = _registration(row, registration)
    except (Http404, PermissionDenied) as refusal:
        if _wants_json(request):
            return _no_code(refusal)
        raise
    said, sent = f"{named('Code envoyé à l’adresse', person.trainee.name)}.", True
    try:
        services.send_code(row, person, actor=actor_of(request))
    except AttendanceRefused as refusal:
        said, sent = str(refusal), False
    if _wants_json(request):
        return JsonResponse({"sent": sent, "said": said}, status=200 if sent else 422)
    (messages.success if sent else messages.error)(request, said)
    return redirect("attendance:sign", pk, half_day, registration)


@both
@unkept
def absent(request: HttpRequest, pk: UUID, half_day: UUID, registration: UUID) -> HttpResponse:
    row = _half_day(request, pk, half_day)
    person = _registration(row, registration)
    form = AbsenceForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            services.mark_absent(row, person, reason=form.cleaned_data["reason"], actor=actor_of(request))
            messages.success(request, f"{person.trainee.name} : absence notée.")
            return _back(row)
        except AttendanceRefused as refusal:
            form.add_error(None, str(refusal))
    text = f"{capfirst(row.day_words)}, {row.get_period_display()}. Si cette personne arrive plus tard, elle pourra encore signer, avec l’heure de son arrivée."
    return _asked(request, row, form, title=named("Noter l’absence", person.trainee.name), text=text, action="Noter l’absence")


@both
@unkept
def left(request: HttpRequest, pk: UUID, half_day: UUID, registration: UUID) -> HttpResponse:
    row = _half_day(request, pk, half_day)
    person = _registration(row, registration)
    noted = selectors.noted_departure(row, person)
    initial = {"left_at": noted.presence.left_at} if noted and noted.presence else None
    has_seen = request.method != "POST" or "noted" in request.POST  # what somebody else noted meanwhile is not taken back unseen
    form = DepartureForm(request.POST or None, initial=initial, is_noted=noted is not None and has_seen)
    if request.method == "POST" and form.is_valid():
        said = {name: form.cleaned_data[name] for name in ("left_at", "reason")}
        try:
            found = services.note_departure(row, person, **said, actor=actor_of(request))
            messages.success(request, f"{person.trainee.name} : {'départ noté' if found.left_at else 'départ retiré, présence signée'}.")
            return _back(row)
        except ReasonNeeded as refusal:
            form.add_error(refusal.field, str(refusal))
        except AttendanceRefused as refusal:
            form.add_error(None, str(refusal))
    text = "La signature reste : elle prouve la venue. Seul le temps de présence compte, et la feuille dit qui a noté le départ."
    if noted:
        text = f"{noted.noted}, motif noté : il se lit sur la feuille, une fois close. {text}"
    return _asked(request, row, form, title=named("Noter le départ", person.trainee.name), text=text, action="Noter le départ")


@both
def clear(request: HttpRequest, pk: UUID, half_day: UUID, registration: UUID) -> HttpResponse:
    row = _half_day(request, pk, half_day)
    person = _registration(row, registration)
    form = CauseForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            services.clear_line(row, person, cause=Cause(form.cleaned_data["cause"]), actor=actor_of(request))
            messages.success(request, f"{person.trainee.name} : ligne retirée.")
            return _back(row)
        except AttendanceRefused as refusal:
            form.add_error(None, str(refusal))
    text = "Pour une erreur de ligne. Le journal garde qu’elle a existé, et le motif choisi."
    return _asked(
        request, row, form, title=named("Retirer la ligne", person.trainee.name), text=text, action="Retirer la ligne", tone="bad"
    )


@both
def correct(request: HttpRequest, pk: UUID, half_day: UUID) -> HttpResponse:
    row = _half_day(request, pk, half_day)
    form = ReasonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            services.correct_sheet(row, reason=form.cleaned_data["reason"], actor=actor_of(request))
            messages.success(request, "Une nouvelle version est ouverte, avec les lignes de la précédente.")
            return _back(row)
        except AttendanceRefused as refusal:
            form.add_error(None, str(refusal))
    text = "La feuille close reste gardée telle quelle. Une nouvelle version s’ouvre : changez-y ce qui est faux, puis signez pour la clore à nouveau."
    return _asked(request, row, form, title="Corriger la feuille close", text=text, action="Ouvrir une nouvelle version")


def _asked(request: HttpRequest, half_day: HalfDay, form: Any, **words: Any) -> HttpResponse:
    back = {"cancel_url": reverse("attendance:sheet", args=[half_day.session_id, half_day.pk]), "keep": "Revenir à la feuille"}
    return ask(request, {"form": form, "consequences": [], **back, **words})


@both
def close(request: HttpRequest, pk: UUID, half_day: UUID) -> HttpResponse:
    """The trainer signs and closes; the PDF is made at once."""
    row = _half_day(request, pk, half_day)
    board = selectors.board(row)
    form = CloseForm(request.POST or None, is_remote=row.is_remote)
    if board.sheet and board.is_closed:
        messages.info(request, "Cette feuille était déjà close.")
        return _back(row)
    if request.method == "POST" and form.is_valid():
        remote = {name: form.cleaned_data[name] for name in ("assistance", "assessment") if name in form.cleaned_data}
        try:
            closed = services.close_sheet(row, signature=form.signature(), actor=actor_of(request), **remote)
            messages.success(request, "La feuille est close.")
            _issue(request, closed)
            return _back(row)
        except AttendanceRefused as refusal:
            form.add_error(None, str(refusal))
    context = {
        "session": row.session, "half_day": row, "board": board, "form": form, "is_trainer": rules.is_trainer(actor_of(request), row.session),
        "closes_later": rules.closing_words(row, timezone.now()),
    }  # fmt: skip
    return render(request, "attendance/close.html", context)


@require_POST
def issue(request: HttpRequest, pk: UUID, half_day: UUID) -> HttpResponse:
    """Make the PDF of a closed sheet that has none."""
    row = _half_day(request, pk, half_day)
    found = selectors.board(row)
    if found.sheet:
        found.sheet.half_day = row
        _issue(request, found.sheet)
    return _back(row)


def _issue(request: HttpRequest, sheet: AttendanceSheet) -> None:
    """The sheet is closed by now: what its paper cannot print is said, and the closing stands."""
    try:
        services.issue_paper(sheet, actor=actor_of(request))
    except DataRefused as refusal:
        messages.error(request, f"Le PDF n’est pas établi. {refusal}")


@require_GET
def sheet_pdf(request: HttpRequest, pk: UUID, sheet: UUID) -> HttpResponse:
    """The sealed PDF, for the organisation, and the employers of those on it."""
    rows = AttendanceSheet.objects.visible_to(actor_of(request)).filter(paper__isnull=False)
    found = get_object_or_404(rows.select_related("paper", "half_day__session__organisation"), pk=sheet, half_day__session=pk)
    return pdf_response(services.read_paper(found, actor=actor_of(request)), found.paper.number)  # type: ignore[union-attr]  # issued, says the query


def pdf_response(content: bytes, name: str) -> HttpResponse:
    response = HttpResponse(content, content_type="application/pdf")
    response["Content-Disposition"] = f'inline; filename="{name}.pdf"'
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "private, no-store"
    return response
