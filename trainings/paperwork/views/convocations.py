from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_POST

from hub.core.accounts.actor import actor_of
from hub.core.kit.dates import today
from hub.core.kit.icalendar import MEDIA_TYPE, calendar
from hub.core.kit.text import counted, joined
from trainings.attendance.codes import code_of
from trainings.attendance.views import pdf_response
from trainings.paperwork import rules, services
from trainings.paperwork.errors import ConventionRefused
from trainings.paperwork.models import Convocation
from trainings.paperwork.selectors.own import own_convocation, own_trainings
from trainings.paperwork.services.convocations import appointments_of
from trainings.sessions.models import TrainingSession
from trainings.sessions.rules import can_manage_session
from trainings.sessions.selectors import referents_of


@require_GET
def mine(request: HttpRequest) -> HttpResponse:
    """A trainee's own trainings: what comes, what she has followed, her certificates."""
    rows, day = own_trainings(actor_of(request)), today()
    past = [row for row in rows if row.is_past(day)]
    coming = [row for row in reversed(rows) if not row.is_past(day)]
    return render(request, "paperwork/mine.html", {"coming": coming, "past": past})


def _own(request: HttpRequest, pk: UUID) -> Convocation:
    found = own_convocation(actor_of(request), pk)
    if found is None:
        raise Http404
    return found


@require_GET
def convocation(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The trainee's own convocation, as it was last told."""
    found = _own(request, pk)
    said = found.paper.data if found.paper else {}
    session = found.registration.session
    codes = [] if session.is_workshop else [(row, code_of(found.registration, row)) for row in session.half_days.all()]
    return render(
        request,
        "paperwork/convocation.html",
        {"convocation": found, "session": session, "said": said, "codes": codes, "referents": joined(referents_of(session))},
    )


@require_GET
def convocation_ics(request: HttpRequest, pk: UUID) -> HttpResponse:
    found = _own(request, pk)
    text = calendar(appointments_of(found), name=found.registration.session.title)
    response = HttpResponse(text, content_type=f"{MEDIA_TYPE}; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="convocation.ics"'
    response["Cache-Control"] = "private, no-store"
    return response


@require_GET
def convocation_pdf(request: HttpRequest, pk: UUID, registration: UUID) -> HttpResponse:
    """The sealed PDF, for the trainee, her employer and the organisation that trains."""
    rows = Convocation.objects.visible_to(actor_of(request)).filter(paper__isnull=False)
    row = get_object_or_404(rows.select_related("paper", "registration__employer"), registration=registration, registration__session=pk)
    return pdf_response(services.read_convocation(row, actor=actor_of(request)), row.paper.number)  # type: ignore[union-attr]  # issued, says the query


@require_POST
def convene(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Send the convocations of a session to those who have none, or an older one."""
    actor = actor_of(request)
    rows = TrainingSession.objects.visible_to(actor).select_related("organisation", "course", "programme_revision")
    session = get_object_or_404(rows, pk=pk)
    if not can_manage_session(actor, session):
        raise PermissionDenied
    if not rules.can_convene(actor, session, today()):
        messages.error(request, "Cette session a commencé ou n’a pas de jours : elle ne se convoque plus.")
        return redirect("sessions:detail", pk)
    try:
        sent = services.send_convocations(session, actor=actor)
        if sent.count:
            messages.success(request, f"{counted(sent.count, 'convocation envoyée', 'convocations envoyées')}.")
        elif not sent.refusals:
            messages.info(request, "Tout le monde a déjà sa convocation, et rien n’a changé.")
        for words in sent.refusals:
            messages.error(request, words)
    except ConventionRefused as refusal:
        messages.error(request, str(refusal))
    return redirect("sessions:detail", pk)
