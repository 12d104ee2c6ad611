from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from hub.core.accounts.actor import actor_of
from hub.core.documents.forms import PrivateFileField
from hub.core.kit.dates import long_date_fr, today
from trainings.funding import rules, services
from trainings.funding.enums import FundingStatus
from trainings.funding.errors import FileRefused, MoveRefused, VersionConflict
from trainings.funding.forms import AgreementForm, MoveForm
from trainings.funding.selectors import Reading
from trainings.funding.views.files import verb
from trainings.funding.views.frame import reading, renew_version

S = FundingStatus
CONSEQUENCES = {
    S.TO_COMPLETE: ["La page du dossier dit chaque pièce qui manque, son article, et où elle se dépose ou s’écrit."],
    S.READY: ["La convention signée et les pièces sont au complet.", "Il reste à déposer la demande sur le portail de l’OPCO, puis à noter son numéro."],
    S.FILED: ["La convention signée et l’OPCO du dossier ne changent plus.", "Un rappel viendra à la fin des deux mois de réponse (R6332-24)."],
    S.UNDER_REVIEW: ["Le dossier attend la réponse de l’OPCO. Son silence n’est pas un accord."],
    S.MORE_ASKED: ["Un rappel viendra avant le jour donné par l’OPCO."],
    S.GRANTED: ["L’organisme de formation est prévenu."],
    S.PARTLY_GRANTED: ["L’organisme de formation est prévenu.", "Ce que l’OPCO ne prend pas reste à la charge de la CAE."],
    S.REFUSED: ["L’organisme de formation est prévenu.", "La CAE peut clore le dossier, ou préparer une nouvelle demande avant le premier jour."],
    S.TO_REVISE: ["L’OPCO doit connaître le changement ; sa nouvelle réponse se note ensuite."],
    S.RUNNING: ["Le début de la formation est à déclarer à l’OPCO (L6353-10)."],
    S.CANCELLED: ["Un dossier annulé ne se rouvre pas ; un autre peut s’ouvrir depuis la session.", "L’organisme de formation est prévenu."],
    S.CLOSED: ["Un dossier clos ne se rouvre pas."],
    S.DRAFT: ["La première demande reste au journal ; la nouvelle repart sans son numéro."],
}  # fmt: skip


def _target(slug: str) -> FundingStatus:
    try:
        return FundingStatus(slug.replace("-", "_"))
    except ValueError:
        raise Http404 from None


def move(request: HttpRequest, pk: UUID, target: str) -> HttpResponse:
    """Ask, then move a file on; what the move needs is asked on the same page."""
    one, to = reading(request, pk), _target(target)
    form = MoveForm(request.POST or None, target=to, version=one.file.version)
    if request.method != "POST":
        if to not in rules.targets(one.standing.status, one.side):
            messages.info(request, f"Ce dossier est « {one.file.state.label.lower()} » : il n’y a plus lieu de le faire.")
            return redirect(one.file)
        return _ask(request, one, to, form)
    if form.is_valid():
        try:
            return _moved(request, one, to, form)
        except MoveRefused as refusal:
            fault = refusal.args[0]
            named = getattr(fault, "field", "")
            form.add_error(named if named in form.fields else None, str(fault))
        except VersionConflict:
            return _conflict(request, pk, to, form)
    return _ask(request, one, to, form)


def _moved(request: HttpRequest, one: Reading, to: FundingStatus, form: MoveForm) -> HttpResponse:
    assert one.side is not None  # noqa: S101  the file is visible
    warning = rules.warning(one.standing, to, form.said, one.opco)
    actor: Any = actor_of(request)
    services.move_file(one.file, to=to, said=form.said, version=form.cleaned_data["version"] or 0, side=one.side, actor=actor)
    messages.success(request, f"Le dossier est maintenant « {to.label.lower()} ».")
    if warning:
        messages.warning(request, warning)
    return redirect(one.file)


def _conflict(request: HttpRequest, pk: UUID, to: FundingStatus, form: MoveForm) -> HttpResponse:
    """Both versions: what the file says now, and what was typed."""
    now = reading(request, pk)
    when = long_date_fr(now.file.updated_at)
    form.add_error(
        None, f"Ce dossier a changé entre-temps : il est « {now.file.state.label.lower()} » depuis le {when}. Votre saisie est gardée ici."
    )
    renew_version(form, now.file.version)
    return _ask(request, now, to, form, status=409)


def _ask(request: HttpRequest, one: Reading, to: FundingStatus, form: MoveForm, status: int = 200) -> HttpResponse:
    lines = list(CONSEQUENCES[to])
    if to == S.CANCELLED and one.standing.status in rules.WITHDRAWN_FROM:
        lines.insert(0, rules.ON_THE_PORTAL)
    if to == S.FILED and one.opco and one.standing.starts_on:
        doubt = "" if one.opco.verified else " (à vérifier)"
        lines.insert(
            0, f"{one.opco.name} demande {one.opco.lead_words}, soit le {long_date_fr(one.opco.last_day(one.standing.starts_on))}{doubt}."
        )
    context = {
        "one": one, "file": one.file, "session": one.file.session, "form": form, "action": verb(one.standing.status, to), "consequences": lines,
        "held_back": rules.held_back(one.standing, to, today()),
        "pieces": one.shown_pieces if to in {S.READY, S.FILED} else [], "is_bad": to in {S.CANCELLED, S.CLOSED},
    }  # fmt: skip
    return render(request, "funding/move.html", context, status=status)


def agreement(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Put the signed agreement in the file: either of its two parties."""
    one, actor = reading(request, pk), actor_of(request)
    can_amend = one.can_amend
    if one.file.status not in rules.BEFORE_FILING and not one.file.unopened_agreement and not can_amend:
        messages.info(request, f"Ce dossier est « {one.file.state.label.lower()} » : sa convention signée ne change plus.")
        return redirect(one.file)
    first = None if can_amend else one.file.agreed_on
    form = AgreementForm(request.POST or None, request.FILES or None, initial={"agreed_on": first})
    if can_amend:
        form.fields["file"].label = "Avenant, ou nouvelle convention, signé par les deux parties"
    PrivateFileField.bind(form, actor, one.file.employer)
    if request.method == "POST" and form.is_valid():
        try:
            services.keep_agreement(one.file, upload=form.cleaned_data["file"], agreed_on=form.cleaned_data["agreed_on"], actor=actor)
            messages.success(request, "L’avenant signé est au dossier." if can_amend else "La convention signée est au dossier.")
            PrivateFileField.say_waiting(request, form)
            return redirect(one.file)
        except FileRefused as refusal:
            form.add_error(refusal.field, str(refusal))
    return render(
        request,
        "funding/agreement.html",
        {"form": form, "file": one.file, "session": one.file.session, "can_amend": can_amend, "outdated": one.outdated},
    )
