from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST

from hub.core.accounts.actor import Actor, actor_of
from hub.core.documents.forms import PrivateFileField
from hub.core.ui.confirm import ask
from hub.pages.library import rules as library
from hub.pages.library import services
from hub.pages.library.filters import ResourceFilter
from hub.pages.library.forms import ResourceForm, VersionForm
from hub.pages.library.models import ResourcePage, ResourceUse, ResourceVersion
from hub.pages.writing import rules
from hub.pages.writing.nouns import Column, Noun, Words
from hub.pages.writing.views import page_in_sight
from workgroups.groups.errors import NotPossible


def _context(actor: Actor, page: ResourcePage) -> dict[str, Any]:
    rows = ResourceVersion.objects.visible_to(actor).filter(resource=page).select_related("file", "added_by")
    users = [row.organisation for row in ResourceUse.objects.visible_to(actor).filter(resource=page).select_related("organisation")]
    return {
        "versions": list(rows), "users": sorted(users, key=lambda one: one.slug), "can_say_use": library.can_say_use(actor, page),
        "is_used": any(one.pk == actor.organisation_id for one in users),
    }  # fmt: skip


NOUN = Noun(
    ResourcePage, ResourceForm, ResourceFilter,
    Words(
        "Ressources", "ressource,ressources", "cette ressource", "Partager une ressource",
        "Modèles, outils et guides que les CAE se prêtent.",
        "Un modèle de convention, un tableur de prix, un guide : le premier déposé évite dix réécritures.", "Modifier la fiche",
    ),
    order=50, create=services.create_resource, context=_context, from_answer="En faire une ressource",
    columns=(
        Column("licence", "licence", lambda page: page.licence.label),
        Column("version", "version", lambda page: page.newest.number if page.newest else None),
        Column("file", "fichier", lambda page: page.newest.file_words if page.newest else ""),
    ),
)  # fmt: skip


def newest(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The address that stays: it leads to the newest version."""
    version = page_in_sight(request, NOUN, pk).newest
    if version is None or version.file is None:
        raise Http404
    return redirect(version.file)


def new_version(request: HttpRequest, pk: UUID) -> HttpResponse:
    actor, page = actor_of(request), page_in_sight(request, NOUN, pk)
    if not rules.can_edit(actor, page):
        raise PermissionDenied
    form = VersionForm(request.POST or None, request.FILES or None, actor=actor)
    if request.method == "POST" and form.is_valid():
        try:
            made = services.add_version(page, file=form.cleaned_data["file"], note=form.cleaned_data["note"], actor=actor)
            messages.success(request, f"Version {made.number} déposée.")
            PrivateFileField.say_waiting(request, form)
            return redirect(page)
        except NotPossible as refusal:
            form.add_error(None, str(refusal))
    return render(request, "library/version_form.html", {"page": page, "form": form})


def remove_file(request: HttpRequest, pk: UUID, version_id: UUID) -> HttpResponse:
    """Take the file of an older version out of the hub, after saying what stays."""
    actor, page = actor_of(request), page_in_sight(request, NOUN, pk)
    rows = ResourceVersion.objects.visible_to(actor).filter(resource=page).select_related("file", "resource")
    version = get_object_or_404(rows, pk=version_id)
    number = version.number
    if not rules.can_edit(actor, page):
        raise PermissionDenied
    if version.file is None:
        messages.info(request, f"Le fichier de la version {number} est déjà retiré.")
        return redirect(page)
    served = page.newest
    if version == served:
        messages.error(request, services.SERVED)
        return redirect(page)
    if request.method == "POST":
        try:
            services.remove_file(version, actor=actor)
            messages.success(request, f"Le fichier de la version {number} est retiré.")
        except NotPossible as refusal:
            messages.error(request, str(refusal))
        return redirect(page)
    context = {
        "title": f"Retirer le fichier de la version {number}", "text": f"{page.title} : {version.file.name}.",
        "consequences": [
            "Le fichier est effacé du hub : personne ne pourra plus le lire ni le reprendre.",
            "La ligne de la version reste, avec la date de ce retrait.",
            f"La version {served.number if served else ''}, servie aujourd’hui, ne change pas.",
        ],
        "action": "Retirer le fichier", "keep": "Garder le fichier", "tone": "bad", "cancel_url": page.get_absolute_url(),
    }  # fmt: skip
    return ask(request, context)


@require_POST
def use(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Say that one's organisation uses it, or no more."""
    actor, page = actor_of(request), page_in_sight(request, NOUN, pk)
    if not library.can_say_use(actor, page):
        raise PermissionDenied
    services.say_use(page, on=request.POST.get("on") != "0", actor=actor)
    return redirect(page)
