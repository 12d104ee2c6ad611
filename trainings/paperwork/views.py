from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render

from hub.core.kit.text import counted
from trainings.paperwork import rules, services
from trainings.paperwork.models import TrainingAgreement
from trainings.paperwork.selectors import where_to_enter
from trainings.sessions.models import TrainingSession
from trainings.sessions.selectors import employers_of


def agreements(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Agreements of a session: established together by the organisation that trains, read by each party for itself."""
    actor = request.actor  # type: ignore[attr-defined]
    session = get_object_or_404(
        TrainingSession.objects.visible_to(actor).select_related("organisation", "course", "programme_revision"), pk=pk
    )
    rows = TrainingAgreement.objects.visible_to(actor).filter(session=session).select_related("employer", "paper")
    can_issue = rules.can_issue_agreements(actor, session)
    if not can_issue and not rows.exists():
        raise Http404
    results: list[services.AgreementResult] = []
    if request.method == "POST":
        if not can_issue:
            raise PermissionDenied
        results = services.issue_agreements(session, actor=actor)
        done = [one for one in results if one.is_issued]
        if len(done) == len(results):
            messages.success(
                request,
                f"{counted(len(done), 'convention établie', 'conventions établies')}."
                if done
                else "Personne à qui adresser une convention.",
            )
            return redirect("paperwork:agreements", pk)
    blocked = [
        {
            "employer": one.employer,
            "refusal": one.refusal,
            "missing": [(m, where_to_enter(m.where, session, one.employer)) for m in one.missing],
        }
        for one in results
        if not one.is_issued
    ]
    context = {
        "session": session,
        "agreements": rows.filter(paper__isnull=False).order_by("employer__name"),
        "employers": list(employers_of(session)) if can_issue else [],
        "blocked": blocked,
        "can_issue": can_issue,
    }
    return render(request, "paperwork/agreements.html", context)


def agreement_pdf(request: HttpRequest, pk: UUID, employer: str) -> HttpResponse:
    """The sealed PDF, for the two parties."""
    actor = request.actor  # type: ignore[attr-defined]
    rows = TrainingAgreement.objects.visible_to(actor).filter(paper__isnull=False).select_related("employer", "paper", "session")
    row = get_object_or_404(rows, session=pk, employer__slug=employer)
    response = HttpResponse(services.read_agreement(row, actor=actor), content_type="application/pdf")
    response["Content-Disposition"] = f'inline; filename="{row.paper.number}.pdf"'  # type: ignore[union-attr]
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "private, no-store"
    return response
