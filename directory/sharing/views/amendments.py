"""An amendment: proposed by one CAE, answered by the other."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone

from directory.sharing import rules, services
from directory.sharing.errors import MoveRefused, RuleBroken, TermsChanged
from directory.sharing.forms.amendments import AmendmentForm, SeenTermsField
from directory.sharing.forms.requests import ReasonForm
from directory.sharing.models import Amendment
from directory.sharing.selectors.parties import amendments_of, changes_of
from directory.sharing.selectors.people import team
from directory.sharing.views.frame import reader, signing
from directory.sharing.views.shared import granted
from hub.core.accounts.actor import actor_of
from hub.core.accounts.errors import NotAllowed
from hub.core.kit.dates import long_date_fr, today
from hub.core.kit.text import named, to
from hub.core.ui.confirm import ask
from hub.core.ui.conflicts import reopen


def propose(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Either CAE writes the terms that it wants from a day on."""
    row, (_, own) = granted(request, pk, rules.can_amend), signing(request)
    terms, status = services.terms_of(row), 200
    form = AmendmentForm(request.POST or None, service=row, terms=terms, team=team(row.provider_id))
    other = row.beneficiary if own.pk == row.provider_id else row.provider
    if request.method == "POST" and form.is_valid():
        try:
            seen = form.cleaned_data["seen"]
            services.propose_amendment(row, terms=form.terms(), terms_seen=seen, organisation=own, actor=actor_of(request))
            messages.success(request, f"L’avenant est proposé : {other.name} est prévenue, rien ne change avant sa réponse.")
            return redirect(row)
        except TermsChanged as change:
            said = f"la fin le {long_date_fr(row.ends_on)}, {len(terms['people'])} personne(s), {len(terms['purposes'])} accès"
            form.add_error(None, f"{change} Ils disent maintenant : {said}. Votre saisie est gardée ici.")
            reopen(form, "seen", SeenTermsField.of(terms))
            status = 409
        except (RuleBroken, MoveRefused) as refusal:
            form.add_error(getattr(refusal, "field", None), str(refusal))
    since = long_date_fr(timezone.localtime(row.texts[-1].starts_at))
    page = ask(
        request,
        {
            "title": f"Proposer un avenant à {row.number}",
            "text": f"{row.label}, {row.provider.name} pour {row.beneficiary.name}. Les derniers termes convenus, depuis le {since}, sont écrits ici.",
            "consequences": [
                f"{other.name} lit ce qui change et répond ; sans son oui, rien ne change.",
                "Les relevés du temps donné avant la prise d’effet gardent leur coût.",
            ],
            "action": "Proposer l’avenant", "keep": "Revenir à la convention", "cancel_url": row.get_absolute_url(), "form": form,
        },
    )  # fmt: skip
    page.status_code = status
    return page


def _mine(request: HttpRequest, pk: UUID, can: Any) -> Amendment:
    actor = reader(request)
    row = get_object_or_404(amendments_of(actor), pk=pk)
    if not can(actor, row):
        raise PermissionDenied
    return row


def _settled(request: HttpRequest, row: Amendment) -> HttpResponse | None:
    """Back to the agreement when there is nothing left to answer; None while there is."""
    if row.is_open_on(today()):
        return None
    messages.info(request, "Cet avenant n’attend plus de réponse : voici où il en est.")
    return redirect(row.service)


def accept(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The yes, with what changes in front of whoever says it."""
    row = _mine(request, pk, rules.can_answer_amendment)
    if request.method == "POST":
        return _done(request, row, services.accept_amendment, f"C’est oui : l’avenant prend effet le {long_date_fr(row.effective_on)}.")
    changes = [f"{one.label} : {one.before} → {one.after}." for one in changes_of([row])[row.pk]]
    text = f"{row.service.label}, {row.service.number}, proposé par {row.asker.name}. Dès le {long_date_fr(row.effective_on)}, 0 h :"
    context = {
        "title": named("Accepter l’avenant", row.asker.name), "text": text,
        "consequences": [*changes, *([f"« {row.message} »"] if row.message else []), "Jusque-là, les termes d’aujourd’hui tiennent."],
        "action": "Accepter l’avenant", "keep": "Revenir à la convention", "cancel_url": row.service.get_absolute_url(),
    }  # fmt: skip
    return _settled(request, row) or ask(request, context)


def refuse(request: HttpRequest, pk: UUID) -> HttpResponse:
    row = _mine(request, pk, rules.can_answer_amendment)
    form = ReasonForm(request.POST or None, label=f"Motif, écrit {to(row.asker.name)}")
    if request.method == "POST" and form.is_valid():
        reason = form.cleaned_data["reason"]
        return _done(request, row, services.refuse_amendment, f"{row.asker.name} est prévenue, avec votre motif.", reason=reason)
    context = {
        "title": named("Refuser l’avenant", row.asker.name), "text": f"{row.service.label}, {row.service.number}. Les termes d’aujourd’hui restent.",
        "action": "Refuser l’avenant", "keep": "Revenir à la convention", "tone": "bad", "cancel_url": row.service.get_absolute_url(), "form": form,
    }  # fmt: skip
    return _settled(request, row) or ask(request, context)


def withdraw(request: HttpRequest, pk: UUID) -> HttpResponse:
    row = _mine(request, pk, rules.can_withdraw_amendment)
    if request.method == "POST":
        return _done(request, row, services.withdraw_amendment, "L’avenant proposé est retiré.")
    context = {
        "title": "Retirer l’avenant proposé", "text": f"{row.service.label}, {row.service.number}. {row.answerer.name} est prévenue.",
        "action": "Retirer l’avenant", "keep": "Garder l’avenant", "tone": "bad", "cancel_url": row.service.get_absolute_url(),
    }  # fmt: skip
    return _settled(request, row) or ask(request, context)


def _done(request: HttpRequest, row: Amendment, verb: Any, words: str, **facts: str) -> HttpResponse:
    try:
        verb(row, actor=actor_of(request), **facts)
        messages.success(request, words)
    except MoveRefused as refusal:
        messages.error(request, f"Ce n’est pas possible : {refusal}.")
    except (RuleBroken, NotAllowed) as refusal:
        messages.error(request, str(refusal))
    return redirect(row.service)
