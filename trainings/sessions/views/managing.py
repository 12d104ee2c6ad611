from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST

from hub.core.ui.forms import keep_without_judging
from trainings.catalogue.models import CoursePage
from trainings.sessions import rules, services
from trainings.sessions.enums import SessionStatus
from trainings.sessions.errors import CapacityTooSmall, MoveRefused
from trainings.sessions.forms import CancelSessionForm, HalfDays, SessionForm
from trainings.sessions.models import TrainingSession
from trainings.sessions.selectors import registrable_people

MORE_ROWS = 4


def _managed(request: HttpRequest, pk: UUID) -> TrainingSession:
    rows = TrainingSession.objects.visible_to(request.actor).select_related("organisation", "course")  # type: ignore[attr-defined]
    session = get_object_or_404(rows, pk=pk)
    if not rules.can_manage_session(request.actor, session):  # type: ignore[attr-defined]
        raise PermissionDenied
    return session


def _half_days(request: HttpRequest, initial: list[dict[str, Any]]) -> Any:
    """The rows of half-days; «Ajouter des lignes» gives some more without losing what was typed."""
    if request.method != "POST":
        return HalfDays(initial=initial, prefix="demi")
    data = request.POST.copy()
    if "more" in data:
        data["demi-TOTAL_FORMS"] = str(min(120, int(data.get("demi-TOTAL_FORMS", "0") or 0) + MORE_ROWS))
    return HalfDays(data, initial=initial, prefix="demi")


def _form(request: HttpRequest, form: SessionForm, rows: Any, **context: Any) -> HttpResponse:
    if "more" in request.POST:
        keep_without_judging(form, rows)
    wrong = request.method == "POST" and bool(form.errors or rows.total_error_count())
    return render(request, "sessions/form.html", {"form": form, "rows": rows, "page_errors": wrong, **context})


def new(request: HttpRequest, course_id: UUID) -> HttpResponse:
    """Open a session of a published programme."""
    actor = request.actor  # type: ignore[attr-defined]
    course = get_object_or_404(CoursePage.objects.visible_to(actor).select_related("organisation"), public_id=course_id)
    if not rules.can_open_session(actor, course):
        raise PermissionDenied if course.live else Http404
    price = (course.indicative_price_cents or 0) / 100
    form = SessionForm(request.POST or None, people=registrable_people(course.organisation_id), initial={"capacity": 12, "price": price})
    rows = _half_days(request, [])
    if request.method == "POST" and "more" not in request.POST and all([form.is_valid(), rows.is_valid()]):
        session = services.create_session(
            course, facts=form.facts(), slots=rows.slots(), trainers=form.cleaned_data["trainers"], actor=actor
        )
        messages.success(request, "Session enregistrée en brouillon. Ouvrez les inscriptions quand elle est prête.")
        return redirect("sessions:detail", session.pk)
    return _form(request, form, rows, course=course)


def edit(request: HttpRequest, pk: UUID) -> HttpResponse:
    session = _managed(request, pk)
    initial = [
        {name: getattr(row, name) for name in ("date", "period", "starts_at", "ends_at", "is_remote", "topic")}
        for row in session.half_days.all()
    ]
    form = SessionForm(request.POST or None, people=registrable_people(session.organisation_id), instance=session)
    rows = _half_days(request, initial)
    if request.method == "POST" and "more" not in request.POST and all([form.is_valid(), rows.is_valid()]):
        try:
            trainers = form.cleaned_data["trainers"]
            services.update_session(session, facts=form.facts(), slots=rows.slots(), trainers=trainers, actor=request.actor)  # type: ignore[attr-defined]
            messages.success(request, "Session enregistrée.")
            return redirect("sessions:detail", pk)
        except CapacityTooSmall as refusal:
            form.add_error("capacity", str(refusal))
    return _form(request, form, rows, session=session, course=session.course)


WORDS = {SessionStatus.OPEN: "Les inscriptions sont ouvertes.", SessionStatus.CLOSED: "Les inscriptions sont closes."}


@require_POST
def move(request: HttpRequest, pk: UUID, status: SessionStatus) -> HttpResponse:
    """Open or close the registrations."""
    session = _managed(request, pk)
    try:
        services.move_session(session, status=status, actor=request.actor)  # type: ignore[attr-defined]
        messages.success(request, WORDS[status])
    except MoveRefused as refusal:
        messages.error(request, f"La session ne peut pas changer ainsi : {refusal}.")
    return redirect("sessions:detail", pk)


def cancel(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Cancel a session, after saying who is told what."""
    session = _managed(request, pk)
    form = CancelSessionForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            reason = form.cleaned_data["reason"]
            services.move_session(session, status=SessionStatus.CANCELLED, actor=request.actor, reason=reason)  # type: ignore[attr-defined]
            messages.success(request, "Session annulée, les employeurs sont prévenus.")
        except MoveRefused:
            messages.info(request, "Cette session était déjà annulée.")
        return redirect("sessions:detail", pk)
    return render(request, "sessions/cancel.html", {"session": session, "form": form})
