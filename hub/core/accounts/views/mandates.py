from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST

from hub.core.accounts.actor import actor_of
from hub.core.accounts.errors import RuleBroken
from hub.core.accounts.middleware import MANDATE_KEY
from hub.core.accounts.models import Membership, Organisation
from hub.core.accounts.own_keys import by_own_keys
from hub.core.accounts.selectors import is_last_membership
from hub.core.accounts.services import disown
from hub.core.audit import services as audit
from hub.core.kit.dates import long_date_fr
from hub.core.kit.text import FIXED
from hub.core.ui.confirm import ask


@require_POST
def act_for(request: HttpRequest) -> HttpResponse:
    """Choose for whom one acts, among the mandates that hold now; audited when it is another organisation."""
    actor = actor_of(request)
    mandate = next((m for m in actor.mandates if m.answers_to(request.POST.get("mandate", ""))), None)
    if mandate is None:
        raise PermissionDenied
    request.session[MANDATE_KEY] = mandate.value
    with transaction.atomic():
        organisation = Organisation.objects.get(pk=mandate.organisation_id)
        data = {"agreement": str(mandate.agreement_id or "")}
        audit.record("accounts.act_for", organisation, actor=actor, organisation=organisation, data=data)
    target = request.POST.get("next") or settings.LOGIN_REDIRECT_URL
    return HttpResponseRedirect(
        target
        if url_has_allowed_host_and_scheme(target, {request.get_host()}, require_https=request.is_secure())
        else settings.LOGIN_REDIRECT_URL
    )


@by_own_keys
def disown_membership(request: HttpRequest, pk: UUID) -> HttpResponse:
    """« Ce n’est pas ma coopérative »: she leaves one that entered her, as long as she has not accepted its invitation."""
    held = Membership.objects.visible_to(actor_of(request)).in_force().select_related("organisation", "role")
    row = get_object_or_404(held, pk=pk, user=actor_of(request).user_id, awaits_her_yes=True)
    name, back = row.organisation.name, reverse("accounts:security")
    if request.method == "POST":
        try:
            disown(row, actor=actor_of(request))
            messages.success(request, f"Vous n’êtes plus dans {name}, qui est prévenue.")
        except RuleBroken as refusal:
            messages.error(request, str(refusal))
        return redirect(back)
    consequences = [
        f"Vous quittez {name} dès maintenant, et son invitation ne sert plus.",
        "Elle peut vous en envoyer une autre, qui ne change rien sans votre accord.",
        "Les personnes qui y gèrent les membres l’apprennent par courrier.",
        "Ce qui a été signé ou enregistré reste.",
    ]
    if is_last_membership(row):
        consequences.append(
            "C’est votre seul rattachement : votre compte se fermera 90 jours après, si aucune organisation ne vous invite d’ici là."
        )
    context = {
        "title": "Ce n’est pas ma coopérative",
        "text": f"{name} vous a inscrite ou inscrit sur le hub le {long_date_fr(row.starts_on)}{FIXED}: {row.role.label}.",
        "consequences": consequences, "action": "Quitter cette coopérative", "keep": "Revenir sans rien changer", "cancel_url": back, "tone": "bad",
    }  # fmt: skip
    return ask(request, context)
