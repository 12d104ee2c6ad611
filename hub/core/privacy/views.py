from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from hub.core.accounts.actor import actor_of
from hub.core.accounts.errors import RuleBroken
from hub.core.accounts.models import Organisation, User
from hub.core.accounts.own_keys import by_own_keys
from hub.core.accounts.rules import can_take_data_away
from hub.core.kit.dates import long_date_fr, today
from hub.core.kit.text import named, of
from hub.core.privacy import exports, services
from hub.core.privacy.forms import ErasureForm, KeepForm
from hub.core.privacy.held import holdings
from hub.core.privacy.models import Erasure
from hub.core.ui.confirm import ask


@require_safe
def own_data(request: HttpRequest) -> HttpResponse:
    """What the hub holds of me, why, how long, and what erasing would do."""
    actor = actor_of(request)
    erasure = Erasure.objects.visible_to(actor).filter(done_at=None).first()
    user = _person(request)
    context = {"user": user, "holdings": holdings(user), "erasure": erasure, "closes_on": services.closes_on(user, today())}
    return render(request, "privacy/own_data.html", context)


@require_POST
@by_own_keys
def own_export(request: HttpRequest) -> HttpResponse:
    """All of it, as one file to take away."""
    data = exports.person_archive(_person(request), actor=actor_of(request))
    return _download(data, f"mes-donnees-{today().isoformat()}.zip")


@require_http_methods(["GET", "HEAD", "POST"])
@by_own_keys
def ask_erasure(request: HttpRequest) -> HttpResponse:
    user = _person(request)
    form = ErasureForm(request.POST or None, expected=user.email)
    if request.method == "POST" and form.is_valid():
        try:
            services.ask(user, actor=actor_of(request))
        except RuleBroken as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, "Votre demande est enregistrée. Vous pouvez y renoncer jusqu’au jour dit.")
            return redirect("privacy:own_data")
    return render(request, "privacy/ask_erasure.html", {"form": form, "days": services.REFLECTION.days, "holdings": holdings(user)})


@require_POST
def withdraw_erasure(request: HttpRequest) -> HttpResponse:
    if services.withdraw(_person(request), actor=actor_of(request)):
        messages.success(request, "Votre compte est gardé.")
    return redirect("privacy:own_data")


@require_http_methods(["GET", "HEAD", "POST"])
@by_own_keys
def person_erasure(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The coordinator erases somebody who asked by voice or letter, and cannot do it herself; the person is told, and may stop it."""
    user = get_object_or_404(User.objects.filter(is_active=True).exclude(pk=_person(request).pk), pk=pk)
    back = reverse("accounts:correct_identity", args=[pk])
    if request.method == "POST" and KeepForm(request.POST).is_valid():
        services.withdraw(user, actor=actor_of(request))
        messages.success(request, f"Le compte{of(user.name)}{user.name} est gardé, et la personne prévenue.")
        return redirect(back)
    pending = services.pending(user)
    if pending is not None and request.method == "POST":  # the same form twice
        messages.info(request, f"L’effacement est déjà prévu, pour le {long_date_fr(pending.due_at)}.")
        return redirect(back)
    if pending is not None:
        context: dict[str, Any] = {
            "title": named("Effacement", user.name), "text": f"Ce compte sera effacé le {long_date_fr(pending.due_at)}.",
            "consequences": ["Si vous le gardez, la personne l’apprend par courrier : elle peut l’avoir demandé elle-même."],
            "form": KeepForm(), "action": "Garder le compte", "keep": "Revenir", "cancel_url": back,
        }  # fmt: skip
        return ask(request, context)
    form = ErasureForm(request.POST or None, expected=user.email, whose="de la personne")
    if request.method == "POST" and form.is_valid():
        try:
            services.ask(user, actor=actor_of(request))
            messages.success(request, "L’effacement est prévu, et la personne prévenue.")
            return redirect(back)
        except RuleBroken as refusal:
            form.add_error(None, str(refusal))
    context = {
        "title": named("Effacement", user.name), "text": "Pour une demande reçue de vive voix ou par lettre : assurez-vous que c’est bien elle ou lui.",
        "consequences": [
            f"Le compte s’efface dans {services.REFLECTION.days} jours. La personne l’apprend par courrier et peut y renoncer d’ici là ; vous aussi.",
            "Ce que la loi fait garder, une convention signée, une feuille d’émargement, reste son temps.",
        ],
        "form": form, "action": "Prévoir l’effacement", "keep": "Revenir sans effacer", "cancel_url": back, "tone": "bad",
    }  # fmt: skip
    return ask(request, context)


@require_http_methods(["GET", "HEAD", "POST"])
def organisation_export(request: HttpRequest, slug: str) -> HttpResponse:
    """All that an organisation entered and that is about it, for whoever manages it."""
    actor = actor_of(request)
    organisation = get_object_or_404(Organisation, slug=slug)
    if not can_take_data_away(actor, organisation):
        raise Http404
    if request.method == "POST":
        return _download(exports.organisation_archive(organisation, actor=actor), f"{organisation.slug}-{today().isoformat()}.zip")
    return render(request, "privacy/organisation_export.html", {"organisation": organisation})


def _person(request: HttpRequest) -> User:
    return request.user  # type: ignore[return-value]  # signed in, says the permission matrix


def _download(data: bytes, name: str) -> HttpResponse:
    response = HttpResponse(data, content_type="application/zip")
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    response["Cache-Control"] = "no-store"
    return response
