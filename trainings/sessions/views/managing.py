from collections.abc import Callable, Mapping
from functools import partial
from math import ceil
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST

from hub.core.accounts.actor import actor_of
from hub.core.kit.dates import today
from hub.core.kit.text import agreed, one_line
from hub.core.ui.confirm import ask
from hub.core.ui.conflicts import reopen
from hub.core.ui.forms import EurosField, keep_without_judging
from trainings.catalogue.models import CoursePage
from trainings.sessions import rules, services
from trainings.sessions.enums import SessionStatus
from trainings.sessions.errors import (
    CapacityTooSmall,
    HalfDayIsSigned,
    MoveRefused,
    SessionIsCancelled,
    SessionWasChanged,
    TrainerIsTrainee,
)
from trainings.sessions.forms import BaseHalfDays, CancelSessionForm, HalfDays, SessionForm, differences, half_days_sent, known_ids
from trainings.sessions.models import TrainingSession
from trainings.sessions.selectors import choices, registrable_people, trainers_first, with_name

FOUND = 40  # people shown for a name looked for

MORE_ROWS = 4
USUAL_MINUTES = 210
HALF_DAY = ("date", "period", "starts_at", "ends_at", "is_remote", "topic")


def managed(request: HttpRequest, pk: UUID) -> TrainingSession:
    rows = TrainingSession.objects.visible_to(actor_of(request)).select_related("organisation", "course")
    session = get_object_or_404(rows, pk=pk)
    if not rules.can_manage_session(actor_of(request), session):
        raise PermissionDenied
    return session


def _half_days(request: HttpRequest, initial: list[dict[str, Any]], *, lines: int, begun: bool = False) -> Any:
    """The lines of half-days: those that are there, then empty ones; «Ajouter des lignes» gives some more and loses nothing."""
    rules_of_lines = {"known": {row["date"] for row in initial}, "begun": begun}
    if request.method == "POST":
        more = MORE_ROWS if "more" in request.POST else 0
        return HalfDays(half_days_sent(request.POST, "demi", more=more), prefix="demi", form_kwargs=rules_of_lines)
    rows = HalfDays(initial=initial, prefix="demi", form_kwargs=rules_of_lines)
    rows.extra = lines
    return rows


def _only_shows(request: HttpRequest) -> bool:
    """Whether a button was pressed that saves nothing, or the Enter key with a name to look for."""
    sent = request.POST
    return "more" in sent or "find" in sent or bool(sent.get("who", "").strip() and "save" not in sent)


def _is_good(request: HttpRequest, form: SessionForm, rows: BaseHalfDays) -> bool:
    if request.method != "POST" or _only_shows(request):
        return False
    return all([form.is_valid(), rows.is_valid()]) and form.agrees_with(rows)


def _trainers(request: HttpRequest, form: SessionForm, organisation_id: UUID) -> dict[str, Any]:
    """Who may be ticked: those whose role is to train and those chosen already, then those whose name is looked for."""
    people, words = registrable_people(organisation_id), one_line(request.POST.get("who", ""))[:80]
    chosen = {str(pk) for pk in form["trainers"].value() or []}
    first = people.filter(Q(pk__in=trainers_first(organisation_id).values("pk")) | Q(pk__in=known_ids(chosen)))
    found = with_name(people, words).exclude(pk__in=first.values("pk")) if words else people.none()
    ask = partial(choices, actor=actor_of(request), organisation_id=organisation_id, chosen=chosen)
    return {"first": ask(first), "found": ask(found[:FOUND]), "more": max(0, found.count() - FOUND), "words": words}


def _form(
    request: HttpRequest, form: SessionForm, rows: BaseHalfDays, course: CoursePage, *, status: int = 200, **context: Any
) -> HttpResponse:
    if _only_shows(request):
        keep_without_judging(form, rows)
    wrong = request.method == "POST" and bool(form.errors or rows.total_error_count())
    trainers = _trainers(request, form, course.organisation_id)
    shown = {"form": form, "rows": rows, "page_errors": wrong, "trainers": trainers, "course": course, "conflict": None, **context}
    return render(request, "sessions/form.html", shown, status=status)


def new(request: HttpRequest, course_id: UUID) -> HttpResponse:
    """Open a session of a published programme; whoever wrote it trains, until somebody says otherwise."""
    actor = actor_of(request)
    course = get_object_or_404(CoursePage.objects.visible_to(actor).select_related("organisation"), public_id=course_id)
    if not rules.can_open_session(actor, course):
        raise PermissionDenied if course.live else Http404
    return opening(request, course, create=services.create_session)


def opening(
    request: HttpRequest,
    course: CoursePage,
    *,
    create: Callable[..., TrainingSession],
    initial: Mapping[str, Any] | None = None,
    **context: Any,
) -> HttpResponse:
    """The screen that opens a session of a programme, for whoever may.

    A package above gives what is known already and its own `create`, which refuses with a ValidationError.
    """
    usual = {"capacity": 12, "price": EurosField.from_cents(course.indicative_price_cents or 0), "trainers": [course.author_id]}
    form = SessionForm(request.POST or None, people=registrable_people(course.organisation_id), initial=usual | dict(initial or {}))
    rows = _half_days(request, [], lines=max(2, min(12, ceil((course.duration_minutes or 0) / USUAL_MINUTES))))
    if _is_good(request, form, rows):
        facts = {"facts": form.facts(), "slots": rows.slots(), "trainers": form.cleaned_data["trainers"]}
        try:
            session = create(course, **facts, actor=actor_of(request))
            messages.success(request, "Session enregistrée en brouillon. Ouvrez les inscriptions quand elle est prête.")
            return redirect("sessions:detail", session.pk)
        except ValidationError as refusal:
            form.add_error(None, refusal)
    return _form(request, form, rows, course, **context)


