from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST

from hub.core.accounts.actor import actor_of
from hub.core.ui.confirm import ask
from workgroups.groups import rules, selectors, services
from workgroups.groups.enums import GroupRole
from workgroups.groups.errors import NotPossible
from workgroups.groups.forms import GuestForm, MemberForm
from workgroups.groups.models import GroupMember, Workgroup
from workgroups.groups.views.shared import group_of


def members(request: HttpRequest, acronym: str) -> HttpResponse:
    """Who is in the group and for whom each speaks; for whoever manages them, the forms that add somebody."""
    actor, group = actor_of(request), group_of(request, acronym)
    can_manage = rules.can_manage_members(actor, group)
    if not (can_manage or rules.can_see_inside(actor, group)):
        raise Http404
    is_guest = request.method == "POST" and "guest_name" in request.POST
    form = MemberForm(request.POST if request.method == "POST" and not is_guest else None)
    guest_form = GuestForm(request.POST if is_guest else None)
    if request.method == "POST":
        if not can_manage:
            raise PermissionDenied
        try:
            if _added(request, group, form, guest_form):
                return redirect("groups:members", acronym)
        except NotPossible as refusal:
            form.add_error("email", str(refusal))
    found = list(selectors.rows_of(group))
    run = [row.pk for row in found if row.facilitates and row.is_there]
    rows = [
        (row, rules.can_remove_member(actor, group, row), row.user_id == actor.user_id, row.facilitates and run in ([], [row.pk]))
        for row in found
    ]
    context = {
        "group": group, "rows": rows, "there": sum(row.is_there for row, *_ in rows),
        "can_manage": can_manage, "form": form, "guest_form": guest_form, "roles": GroupRole,
        "page_errors": bool(form.errors or guest_form.errors),
    }  # fmt: skip
    return render(request, "workgroups/members.html", context)


def _added(request: HttpRequest, group: Workgroup, form: MemberForm, guest_form: GuestForm) -> bool:
    actor = actor_of(request)
    if guest_form.is_bound:
        if not guest_form.is_valid():
            return False
        facts = guest_form.cleaned_data
        services.add_guest(group, name=facts["guest_name"], of=facts["guest_of"], actor=actor, key=facts["key"])
        messages.success(request, f"{facts['guest_name']} est invitée ou invité.")
        return True
    if not form.is_valid():
        return False
    user, organisation = form.found
    services.add_member(group, user=user, organisation=organisation, role=GroupRole(form.cleaned_data["role"]), actor=actor)
    messages.success(request, f"{user.name} est dans le groupe et parle pour {organisation.name}.")
    return True


def _member(request: HttpRequest, group: Workgroup, pk: UUID) -> GroupMember:
    rows = GroupMember.objects.visible_to(actor_of(request)).in_force().filter(workgroup=group)
    row: GroupMember = get_object_or_404(rows.select_related("user", "organisation", "workgroup"), pk=pk)
    return row


@require_POST
def set_role(request: HttpRequest, acronym: str, pk: UUID) -> HttpResponse:
    actor, group = actor_of(request), group_of(request, acronym)
    member = _member(request, group, pk)
    if not rules.can_manage_members(actor, group):
        raise PermissionDenied
    role = request.POST.get("role")
    if role not in GroupRole.values:
        messages.error(request, "Choisissez un rôle.")
        return redirect("groups:members", acronym)
    try:
        services.set_role(member, role=GroupRole(role), actor=actor)
        messages.success(request, f"{member.name} : {GroupRole(role).label}.")
    except NotPossible as refusal:
        messages.error(request, str(refusal))
    return redirect("groups:members", acronym)


def remove_member(request: HttpRequest, acronym: str, pk: UUID) -> HttpResponse:
    """Take somebody out, or leave, after saying what ends."""
    actor, group = actor_of(request), group_of(request, acronym)
    member = _member(request, group, pk)
    if not rules.can_remove_member(actor, group, member):
        raise PermissionDenied
    own = member.user_id is not None and member.user_id == actor.user_id
    if request.method != "POST" and selectors.facilitates_alone(member):
        messages.error(request, services.LAST)
        return redirect("groups:members", acronym)
    if request.method != "POST":
        return ask(request, _before_removal(group, member, own))
    try:
        services.remove_member(member, actor=actor)
        messages.success(request, "Vous avez quitté le groupe." if own else f"{member.name} n’est plus dans le groupe.")
    except NotPossible as refusal:
        messages.error(request, str(refusal))
        return redirect("groups:members", acronym)
    return redirect("groups:groups") if own else redirect("groups:members", acronym)


def _before_removal(group: Workgroup, member: GroupMember, own: bool) -> dict[str, Any]:
    who = "Vous" if own else member.name
    consequences = ["Ce qui a été écrit et décidé reste, avec les noms."]
    if member.user_id:
        reads = "ne lirez plus" if own else "ne lira plus"
        consequences.insert(0, f"{who} {reads} les réunions, les décisions et les documents du groupe, dès la page suivante.")
    return {
        "title": f"Quitter le groupe {group.name}" if own else f"Retirer {member.name} du groupe",
        "text": f"{member.label}, {member.get_role_display()}.",
        "consequences": consequences,
        "action": "Quitter le groupe" if own else "Retirer du groupe",
        "keep": "Rester dans le groupe" if own else "Garder dans le groupe",
        "tone": "bad",
        "cancel_url": reverse("groups:members", args=[group.acronym]),
    }
