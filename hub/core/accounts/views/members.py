from itertools import groupby
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST

from hub.core.accounts import rules
from hub.core.accounts.actor import Actor, actor_of
from hub.core.accounts.errors import InvitationIsUsed, RuleBroken
from hub.core.accounts.forms import InviteForm
from hub.core.accounts.models import Invitation, Membership, Organisation, Recovery, Role
from hub.core.accounts.permissions import Permission
from hub.core.accounts.selectors import homes_of, invitations_open_to, is_last_membership, names_left_by
from hub.core.accounts.services import invite, withdraw, withdraw_role
from hub.core.accounts.services.invitations import serving
from hub.core.ui.confirm import ask


def managed(request: HttpRequest, slug: str) -> Organisation:
    """The organisation whose team the actor manages; any other does not exist for her."""
    organisation = get_object_or_404(Organisation, slug=slug)
    if not rules.can_manage_members(actor_of(request), organisation):
        raise Http404
    return organisation


def team(request: HttpRequest, slug: str) -> HttpResponse:
    """Support team of an organisation: who holds which role, invitations under way, and the form to invite."""
    organisation = managed(request, slug)
    actor = actor_of(request)
    roles = [role.pk for role in Role.objects.all() if rules.can_give(actor, role, organisation)]
    form = InviteForm(request.POST or None, roles=Role.objects.filter(pk__in=roles))
    if request.method == "POST" and form.is_valid():
        try:
            invite(form.cleaned_data["email"], organisation=organisation, role=form.cleaned_data["role"], actor=actor)
            messages.success(request, f"Invitation envoyée à {form.cleaned_data['email']}.")
            return redirect("accounts:team", slug=slug)
        except RuleBroken as refusal:
            form.add_error(None, str(refusal))
    held = Membership.objects.visible_to(actor).in_force().filter(organisation=organisation, role__is_staff=True)
    held = held.select_related("user", "role").order_by("user__sort_name", "user_id", "role__rank")
    people = [(user, list(rows)) for user, rows in groupby(held, key=lambda row: row.user)]
    pending = Invitation.objects.visible_to(actor).filter(organisation=organisation, accepted_at=None, withdrawn_at=None)
    context = {
        "organisation": organisation,
        "people": people,
        "pending": [
            (row, still, row.role_id in roles) for row, still in serving(pending.select_related("organisation", "role", "invited_by"))
        ],
        "form": form,
        "locked_out": _locked_out(actor, organisation),
        "can_take_data_away": rules.can_take_data_away(actor, organisation),
    }
    return render(request, "accounts/team.html", context)


def _locked_out(actor: Actor, organisation: Organisation) -> list[tuple[Recovery, bool]]:
    """Who lost a second factor and asks to be let in again, of the organisation's people and, belonging nowhere now, of those it had; whether
    the actor may do it."""
    ever = Membership.objects.visible_to(actor).filter(organisation=organisation)
    rows = Recovery.objects.visible_to(actor).open().filter(user__in=ever.values("user")).select_related("user").order_by("created_at")
    homes = homes_of([row.user for row in rows])
    here = [row for row in rows if not homes[row.user_id] or organisation.pk in homes[row.user_id]]
    return [(row, rules.can_reopen(actor, row.user, organisation, homes=homes[row.user_id])) for row in here]


def withdraw_member_role(request: HttpRequest, slug: str, pk: UUID) -> HttpResponse:
    organisation = managed(request, slug)
    rows = Membership.objects.visible_to(actor_of(request)).in_force().select_related("organisation", "user", "role")
    row = get_object_or_404(rows, pk=pk, organisation=organisation)
    if not rules.can_give(actor_of(request), row.role, organisation):
        raise PermissionDenied
    if request.method != "POST":
        return ask(request, _before_withdrawal(request, row))
    try:
        withdraw_role(row, actor=actor_of(request))
        messages.success(request, f"{row.user.name} n’a plus le rôle « {row.role.label} ».")
    except RuleBroken as refusal:
        messages.error(request, str(refusal))
    return redirect("accounts:team", slug=slug)


def _before_withdrawal(request: HttpRequest, row: Membership) -> dict[str, Any]:
    """What the page that asks says: what ends, and for whom when it is oneself."""
    is_own = row.user_id == actor_of(request).user_id
    held = Membership.objects.visible_to(actor_of(request)).in_force()
    others = held.filter(organisation=row.organisation_id).exclude(pk=row.pk).select_related("role")
    consequences = ["Ses droits se ferment à la requête suivante, sur tous ses appareils.", "Ce qui a été signé ou enregistré reste."]
    if is_own:
        consequences.insert(0, "C’est votre propre rôle : vous ne pourrez pas vous le redonner.")
    if Permission.MEMBERS_MANAGE in row.role.permissions and not any(Permission.MEMBERS_MANAGE in one.role.permissions for one in others):
        consequences.insert(0, f"Plus personne ne pourra inviter chez {row.organisation.name} : la fédération devra le faire.")
    consequences += [
        f"La convention {one.number}, pour {one.beneficiary.name}, porte son nom : les deux CAE sont prévenues, une autre personne est à nommer."
        for one in names_left_by(row)
    ]
    if invitations_open_to(row).filter(role=row.role_id).exists():
        consequences.append("Une invitation pour ce rôle lui reste ouverte : son lien ne marchera plus.")
    if is_last_membership(row):
        consequences.append("C’est son dernier rattachement : son compte se fermera 90 jours après. La personne l’apprend par courrier.")
    return {
        "title": f"Retirer le rôle à {row.user.name}", "text": f"{row.user.name}, {row.role.label}, {row.organisation.name}.",
        "consequences": consequences, "action": "Retirer le rôle", "keep": "Garder le rôle", "tone": "bad",
        "cancel_url": reverse("accounts:team", args=[row.organisation.slug]),
    }  # fmt: skip


@require_POST
def withdraw_invitation(request: HttpRequest, slug: str, pk: UUID) -> HttpResponse:
    organisation = managed(request, slug)
    rows = Invitation.objects.visible_to(actor_of(request))
    row = get_object_or_404(rows, pk=pk, organisation=organisation)
    try:
        withdraw(row, actor=actor_of(request))
        messages.success(request, "Invitation retirée : son lien ne marche plus.")
    except InvitationIsUsed:
        row.refresh_from_db()
        is_in = "Cette invitation est déjà acceptée : la personne a le rôle, que vous pouvez lui retirer."
        messages.error(request, is_in if row.accepted_at else "Cette invitation était déjà retirée.")
    return redirect("accounts:team", slug=slug)
