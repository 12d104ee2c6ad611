from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.safestring import SafeString

from directory.cooperatives import rules, selectors, services
from directory.cooperatives.errors import AccreditationWasChanged, SameAccreditation
from directory.cooperatives.forms import AccreditationForm
from directory.cooperatives.models import DirectoryEntry
from directory.cooperatives.views.entries import visible_entry
from hub.core.accounts.actor import Actor, actor_of
from hub.core.accounts.models import Accreditation
from hub.core.documents.forms import PrivateFileField
from hub.core.ui.conflicts import differing, reopen


def _kept(request: HttpRequest, slug: str) -> tuple[Actor, DirectoryEntry]:
    """The organisation, for whoever keeps its facts."""
    actor, entry = actor_of(request), visible_entry(request, slug)
    if not rules.can_edit_entry(actor, entry):
        raise PermissionDenied
    return actor, entry


def _row(entry: DirectoryEntry, pk: UUID) -> Accreditation:
    return get_object_or_404(Accreditation, organisation=entry.organisation, pk=pk)


def accreditations(request: HttpRequest, slug: str) -> HttpResponse:
    """All that the organisation holds, held or will hold, and a form for one more."""
    actor, entry = _kept(request, slug)
    form = AccreditationForm(request.POST or None, request.FILES or None)
    PrivateFileField.bind(form, actor, entry.organisation)
    if request.method == "POST" and form.is_valid():
        services.add_accreditation(entry.organisation, facts=form.facts(), proof=form.cleaned_data["proof"], actor=actor)
        messages.success(request, "L’agrément est enregistré.")
        PrivateFileField.say_waiting(request, form)
        return redirect("cooperatives:accreditations", slug)
    return _shown(request, entry, form)


def accreditation(request: HttpRequest, slug: str, pk: UUID) -> HttpResponse:
    actor, entry = _kept(request, slug)
    row = _row(entry, pk)
    form = AccreditationForm(request.POST or None, request.FILES or None, row=row)
    PrivateFileField.bind(form, actor, entry.organisation)
    conflict = None
    if request.method == "POST" and form.is_valid():
        try:
            services.update_accreditation(
                row, facts=form.facts(), proof=form.cleaned_data["proof"], actor=actor, seen=form.cleaned_data["seen"]
            )
            messages.success(request, "L’agrément est enregistré.")
            PrivateFileField.say_waiting(request, form)
            return redirect("cooperatives:accreditations", slug)
        except SameAccreditation:
            form.add_error(None, "Un autre agrément dit déjà cela, aux mêmes dates.")
        except AccreditationWasChanged as change:
            if change.theirs is None:
                messages.info(request, "Cet agrément a été retiré entre-temps.")
                return redirect("cooperatives:accreditations", slug)
            conflict = differing(form, change.theirs, form.FACTS)
            reopen(form, "seen", change.theirs.stamp)
    return _shown(request, entry, form, row, conflict)


def remove_accreditation(request: HttpRequest, slug: str, pk: UUID) -> HttpResponse:
    actor, entry = _kept(request, slug)
    row = Accreditation.objects.filter(organisation=entry.organisation, pk=pk).first()
    back = reverse("cooperatives:accreditations", args=[slug])
    if row is None:  # gone already, for the second of two clicks
        return redirect(back)
    if request.method == "POST":
        services.remove_accreditation(row, actor=actor)
        messages.success(request, f"« {row.title} » est retiré.")
        return redirect(back)
    context = {
        "title": f"Retirer « {row.title} »", "text": "La fiche ne le montrera plus, et son document sera effacé.",
        "consequences": ["Un dossier OPCO qui s’appuie sur lui manquera de cette pièce."] if row.kind == "qualiopi" else [],
        "action": "Retirer l’agrément", "keep": "Le garder", "cancel_url": back, "tone": "bad",
    }  # fmt: skip
    return render(request, "ui/confirm.html", context)


def _shown(
    request: HttpRequest,
    entry: DirectoryEntry,
    form: AccreditationForm,
    row: Accreditation | None = None,
    conflict: list[tuple[str, SafeString]] | None = None,
) -> HttpResponse:
    context: dict[str, Any] = {
        "entry": entry, "organisation": entry.organisation, "form": form, "row": row, "conflict": conflict,
        "held": selectors.all_accreditations(entry.organisation, actor_of(request)),
    }  # fmt: skip
    return render(request, "cooperatives/accreditations.html", context, status=200 if conflict is None else 409)
