"""A lost second factor: asked for on the way in, given back by somebody who knows the person."""

from typing import Any
from uuid import UUID

from allauth.mfa.models import Authenticator
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache

from hub.core.accounts import rules
from hub.core.accounts.actor import actor_of
from hub.core.accounts.errors import RuleBroken
from hub.core.accounts.forms import CheckedForm
from hub.core.accounts.models import Organisation, Recovery, User
from hub.core.accounts.selectors import belongs, coordinators, recovery_of
from hub.core.accounts.services import ask_recovery, dismiss_recovery, helpers_of, reopening_link
from hub.core.accounts.stages import second_factor_pending
from hub.core.accounts.views.members import managed
from hub.core.kit.text import named
from hub.core.ui.confirm import ask


@second_factor_pending
def lost(request: HttpRequest) -> HttpResponse:
    """After the first factor, in place of the second: ask to be let in again. It opens nothing."""
    user: User = request._login_stage.login.user  # type: ignore[attr-defined]  # set by allauth
    if not Authenticator.objects.filter(user=user).exists():
        return redirect("mfa_authenticate")  # reopened since
    helpers = helpers_of(user)
    if request.method == "POST" and helpers:
        ask_recovery(user)
        return redirect("accounts:lost_factor")
    far = {one.pk for one in coordinators()}
    context = {"asked": recovery_of(user), "is_alone": not helpers, "is_near": any(one.pk not in far for one, _ in helpers)}
    return render(request, "accounts/lost_factor.html", context)


def _asked(request: HttpRequest, slug: str, pk: UUID) -> tuple[User, Organisation]:
    """Who of the organisation asks to be let in again, for whoever may answer."""
    actor, organisation = actor_of(request), managed(request, slug)
    rows = Recovery.objects.visible_to(actor).open().filter(user__memberships__organisation=organisation).distinct()
    user = get_object_or_404(rows.select_related("user"), pk=pk).user
    if not rules.can_reopen(actor, user, organisation, homes=belongs(user)):
        raise PermissionDenied
    return user, organisation


@never_cache
def reopen(request: HttpRequest, slug: str, pk: UUID) -> HttpResponse:
    """Show, once one has made sure that it is she, the link by which a person of the organisation who asked for it opens her account."""
    user, organisation = _asked(request, slug, pk)
    form = CheckedForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            link = reopening_link(user, organisation=organisation, checked=form.cleaned_data["checked"], actor=actor_of(request))
            return render(request, "accounts/reopened.html", {"link": link, "user_name": user.name, "slug": slug})
        except RuleBroken as refusal:
            messages.error(request, str(refusal))
            return redirect("accounts:team", slug=slug)
    return ask(request, _words(user, slug) | {"form": form})


def dismiss(request: HttpRequest, slug: str, pk: UUID) -> HttpResponse:
    """Put aside a request that its owner did not make, or makes no more."""
    user, organisation = _asked(request, slug, pk)
    if request.method == "POST":
        try:
            dismiss_recovery(user, organisation=organisation, actor=actor_of(request))
            messages.success(request, f"{named('La demande', user.name)} est écartée.")
        except RuleBroken as refusal:
            messages.error(request, str(refusal))
        return redirect("accounts:team", slug=slug)
    return ask(request, {
        "title": named("Écarter la demande", user.name),
        "text": "Elle ou il n’a rien demandé, ou a retrouvé de quoi se connecter.",
        "consequences": [
            "Rien ne change à son compte : son second facteur et ses sessions restent.",
            "La personne l’apprend par courrier. Elle peut demander de nouveau.",
            "Si elle n’a rien demandé, quelqu’un connaît son mot de passe : dites-lui d’en choisir un autre.",
        ],
        "action": "Écarter la demande", "keep": "Ne rien changer", "cancel_url": reverse("accounts:team", args=[slug]),
    })  # fmt: skip


def _words(user: User, slug: str) -> dict[str, Any]:
    return {
        "title": named("Rouvrir le compte", user.name),
        "text": f"{user.name} dit avoir perdu son téléphone et ses codes de secours. Assurez-vous d’abord que c’est bien elle ou lui, autrement "
        "que par un courrier : sa boîte peut être aux mains d’une autre personne.",
        "consequences": [
            "Le hub vous montre un lien à lui donner, en main propre ou au numéro que vous connaissez : il sert une fois, pendant deux jours.",
            "Par ce lien, elle ou il choisit un nouveau mot de passe et un nouveau second facteur. Rien ne change avant.",
            "Alors ses clés d’accès et ses codes de secours d’avant sont retirés, et toutes ses sessions se ferment.",
            "La personne l’apprend par courrier ; les autres personnes qui gèrent les membres, dès maintenant.",
        ],
        "action": "Rouvrir le compte", "keep": "Ne rien changer", "tone": "bad", "cancel_url": reverse("accounts:team", args=[slug]),
    }  # fmt: skip
