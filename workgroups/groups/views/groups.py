from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST

from hub.core.accounts.actor import actor_of
from hub.core.accounts.models import Organisation, User
from hub.core.ui.confirm import ask
from hub.core.ui.conflicts import differing, reopen
from workgroups.groups import rules, selectors, services
from workgroups.groups.enums import UNSEEN, WorkgroupStatus
from workgroups.groups.errors import NotPossible, WasChanged
from workgroups.groups.forms import GroupForm, NewGroupForm
from workgroups.groups.models import Workgroup
from workgroups.groups.views.shared import group_of


def groups(request: HttpRequest) -> HttpResponse:
    """Groups at work, then those in preparation and those that are over."""
    actor = actor_of(request)
    found = list(selectors.groups(actor))
    context = {
        "active": [group for group in found if group.status == WorkgroupStatus.ACTIVE],
        "preparing": [group for group in found if group.status == WorkgroupStatus.PREPARING],
        "ended": [group for group in found if group.status == WorkgroupStatus.ENDED],
        "abandoned": [group for group in found if group.status == WorkgroupStatus.ABANDONED],
        "can_create": rules.can_create_group(actor),
    }
    return render(request, "workgroups/groups.html", context)


def new_group(request: HttpRequest) -> HttpResponse:
    """Begin a group: whoever creates it runs it first, and speaks for the organisation she acts for."""
    actor = actor_of(request)
    if not rules.can_create_group(actor):
        raise PermissionDenied
    form = NewGroupForm(request.POST or None, home=actor.organisation_id)
    if request.method == "POST" and form.is_valid():
        person, home = User.objects.get(pk=str(actor.user_id)), Organisation.objects.get(pk=str(actor.organisation_id))
        acronym, key = form.cleaned_data["acronym"], form.cleaned_data["key"]
        try:
            group = services.create_group(acronym=acronym, facts=form.facts(), facilitator=person, organisation=home, actor=actor, key=key)
            messages.success(request, "Groupe créé. Ses membres seuls le voient, jusqu’à ce que vous l’ouvriez.")
            return redirect("groups:group", group.acronym)
        except NotPossible as refusal:
            form.add_error("acronym", str(refusal))
    return render(request, "workgroups/group_form.html", {"form": form})


def group(request: HttpRequest, acronym: str) -> HttpResponse:
    actor, found = actor_of(request), group_of(request, acronym)
    context = {
        "group": found,
        "facilitators": selectors.facilitators(found),
        "organisations": selectors.organisations(found),
        "inside": rules.can_see_inside(actor, found),
        "reads_charter": rules.can_read_charter(actor, found),
        "can_edit": rules.can_edit_group(actor, found),
        "can_facilitate": rules.can_facilitate(actor, found),
    }
    return render(request, "workgroups/group.html", context)


def edit_group(request: HttpRequest, acronym: str) -> HttpResponse:
    """Presentation and charter; a text saved meanwhile by somebody else is shown beside the one typed."""
    actor, found = actor_of(request), group_of(request, acronym)
    if not rules.can_edit_group(actor, found):
        raise PermissionDenied
    form, conflict = GroupForm(request.POST or None, instance=found, home=actor.organisation_id), None
    if request.method == "POST" and form.is_valid():
        try:
            services.update_group(found, facts=form.facts(), actor=actor, based_on=form.cleaned_data["version"] or 0)
            messages.success(request, "Présentation enregistrée.")
            return redirect("groups:group", acronym)
        except WasChanged as change:
            conflict = differing(form, change.theirs, services.groups.CONTENT)
            reopen(form, "version", change.theirs.version)
    context = {"group": found, "form": form, "conflict": conflict, "page_errors": conflict is not None}
    return render(request, "workgroups/group_form.html", context, status=409 if conflict is not None else 200)


