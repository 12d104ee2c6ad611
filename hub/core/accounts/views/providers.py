"""Sign-in by an organisation's own identity provider, and the coordinator's screen that records it."""

import logging
from secrets import compare_digest
from typing import Any

from allauth.account.internal.flows.login import record_authentication
from allauth.account.utils import perform_login
from allauth.core.internal import ratelimit
from django.conf import settings
from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.cache import never_cache

from hub.core.accounts import oidc, second_factor
from hub.core.accounts.actor import Actor, actor_of
from hub.core.accounts.errors import ProviderRefused, ProviderWasChanged, RuleBroken
from hub.core.accounts.forms import AddressForm, IdentityProviderForm
from hub.core.accounts.models import IdentityProvider, Organisation
from hub.core.accounts.services import remove_identity_provider, set_identity_provider
from hub.core.accounts.services.providers import person_of
from hub.core.audit import services as audit
from hub.core.kit.text import in_sentence
from hub.core.ui.confirm import ask
from hub.core.ui.conflicts import differing, reopen

logger = logging.getLogger(__name__)
MEMORY = "hub.oidc"
REFUSED = (
    "La connexion par votre organisation n’a pas ouvert de compte ici. Connectez-vous avec votre adresse, ou demandez à votre organisation."
)


def _provider(slug: str) -> IdentityProvider:
    return get_object_or_404(IdentityProvider.objects.select_related("organisation"), organisation__slug=slug)


def _back(slug: str) -> str:
    return settings.WAGTAILADMIN_BASE_URL + reverse("accounts:provider_return", args=[slug])


def choose(request: HttpRequest) -> HttpResponse:
    """From an address to the organisation that answers for it: a list would name those that do not show themselves.

    The way goes on by a link: the content security policy stops a form that ends on another site.
    """
    form, found = AddressForm(request.POST or None), None
    if request.method == "POST" and form.is_valid():
        domain = form.cleaned_data["email"].rpartition("@")[2].lower()
        found = next((row for row in IdentityProvider.objects.select_related("organisation") if domain in row.domains), None)
        if found is None:
            form.add_error("email", "Aucune organisation du hub n’a de service de connexion pour cette adresse.")
    return render(request, "accounts/providers.html", {"form": form, "found": found, "next": request.GET.get("next", "")})


def _too_many(request: HttpRequest, provider: IdentityProvider, action: str) -> HttpResponse | None:
    """The page of who comes too often from one address (ACCOUNT_RATE_LIMITS)."""
    if ratelimit.consume(request, app="allauth.account", action=action, limit_get=True):
        return None
    request.too_many_attempts = True  # type: ignore[attr-defined]  # ours, on the request
    messages.error(request, "Trop d’essais. Réessayez dans 15 minutes, ou connectez-vous avec votre adresse.")
    return render(request, "accounts/providers.html", {"found": provider, "next": request.GET.get("next", "")})


@never_cache
def start(request: HttpRequest, slug: str) -> HttpResponse:
    """Send the browser to the provider; its session remembers what must come back."""
    provider = _provider(slug)
    if refused := _too_many(request, provider, "identity_provider"):
        return refused
    try:
        address, memory = oidc.begin(provider.issuer, client_id=provider.client_id, back=_back(slug))
    except ProviderRefused as refusal:
        return _refuse(request, provider, refusal)
    request.session[MEMORY] = memory | {"provider": str(provider.pk), "next": request.GET.get("next", "")}
    return HttpResponseRedirect(address)