def edit(request: HttpRequest, pk: UUID) -> HttpResponse:
    session = managed(request, pk)
    initial = [{name: getattr(row, name) for name in HALF_DAY} for row in session.half_days.all()]
    form = SessionForm(request.POST or None, people=registrable_people(session.organisation_id), instance=session)
    begun = session.starts_on is not None and session.starts_on < today()
    rows = _half_days(request, initial, lines=1, begun=begun)
    if _is_good(request, form, rows):
        try:
            trainers = form.cleaned_data["trainers"]
            facts = {"facts": form.facts(), "slots": rows.slots(), "trainers": trainers}
            promoted = services.update_session(session, **facts, actor=actor_of(request), based_on=form.cleaned_data["version"] or 0)
            messages.success(request, f"Session enregistrée. {_promoted(len(promoted))}".strip())
            return redirect("sessions:detail", pk)
        except CapacityTooSmall as refusal:
            form.add_error("capacity", str(refusal))
        except TrainerIsTrainee as refusal:
            form.add_error("trainers", str(refusal))
        except HalfDayIsSigned as refusal:
            form.add_error(None, str(refusal))
        except SessionIsCancelled:
            form.add_error(None, "Cette session est annulée : elle ne se change plus.")
            return _form(request, form, rows, session.course, session=session, status=409)
        except SessionWasChanged as change:
            found = differences(form, rows, change.args[0])
            reopen(form, "version", change.args[0].version)
            return _form(request, form, rows, session.course, session=session, conflict=found, page_errors=True, status=409)
    return _form(request, form, rows, session.course, session=session)


def _promoted(count: int) -> str:
    if not count:
        return ""
    takes = agreed(
        count,
        "personne en attente a une place, son employeur est prévenu",
        "personnes en attente ont une place, leurs employeurs sont prévenus",
    )
    return f"{count} {takes}."


WORDS = {SessionStatus.OPEN: "Les inscriptions sont ouvertes.", SessionStatus.CLOSED: "Les inscriptions sont closes."}


@require_POST
def move(request: HttpRequest, pk: UUID, status: SessionStatus) -> HttpResponse:
    """Open or close the registrations."""
    session = managed(request, pk)
    if status == SessionStatus.OPEN and (past := session.past_words(today())):
        messages.error(request, f"Les inscriptions ne peuvent plus s’ouvrir. {past}")
        return redirect("sessions:detail", pk)
    try:
        services.move_session(session, status=status, actor=actor_of(request))
        messages.success(request, WORDS[status])
    except MoveRefused as refusal:
        messages.error(request, f"La session ne peut pas changer ainsi : {refusal}.")
    return redirect("sessions:detail", pk)


def remove(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Ask, then delete a session that was prepared by mistake."""
    session = managed(request, pk)
    if not session.can_be_removed():
        messages.info(request, "Cette session a été publiée, ou quelqu’un y a été inscrit : elle ne se supprime plus.")
        return redirect("sessions:detail", pk)
    if request.method == "POST":
        try:
            services.remove_session(session, actor=actor_of(request))
        except MoveRefused as refusal:
            messages.error(request, f"La session ne peut pas être supprimée : {refusal}.")
            return redirect("sessions:detail", pk)
        messages.success(request, "La session est supprimée.")
        return redirect(session.course.url if session.course.live else "sessions:list")
    context = {
        "title": "Supprimer la session", "text": f"{session.title}{f', {session.period_words}' if session.period_words else ''}.",
        "consequences": [
            "Elle n’a jamais été publiée et personne n’y a été inscrit : il n’en reste que la ligne du journal.",
            "Les besoins auxquels elle répondait attendent de nouveau une session.",
        ],
        "action": "Supprimer la session", "keep": "Garder la session", "cancel_url": reverse("sessions:detail", args=[pk]), "tone": "bad",
    }  # fmt: skip
    return ask(request, context)


def cancel(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Cancel a session, after saying who is told what."""
    session = managed(request, pk)
    form = CancelSessionForm(request.POST if request.method == "POST" else None, session=session)
    if request.method == "POST" and form.is_valid():
        try:
            reason = form.cleaned_data["reason"]
            services.move_session(session, status=SessionStatus.CANCELLED, actor=actor_of(request), reason=reason)
            had_people = session.confirmed_count or session.waiting_count
            messages.success(request, f"Session annulée, {'les employeurs sont prévenus' if had_people else 'personne n’y était inscrit'}.")
        except MoveRefused:
            begun = "Cette session a commencé ou a eu lieu : elle ne s’annule plus."
            messages.info(request, begun if session.has_begun(today()) else "Cette session était déjà annulée.")
        return redirect("sessions:detail", pk)
    return render(request, "sessions/cancel.html", {"session": session, "form": form})
