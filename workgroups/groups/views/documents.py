from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST

from hub.core.accounts.actor import actor_of
from hub.core.documents.forms import PrivateFileField
from hub.core.ui.confirm import ask
from workgroups.groups import rules, services
from workgroups.groups.errors import NotPossible
from workgroups.groups.forms import DocumentForm
from workgroups.groups.models import GroupDocument, Workgroup
from workgroups.groups.views.shared import group_of, group_written

PER_PAGE = 30


def documents(request: HttpRequest, acronym: str) -> HttpResponse:
    """Files of the group, newest first; the federation sees those that the group opened."""
    actor, group = actor_of(request), group_of(request, acronym)
    can_write = rules.can_write(actor, group)
    form = DocumentForm(request.POST or None, request.FILES or None)
    if request.method == "POST":
        if not can_write:
            raise PermissionDenied
        PrivateFileField.bind(form, actor, group.convener)
        if form.is_valid():
            facts = form.cleaned_data
            services.add_document(
                group, title=facts["title"], upload=facts["file"], is_open=facts["is_open"], actor=actor, key=facts["key"]
            )
            messages.success(request, "Document déposé.")
            PrivateFileField.say_waiting(request, form)
            return redirect("groups:documents", acronym)
    rows = GroupDocument.objects.visible_to(actor).filter(workgroup=group).select_related("file", "added_by")
    page = Paginator(rows, PER_PAGE).get_page(request.GET.get("page"))
    context = {"group": group, "page": page, "form": form, "can_write": can_write, "inside": rules.can_see_inside(actor, group)}
    return render(request, "workgroups/documents.html", context)


def _document(request: HttpRequest, group: Workgroup, pk: UUID) -> GroupDocument:
    rows = GroupDocument.objects.visible_to(actor_of(request)).filter(workgroup=group).select_related("file", "workgroup__convener")
    row: GroupDocument = get_object_or_404(rows, pk=pk)
    return row


@require_POST
def set_open(request: HttpRequest, acronym: str, pk: UUID) -> HttpResponse:
    group = group_written(request, acronym)
    document = _document(request, group, pk)
    is_open = request.POST.get("is_open") == "1"
    words = "La fédération lit maintenant" if is_open else "Le groupe seul lit maintenant"
    try:
        services.set_document_open(document, is_open=is_open, actor=actor_of(request))
        messages.success(request, f"{words} « {document.title} ».")
    except NotPossible as refusal:
        messages.error(request, str(refusal))
    return redirect("groups:documents", acronym)


def remove(request: HttpRequest, acronym: str, pk: UUID) -> HttpResponse:
    group = group_written(request, acronym)
    document = _document(request, group, pk)
    if request.method != "POST":
        context = {
            "title": f"Retirer « {document.title} »",
            "text": "Le fichier est effacé du hub.",
            "consequences": ["Personne ne pourra plus le lire ni le reprendre.", "Le journal d’audit garde la trace de ce retrait."],
            "action": "Retirer le document", "keep": "Garder le document", "tone": "bad",
            "cancel_url": reverse("groups:documents", args=[acronym]),
        }  # fmt: skip
        return ask(request, context)
    services.remove_document(document, actor=actor_of(request))
    messages.success(request, "Document retiré.")
    return redirect("groups:documents", acronym)
