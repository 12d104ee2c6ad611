from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render

from hub.core.accounts.actor import Actor, actor_of
from hub.core.kit.dates import long_date_fr, today
from hub.core.kit.text import agreed, counted, joined
from hub.core.ui.conflicts import reopen
from trainings.funding.selectors import file_for
from trainings.paperwork import rules, services
from trainings.paperwork.errors import SignatureRefused, SignedOnAnotherDay
from trainings.paperwork.forms import SignatureForm
from trainings.paperwork.models import TrainingAgreement
from trainings.paperwork.selectors.agreements import Standing, standings, vat_of
from trainings.sessions.models import TrainingSession
from trainings.sessions.selectors import employers_of

SIGNED_ELSEWHERE = "Rien à établir : la convention signée de chaque employeur est déjà à son dossier OPCO."


def agreements(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Agreements of a session: established together by the organisation that trains, read by each party for itself."""
    actor = actor_of(request)
    rows = TrainingSession.objects.visible_to(actor).select_related("organisation", "course", "programme_revision")
    session = get_object_or_404(rows, pk=pk)
    if session.is_workshop:
        raise Http404
    can_issue = rules.can_issue_agreements(actor, session)
    if request.method == "POST":
        return _issue(request, session)
    if not actor.is_staff_of(actor.organisation_id):  # lent for something else: whom the CAE sends and for how much is not hers to read
        raise Http404
    found = standings(session, actor, every=actor.is_staff_of(session.organisation_id))
    if not can_issue and not found:
        raise Http404
    has_begun = session.has_come(today())
    context = {
        "session": session,
        "agreements": found,
        "lacking": [one for one in found if one.missing and not one.is_held_elsewhere],
        "advised": next((one.advised for one in found if one.advised), ())
        if can_issue
        else (),  # the session's: the same for each employer
        "can_issue": can_issue and not session.is_cancelled,
        "vat": vat_of(session.organisation, actor) if can_issue else None,
        "has_papers": any(one.paper for one in found),
        "has_begun": has_begun,
        "comes_late": has_begun and any(one.count and not one.paper and not one.is_held_elsewhere for one in found),
        "held_elsewhere": any(one.is_held_elsewhere for one in found),
        "to_issue": sum(one.can_be_issued for one in found),
        "own": _own(actor, session, found),
        "file": file_for(session, actor),
    }
    return render(request, "paperwork/agreements.html", context)


def _own(actor: Actor, session: TrainingSession, found: list[Standing]) -> Standing | None:
    """That of the organisation acted for, when the reader may say it signed."""
    if session.is_cancelled or actor.organisation_id is None or not rules.can_say_signed(actor, actor.organisation_id):
        return None
    return next((one for one in found if one.paper and one.employer.pk == actor.organisation_id), None)


def _issue(request: HttpRequest, session: TrainingSession) -> HttpResponse:
    """Establish those that lack nothing; what the others lack is on the page, at each reading."""
    actor = actor_of(request)
    if not rules.can_issue_agreements(actor, session):
        raise PermissionDenied
    if session.is_cancelled:
        messages.error(request, "Cette session est annulée : aucune convention n’est établie.")
        return redirect("paperwork:agreements", session.pk)
    results = services.issue_agreements(session, actor=actor)
    if done := [one for one in results if one.is_issued]:
        messages.success(request, f"{counted(len(done), 'convention établie', 'conventions établies')}.")
    if late := [one.employer.name for one in done if one.is_first and session.has_come(today())]:
        messages.warning(
            request,
            f"{joined(late)} : {agreed(len(late), 'convention établie', 'conventions établies')} alors que la session a commencé. Une convention se conclut"
            " avant le premier jour (L6353-1), et une demande que l’OPCO reçoit à partir de ce jour n’est pas financée.",
        )
    if lacking := [one for one in results if one.missing]:
        verb = "n’est pas établie : il lui manque" if len(lacking) == 1 else "ne sont pas établies : il leur manque"
        messages.warning(request, f"{counted(len(lacking), 'convention')} {verb} des mentions, dites plus bas.")
    for one in results:
        if one.refusal:
            messages.error(request, f"{one.employer.name} : {one.refusal}")
    if not results:
        held = employers_of(session).exists()
        messages.info(request, SIGNED_ELSEWHERE if held else "Personne à qui adresser une convention.")
    return redirect("paperwork:agreements", session.pk)


def agreement_pdf(request: HttpRequest, pk: UUID, employer: str) -> HttpResponse:
    """The sealed PDF, for the two parties."""
    actor = actor_of(request)
    rows = TrainingAgreement.objects.visible_to(actor).filter(paper__isnull=False).select_related("employer", "paper", "session")
    row = get_object_or_404(rows, session=pk, employer__slug=employer)
    response = HttpResponse(services.read_agreement(row, actor=actor), content_type="application/pdf")
    response["Content-Disposition"] = f'inline; filename="{row.paper.number}.pdf"'  # type: ignore[union-attr]  # issued, says the query
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "private, no-store"
    return response


def signature(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The employer says on which day its agreement was signed, or takes that back; an OPCO file that is followed says it instead."""
    actor = actor_of(request)
    rows = TrainingAgreement.objects.visible_to(actor).filter(session=pk, employer=actor.organisation_id, paper__isnull=False)
    row = get_object_or_404(rows.select_related("paper", "employer", "session__organisation"))
    if not rules.can_say_signed(actor, row.employer_id):
        raise PermissionDenied
    if file := file_for(row.session, actor):
        messages.info(request, "Cette session a un dossier OPCO : la convention signée s’y dépose.")
        return redirect(file)
    if "undo" in request.POST:
        try:
            services.unsay_signed(row, number=request.POST.get("number", ""), actor=actor)
        except SignatureRefused as refusal:
            messages.error(request, str(refusal))
        else:
            messages.success(request, "La signature n’est plus notée : la convention est de nouveau à signer.")
        return redirect("paperwork:agreements", pk)
    form = SignatureForm(request.POST or None, initial={"on": row.day_signed, "seen": row.day_signed})
    if request.method == "POST" and form.is_valid():
        try:
            said = form.cleaned_data
            services.say_signed(row, number=request.POST.get("number", ""), on=said["on"], seen=said["seen"], actor=actor)
        except SignedOnAnotherDay as refusal:
            form.add_error("on", str(refusal))
            reopen(form, "seen", refusal.day)
        except SignatureRefused as refusal:
            form.add_error("on", str(refusal))
        else:
            messages.success(
                request, f"Signature notée : {long_date_fr(form.cleaned_data['on'])}. La pièce signée se garde chez les deux parties."
            )
            return redirect("paperwork:agreements", pk)
    return render(request, "paperwork/signature.html", {"form": form, "agreement": row, "session": row.session})
