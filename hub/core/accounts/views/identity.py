"""A person's name and address, corrected by the coordination; what Wagtail's own screens of people do without a trace leads here."""

from types import SimpleNamespace
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render

from hub.core.accounts.actor import actor_of
from hub.core.accounts.errors import IdentityWasChanged, RuleBroken
from hub.core.accounts.forms import IdentityForm
from hub.core.accounts.models import Organisation, User
from hub.core.accounts.selectors import belongs
from hub.core.accounts.services.identity import NO_EDITORS, correct_identity, facts_of
from hub.core.kit.ordering import alphabetical
from hub.core.ui.conflicts import differing, reopen

NOT_HERE = (
    "Dans la rédaction du site, les comptes se lisent seulement : on entre sur invitation et on perd un rôle depuis la page Équipe de son organisation ; "
    "chaque personne change son mot de passe et demande l’effacement de ses données elle-même."
)


def correct(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Nothing but the name and the address: a password, a role, a closed account have their own ways."""
    user = get_object_or_404(User, pk=pk, is_active=True)
    form, conflict = IdentityForm(request.POST or None, initial=facts_of(user)), None
    if request.method == "POST" and form.is_valid():
        facts = dict(form.cleaned_data)
        seen = facts.pop("version") or 0
        try:
            changed = correct_identity(user, **facts, actor=actor_of(request), based_on=seen)
        except RuleBroken as refusal:
            form.add_error("edits_site" if str(refusal) == NO_EDITORS else "email", str(refusal))
        except IdentityWasChanged as change:
            conflict = differing(form, SimpleNamespace(**change.theirs), form.COMPARED)
            reopen(form, "version", change.theirs["version"])
        else:
            messages.success(request, _told(changed))
            return redirect("accounts:correct_identity", pk=pk)
    homes = Organisation.objects.filter(pk__in=belongs(user)).order_by(alphabetical("name"), "pk")
    context = {"person": user, "homes": homes, "form": form, "conflict": conflict, "page_errors": conflict is not None}
    return render(request, "accounts/identity.html", context, status=409 if conflict is not None else 200)


def _told(changed: list[str]) -> str:
    if not changed:
        return "Rien n’a changé."
    if "email" in changed:
        return "C’est corrigé. La personne est prévenue, à ses deux adresses."
    return "C’est corrigé. La personne est prévenue." if "edits_site" in changed else "C’est corrigé."


def in_the_admin(request: HttpRequest, pk: UUID | None = None, **_: Any) -> HttpResponse:
    """Wagtail's form of an account: the hub's stands in its place."""
    return redirect("accounts:correct_identity", pk=pk)


def not_in_the_admin(request: HttpRequest, **_: Any) -> HttpResponse:
    """Wagtail would write without an audit line, a letter, nor the ledger of erasures."""
    messages.error(request, NOT_HERE)
    return redirect("accounts:organisations")
