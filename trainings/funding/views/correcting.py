from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from hub.core.accounts.actor import actor_of
from hub.core.ui.confirm import ask
from hub.core.ui.conflicts import differing, reopen
from trainings.funding import rules, services
from trainings.funding.enums import Side
from trainings.funding.errors import FileRefused, MoveRefused, VersionConflict
from trainings.funding.forms import CorrectionForm, RevertForm
from trainings.funding.selectors import noted_on
from trainings.funding.views.frame import reading


def correct(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Put right the numbers, days and words noted with the moves of a file; for who notes them."""
    one, conflict = reading(request, pk), None
    if one.side != Side.EMPLOYER:
        raise Http404
    if not (noted := noted_on(one.file)):
        messages.info(request, f"Ce dossier est « {one.file.state.label.lower()} » : il n’y a rien à y corriger.")
        return redirect(one.file)
    form = CorrectionForm(request.POST or None, file=one.file, noted=noted)
    if request.method == "POST" and form.is_valid():
        version = form.cleaned_data["version"] or 0
        try:
            changed = services.correct_file(one.file, facts=form.facts(), version=version, actor=actor_of(request))
            messages.success(request, "Le dossier est corrigé." if changed else "Rien n’a changé.")
            return redirect(one.file)
        except FileRefused as refusal:
            form.add_error(refusal.field, str(refusal))
        except VersionConflict:
            now = reading(request, pk).file
            conflict = differing(form, now, form.facts())
            reopen(form, "version", now.version)
    context = {"form": form, "file": one.file, "session": one.file.session, "conflict": conflict}
    return render(request, "funding/correct.html", context, status=200 if conflict is None else 409)


def revert(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Ask, then take back the last state of a file, noted by a slip."""
    one, file = (found := reading(request, pk)), found.file
    if not rules.can_revert(file.state, file.before, one.side) or file.before is None or one.side is None:
        messages.info(request, f"Un dossier « {file.state.label.lower()} » ne revient pas à l’état précédent.")
        return redirect(file)
    form = RevertForm(request.POST or None, initial={"version": file.version})
    if request.method == "POST" and form.is_valid():
        actor: Any = actor_of(request)
        try:
            row = services.revert_move(file, version=form.cleaned_data["version"] or 0, side=one.side, actor=actor)
            messages.success(request, f"Le dossier est de nouveau « {row.state.label.lower()} ».")
        except (MoveRefused, VersionConflict):
            messages.info(request, "Ce dossier a changé entre-temps : rien n’a été repris.")
        return redirect(file)
    context = {
        "title": "Revenir à l’état précédent",
        "text": f"Dossier OPCO, {file.employer.name}, {file.session.title}. C’est pour un état noté par erreur.",
        "consequences": [
            f"Le dossier passe de « {file.state.label.lower()} » à « {file.before.label.lower()} ».",
            f"Ce qui a été noté avec « {file.state.label.lower()} » s’efface ; le journal garde qu’il l’a été.",
            "Le hub n’écrit pas à l’OPCO : ce qui est fait sur son portail y reste.",
        ],
        "action": "Revenir à cet état", "keep": "Revenir au dossier", "cancel_url": file.get_absolute_url(), "form": form,
    }  # fmt: skip
    return ask(request, context)
