"""A person's name and address, corrected by the coordination; what Wagtail's own screens of people do without a trace leads here."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render

from hub.core.accounts.actor import actor_of
from hub.core.accounts.errors import RuleBroken
from hub.core.accounts.forms import IdentityForm
from hub.core.accounts.models import User
from hub.core.accounts.services.identity import correct_identity, edits

NOT_HERE = (
    "Dans la rédaction du site, les comptes se lisent seulement : on entre sur invitation et on perd un rôle depuis la page Équipe de son organisation ; "
    "chaque personne change son mot de passe et demande l’effacement de ses données elle-même."
)


def correct(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Nothing but the name and the address: a password, a role, a closed account have their own ways."""
    user = get_object_or_404(User, pk=pk, is_active=True)
    facts = {"first_name": user.first_name, "last_name": user.last_name, "email": user.email, "edits_site": edits(user)}
    form = IdentityForm(request.POST or None, initial=facts)
    if request.method == "POST" and form.is_valid():
        try:
            changed = correct_identity(user, **form.cleaned_data, actor=actor_of(request))
        except RuleBroken as refusal:
            form.add_error("email", str(refusal))
        else:
            messages.success(request, _told(changed))
            return redirect("accounts:correct_identity", pk=pk)
    return render(request, "accounts/identity.html", {"person": user, "form": form})


def _told(changed: list[str]) -> str:
    if not changed:
        return "Rien n’a changé."
    return "C’est corrigé. La personne est prévenue, à ses deux adresses." if "email" in changed else "C’est corrigé."


def in_the_admin(request: HttpRequest, pk: UUID | None = None, **_: Any) -> HttpResponse:
    """Wagtail's form of an account: the hub's stands in its place."""
    return redirect("accounts:correct_identity", pk=pk)


def not_in_the_admin(request: HttpRequest, **_: Any) -> HttpResponse:
    """Wagtail would write without an audit line, a letter, nor the ledger of erasures."""
    messages.error(request, NOT_HERE)
    return redirect("accounts:organisations")
