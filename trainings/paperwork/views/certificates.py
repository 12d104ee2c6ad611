from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET

from hub.core.accounts.actor import actor_of
from hub.core.accounts.models import Organisation
from hub.core.kit.text import counted, fold
from trainings.attendance.views import pdf_response
from trainings.paperwork import rules, services
from trainings.paperwork.errors import CertificateRefused, DossierRefused
from trainings.paperwork.models import CompletionCertificate
from trainings.paperwork.selectors.certificates import certificate_standings, ground, to_enter
from trainings.paperwork.selectors.dossiers import dossier_of
from trainings.sessions.models import Registration, TrainingSession


def _session(request: HttpRequest, pk: UUID) -> TrainingSession:
    rows = TrainingSession.objects.visible_to(actor_of(request)).select_related("organisation", "course", "programme_revision")
    return get_object_or_404(rows, pk=pk)


def certificates(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Certificates and proof files of a session: established by the organisation that trains, read by each employer for its people."""
    actor, session = actor_of(request), _session(request, pk)
    can_issue = rules.can_issue_agreements(actor, session)
    if request.method == "POST":
        return _complete(request, session) if "employer" in request.POST else _issue(request, session)
    found = ground(session)
    rows = certificate_standings(found, actor)
    if session.is_workshop or not actor.is_staff_of(actor.organisation_id) or (not rows and not can_issue):
        raise Http404
    employers = {row.registration.employer_id: row.registration.employer for row in rows}
    context = {
        "session": session,
        "rows": rows,
        "lacking": to_enter(found, actor),
        "can_issue": can_issue and found.is_ready,
        "to_issue": sum(row.can_be_issued for row in rows),
        "dossiers": [dossier_of(found, one) for one in sorted(employers.values(), key=lambda one: fold(one.name))]
        if not found.blocks
        else [],
    }
    return render(request, "paperwork/certificates.html", context)


def _issue(request: HttpRequest, session: TrainingSession) -> HttpResponse:
    actor = actor_of(request)
    if not rules.can_issue_agreements(actor, session):
        raise PermissionDenied
    try:
        results = services.issue_certificates(session, actor=actor)
    except CertificateRefused as refusal:
        messages.error(request, str(refusal))
        return redirect("paperwork:certificates", session.pk)
    if done := [one for one in results if one.paper]:
        messages.success(request, f"{counted(len(done), 'certificat établi', 'certificats établis')}.")
    for words in dict.fromkeys(one.refusal for one in results if one.refusal):
        messages.error(request, words)
    if not results:
        messages.info(request, "Personne n’a suivi d’heure : aucun certificat à établir.")
    return redirect("paperwork:certificates", session.pk)


def _complete(request: HttpRequest, session: TrainingSession) -> HttpResponse:
    """Every paper of one employer's proof file at once: agreement, sheets, certificates; what still lacks is on the page."""
    actor = actor_of(request)
    if not rules.can_issue_agreements(actor, session):
        raise PermissionDenied
    sent = Registration.objects.visible_to(actor).filter(session=session)
    employer = next(
        (one for one in Organisation.objects.filter(pk__in=sent.values("employer")) if one.slug == request.POST["employer"]), None
    )
    if employer is None:
        raise Http404
    refusals = services.complete_dossier(session, employer, actor=actor)
    for words in dict.fromkeys(refusals):
        messages.error(request, words)
    if not refusals:
        messages.success(request, f"{employer.name} : les pièces sont établies.")
    return redirect("paperwork:certificates", session.pk)


@require_GET
def certificate_pdf(request: HttpRequest, pk: UUID, registration: UUID) -> HttpResponse:
    """The sealed PDF, for the trainee, her employer and the organisation that trains."""
    rows: Any = CompletionCertificate.objects.visible_to(actor_of(request)).filter(paper__isnull=False)
    row = get_object_or_404(rows.select_related("paper", "registration__employer"), registration=registration, registration__session=pk)
    return pdf_response(services.read_certificate(row, actor=actor_of(request)), row.paper.number)


@require_GET
def dossier(request: HttpRequest, pk: UUID, employer: str) -> HttpResponse:
    """The proof file of one employer, for the two parties; refused while something is missing, which the page says."""
    actor, session = actor_of(request), _session(request, pk)
    organisation = get_object_or_404(Organisation, slug=employer)
    if not rules.can_read_dossier(actor, session, organisation):
        raise Http404
    try:
        name, archive = services.pack_dossier(session, organisation, actor=actor)
    except DossierRefused as refusal:
        messages.error(request, str(refusal))
        return redirect("paperwork:certificates", session.pk)
    response = HttpResponse(archive, content_type="application/zip")
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "private, no-store"
    return response