@require_POST
def open_group(request: HttpRequest, acronym: str) -> HttpResponse:
    """Show a prepared group to the federation, take up one that had ended, or the preparation of one that was abandoned."""
    actor, found = actor_of(request), group_of(request, acronym)
    if not rules.can_facilitate(actor, found):
        raise PermissionDenied
    is_resumed = request.POST.get("status") == WorkgroupStatus.PREPARING
    try:
        if is_resumed:
            services.move_group(found, status=WorkgroupStatus.PREPARING, actor=actor)
            messages.success(request, "La préparation reprend. Ses membres seuls voient le groupe.")
        else:
            services.move_group(found, status=WorkgroupStatus.ACTIVE, actor=actor)
            messages.success(request, "Le groupe est ouvert : la fédération lit sa présentation et sa charte.")
    except NotPossible as refusal:
        messages.info(request, "Le groupe était déjà ouvert." if found.status == WorkgroupStatus.ACTIVE else str(refusal))
    return redirect("groups:group", acronym)


def end_group(request: HttpRequest, acronym: str) -> HttpResponse:
    """End a group, after saying what stays."""
    actor, found = actor_of(request), group_of(request, acronym)
    if not rules.can_facilitate(actor, found):
        raise PermissionDenied
    if found.status in UNSEEN:
        messages.info(request, "Un groupe qui ne s’est jamais ouvert ne se termine pas : sa préparation s’abandonne.")
        return redirect("groups:group", acronym)
    if request.method != "POST":
        context = {
            "title": f"Terminer le groupe {found.name}",
            "text": "Le groupe n’écrira plus rien ici.",
            "consequences": [
                "Tout ce qu’il a écrit se lit encore, par les mêmes personnes.",
                "Sa feuille de route publiée reste, avec les réponses des CAE.",
                "Vous pourrez le reprendre.",
            ],
            "action": "Terminer le groupe", "keep": "Garder le groupe en activité", "tone": "bad",
            "cancel_url": reverse("groups:group", args=[acronym]),
        }  # fmt: skip
        return ask(request, context)
    try:
        services.move_group(found, status=WorkgroupStatus.ENDED, actor=actor)
        messages.success(request, "Le groupe est terminé.")
    except NotPossible:
        messages.info(request, "Le groupe était déjà terminé.")
    return redirect("groups:group", acronym)


def abandon_group(request: HttpRequest, acronym: str) -> HttpResponse:
    """End a preparation, after saying whether the group goes or stays with its people."""
    actor, found = actor_of(request), group_of(request, acronym)
    if not rules.can_facilitate(actor, found):
        raise PermissionDenied
    if found.status != WorkgroupStatus.PREPARING:
        messages.info(request, "Le groupe n’est pas en préparation.")
        return redirect("groups:group", acronym)
    if request.method != "POST":
        return ask(request, _before_abandoning(found))
    try:
        kept = services.abandon_group(found, actor=actor)
    except NotPossible as refusal:
        messages.error(request, str(refusal))
        return redirect("groups:group", acronym)
    if kept is None:
        messages.success(request, f"Le groupe {found.name} est effacé, son acronyme est libre.")
        return redirect("groups:groups")
    messages.success(request, "La préparation est abandonnée.")
    return redirect("groups:group", acronym)


def _before_abandoning(group: Workgroup) -> dict[str, Any]:
    if selectors.is_bare(group):
        consequences = [
            "Le groupe n’a encore rien écrit ici : il est effacé, avec sa présentation, sa charte et la liste de ses membres.",
            f"Son acronyme, {group.acronym}, redevient libre.",
            "Cela ne se défait pas.",
        ]
    else:
        consequences = [
            "Ce qu’il a écrit se lit encore, par ses membres seuls.",
            f"Son acronyme, {group.acronym}, reste pris.",
            "Vous pourrez reprendre la préparation.",
        ]
    return {
        "title": f"Abandonner la préparation du groupe {group.name}", "text": "Le groupe ne s’ouvrira pas à la fédération.",
        "consequences": consequences, "action": "Abandonner la préparation", "keep": "Continuer la préparation", "tone": "bad",
        "cancel_url": reverse("groups:group", args=[group.acronym]),
    }  # fmt: skip
