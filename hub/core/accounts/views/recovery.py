"""A lost second factor: asked for on the way in, given back by somebody who knows the person."""

from typing import Any
from uuid import UUID

from allauth.account.internal.decorators import login_stage_required
from allauth.mfa.models import Authenticator
from allauth.mfa.stages import AuthenticateStage
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse

from hub.core.accounts import rules
from hub.core.accounts.actor import actor_of
from hub.core.accounts.errors import RuleBroken
from hub.core.accounts.forms import CheckedForm
from hub.core.accounts.models import Recovery, User
from hub.core.accounts.selectors import belongs, recovery_of
from hub.core.accounts.services import ask_recovery, helpers_of, reset_second_factor
from hub.core.accounts.views.members import managed
from hub.core.ui.confirm import ask


@login_stage_required(stage=AuthenticateStage.key, redirect_urlname="account_login")
def lost(request: HttpRequest) -> HttpResponse:
    """After the first factor, in place of the second: ask to be let in again. It opens nothing."""
    user: User = request._login_stage.login.user  # type: ignore[attr-defined]  # set by allauth
    if not Authenticator.objects.filter(user=user).exists():
        return redirect("mfa_authenticate")  # reopened since
    helpers = helpers_of(user)
    if request.method == "POST" and helpers:
        ask_recovery(user)
        return redirect("accounts:lost_factor")
    return render(request, "accounts/lost_factor.html", {"asked": recovery_of(user), "is_alone": not helpers})


def reopen(request: HttpRequest, slug: str, pk: UUID) -> HttpResponse:
    """Reset the second factor of a person of the organisation who asked for it, once one has made sure that it is she."""
    actor, organisation = actor_of(request), managed(request, slug)
    rows = Recovery.objects.visible_to(actor).open().filter(user__memberships__organisation=organisation).distinct()
    row = get_object_or_404(rows.select_related("user"), pk=pk)
    if not rules.can_reopen(actor, row.user, organisation, homes=belongs(row.user)):
        raise PermissionDenied
    form = CheckedForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            reset_second_factor(row.user, organisation=organisation, checked=form.cleaned_data["checked"], actor=actor)
            messages.success(request, f"Le compte de {row.user.name} est rouvert.")
        except RuleBroken as refusal:
            messages.error(request, str(refusal))
        return redirect("accounts:team", slug=slug)
    return ask(request, _words(row.user, slug) | {"form": form})


def _words(user: User, slug: str) -> dict[str, Any]:
    return {
        "title": f"Rouvrir le compte de {user.name}",
        "text": f"{user.name} dit avoir perdu son téléphone et ses codes de secours. Assurez-vous d’abord que c’est bien elle ou lui, autrement "
        "que par un courrier : sa boîte peut être aux mains d’une autre personne.",
        "consequences": [
            "Son second facteur, ses clés d’accès et ses codes de secours sont retirés.",
            "Toutes ses sessions se ferment, sur tous ses appareils.",
            "À sa prochaine connexion, le hub lui en fait choisir un nouveau, si son rôle l’exige.",
            "La personne l’apprend par courrier, et les autres personnes qui gèrent les membres aussi.",
        ],
        "action": "Rouvrir le compte", "keep": "Ne rien changer", "tone": "bad", "cancel_url": reverse("accounts:team", args=[slug]),
    }  # fmt: skip