@never_cache
def come_back(request: HttpRequest, slug: str) -> HttpResponse:
    """What the provider says of the person opens her account, or nothing. A question is answered once."""
    provider = _provider(slug)
    if refused := _too_many(request, provider, "identity_provider_return"):
        return refused
    memory = request.session.pop(MEMORY, {})
    if memory.get("provider") != str(provider.pk):  # this browser asked nothing: anybody may write such an address
        messages.error(request, REFUSED)
        return redirect("account_login")
    try:
        if not compare_digest(memory["state"].encode(), request.GET.get("state", "").encode()):
            raise ProviderRefused("state")
        if not request.GET.get("code"):
            raise ProviderRefused("no code")
        claims = oidc.identity(
            provider.issuer, client_id=provider.client_id, client_secret=provider.secret, back=_back(slug), code=request.GET["code"],
            memory=memory,
        )  # fmt: skip
        user = person_of(provider, claims)
    except ProviderRefused as refusal:
        return _refuse(request, provider, refusal)
    if oidc.has_second_factor(claims, provider.second_factor_values):
        second_factor.show_elsewhere(request)
    record_authentication(request, user, "oidc", provider=str(provider.pk))
    target = memory["next"] if url_has_allowed_host_and_scheme(memory["next"], {request.get_host()}, request.is_secure()) else None
    answer: HttpResponse = perform_login(request, user, redirect_url=target, signal_kwargs={"identity_provider": str(provider.pk)})
    if request.user == user and second_factor.was_shown_elsewhere(request):
        second_factor.mark_done(request)
    return answer


def _refuse(request: HttpRequest, provider: IdentityProvider, refusal: ProviderRefused) -> HttpResponse:
    """One sentence whatever the reason: which address has an account is not told."""
    logger.warning("connexion par fournisseur refusée (%s)", refusal)
    with transaction.atomic():
        audit.record(
            "accounts.sign_in.refuse", actor=Actor.anonymous(), organisation=provider.organisation, data={"identity_provider": str(refusal)}
        )
    messages.error(request, REFUSED)
    return redirect("account_login")


def record(request: HttpRequest, slug: str) -> HttpResponse:
    """Record an organisation's provider, or change it; the secret is never shown again."""
    organisation = get_object_or_404(Organisation, slug=slug)
    row = IdentityProvider.objects.filter(organisation=organisation).first()
    form, conflict = IdentityProviderForm(request.POST or None, initial=IdentityProviderForm.as_typed(row)), None
    form.fields["secret"].required = row is None
    if row:
        form.fields["secret"].help_text = "Laissez vide pour garder celui qui est enregistré."
    if request.method == "POST" and form.is_valid():
        facts = dict(form.cleaned_data)
        secret, seen = facts.pop("secret"), facts.pop("version") or 0
        try:
            set_identity_provider(organisation, secret=secret, facts=facts, actor=actor_of(request), based_on=seen)
            messages.success(request, f"Les gens {in_sentence(organisation.name)} peuvent se connecter par leur fournisseur.")
            return redirect("accounts:identity_provider", slug=slug)
        except RuleBroken as refusal:
            form.add_error(None, str(refusal))
        except ProviderWasChanged as change:
            typed = IdentityProviderForm.as_typed(change.theirs)
            conflict = differing(form, type("Typed", (), typed), form.COMPARED)
            reopen(form, "version", typed["version"])
    context: dict[str, Any] = {"organisation": organisation, "provider": row, "form": form, "back": _back(slug), "conflict": conflict}
    context |= {"page_errors": conflict is not None}
    return render(request, "accounts/identity_provider.html", context, status=409 if conflict is not None else 200)


def remove(request: HttpRequest, slug: str) -> HttpResponse:
    provider = _provider(slug)
    if request.method == "POST":
        remove_identity_provider(provider, actor=actor_of(request))
        messages.success(request, f"{provider.organisation.name} n’a plus de fournisseur d’identité.")
        return redirect("accounts:organisations")
    consequences = [
        "Plus personne ne se connecte par lui ; les sessions qu’il a ouvertes se ferment.",
        "Chacun garde son compte, et se connecte avec son adresse.",
    ]
    context = {
        "title": "Retirer le fournisseur d’identité", "text": f"{provider.organisation.name}, {provider.issuer}.",
        "consequences": consequences, "action": "Retirer le fournisseur", "keep": "Garder le fournisseur", "tone": "bad",
        "cancel_url": reverse("accounts:identity_provider", args=[slug]),
    }  # fmt: skip
    return ask(request, context)
