from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render

from directory.sharing import rules, services
from directory.sharing.errors import MoveRefused, RuleBroken
from directory.sharing.forms.requests import AcceptForm, ReasonForm, RequestForm
from directory.sharing.models import Announcement, ServiceRequest
from directory.sharing.selectors.inventory import caes, shown_caes
from directory.sharing.selectors.parties import requests_of
from directory.sharing.selectors.people import team
from directory.sharing.views.frame import party, reader, signing, tabs, under_agreement, who
from hub.core.accounts.actor import actor_of
from hub.core.accounts.enums import Purpose
from hub.core.accounts.errors import NotAllowed
from hub.core.kit.dates import long_date_fr, today
from hub.core.kit.ordering import alphabetical
from hub.core.kit.text import agreed, joined, named, to
from hub.core.ui.confirm import ask

PER_PAGE = 25


def requests(request: HttpRequest) -> HttpResponse:
    """Requests received and sent, newest first."""
    if lent := under_agreement(request):
        return lent
    actor = party(request)
    page = Paginator(requests_of(actor), PER_PAGE).get_page(request.GET.get("page"))
    for row in page.object_list:
        row.is_waiting = row.is_open_on(today())  # type: ignore[attr-defined]  # ours, set for the template
        row.is_received = row.answerer_id == actor.organisation_id  # type: ignore[attr-defined]  # ours, set for the template
    return render(request, "sharing/requests.html", {"page": page, "tabs": tabs(actor, "requests"), "can_sign": rules.can_sign(actor)})


def detail(request: HttpRequest, pk: UUID) -> HttpResponse:
    actor = who(request)
    row = get_object_or_404(requests_of(actor).select_related("announcement", "sent_by", "answered_by"), pk=pk)
    is_open = row.is_open_on(today())
    context = {
        "row": row, "people": list(row.people.all()), "purposes": [Purpose(one).label for one in row.purposes], "is_open": is_open,
        "can_answer": is_open and rules.can_answer(actor, row), "can_withdraw": is_open and rules.can_withdraw(actor, row),
        "is_ours": row.asker_id == actor.organisation_id,
    }  # fmt: skip
    return render(request, "sharing/request.html", context)


def _ask(request: HttpRequest, *, gives: bool, announcement: Announcement | None) -> HttpResponse:
    actor, own = signing(request)
    others = shown_caes(actor).exclude(pk=own.pk).order_by(alphabetical("name"))
    form = RequestForm(request.POST or None, others=others, team=team(own.pk) if gives else None, announcement=announcement)
    if request.method == "POST" and form.is_valid():
        other = announcement.organisation if announcement else form.cleaned_data["other"]
        parties = {"provider": own, "beneficiary": other} if gives else {"provider": other, "beneficiary": own}
        try:
            row = services.send_request(**parties, asker=own, terms=form.terms(), key=form.cleaned_data["key"], actor=actor)
            messages.success(request, f"La {row.noun} est envoyée : {other.name} a jusqu’au {long_date_fr(row.expires_on)} pour répondre.")
            return redirect(row)
        except RuleBroken as refusal:
            form.add_error(refusal.field, str(refusal))
    return render(request, "sharing/request_form.html", {"form": form, "gives": gives, "announcement": announcement, "own": own})


def answer_announcement(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Ask for what is offered, or offer what is needed."""
    actor, _ = signing(request)
    rows = Announcement.objects.visible_to(actor).open(today()).filter(organisation__in=caes().values("pk")).select_related("organisation")
    row = get_object_or_404(rows.exclude(organisation=actor.organisation_id), pk=pk)
    return _ask(request, gives=not row.is_offer, announcement=row)


def new(request: HttpRequest, gives: bool) -> HttpResponse:
    """Ask a CAE that published nothing."""
    return _ask(request, gives=gives, announcement=None)


def _mine(request: HttpRequest, pk: UUID, can: Any) -> ServiceRequest:
    actor = reader(request)
    row = get_object_or_404(requests_of(actor), pk=pk)
    if not can(actor, row):
        raise PermissionDenied
    return row


def _settled(request: HttpRequest, row: ServiceRequest) -> HttpResponse | None:
    """Back to the request when there is nothing left to answer; None while there is."""
    if row.is_open_on(today()):
        return None
    messages.info(request, f"Cette {row.noun} n’attend plus de réponse : voici où elle en est.")
    return redirect(row)


def accept(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The yes, after saying what it begins."""
    row, actor = _mine(request, pk, rules.can_answer), actor_of(request)
    form = AcceptForm(request.POST or None, team=team(row.provider_id) if row.asks_for_time else None)
    if request.method == "POST" and form.is_valid():
        try:
            people, purposes = form.cleaned_data.get("people", ()), form.cleaned_data.get("purposes", ())
            service = services.accept_request(row, actor=actor, people=people, purposes=purposes)
            messages.success(request, f"C’est oui. La convention {service.number} commence le {long_date_fr(service.starts_on)}.")
            return redirect(service)
        except MoveRefused as refusal:
            messages.error(request, f"Cette {row.noun} ne peut plus être acceptée : {refusal}.")
            return redirect(row)
        except (RuleBroken, NotAllowed) as refusal:
            form.add_error(None, str(refusal))
    named_people = [person.name for person in row.people.all()]
    consequences = [
        f"Une convention lie les deux CAE du {long_date_fr(row.starts_on)} au {long_date_fr(row.ends_on)}, au coût réel.",
        "Les deux CAE sont prévenues ; l’une ou l’autre peut y mettre fin.",
    ]
    if named_people:
        consequences.append(f"{agreed(len(named_people), 'Interviendra', 'Interviendront')} : {joined(named_people)}.")
    elif row.purposes and row.asks_for_time:
        opened = joined([str(Purpose(one).label) for one in row.purposes])
        consequences.append(f"{row.beneficiary.name} ouvre aux personnes nommées ici : {opened}.")
    context = {
        "title": named(f"Accepter la {row.noun}", row.asker.name), "text": f"{row.title}, {row.quantity}.", "consequences": consequences,
        "action": f"Accepter la {row.noun}", "keep": f"Revenir à la {row.noun}", "cancel_url": row.get_absolute_url(), "form": form,
    }  # fmt: skip
    return _settled(request, row) or ask(request, context)


def refuse(request: HttpRequest, pk: UUID) -> HttpResponse:
    row = _mine(request, pk, rules.can_answer)
    form = ReasonForm(request.POST or None, label=f"Motif, écrit {to(row.asker.name)}")
    if request.method == "POST" and form.is_valid():
        try:
            services.refuse_request(row, reason=form.cleaned_data["reason"], actor=actor_of(request))
            messages.success(request, f"{row.asker.name} est prévenue, avec votre motif.")
        except MoveRefused as refusal:
            messages.error(request, f"Cette {row.noun} ne peut plus être refusée : {refusal}.")
        return redirect(row)
    context = {
        "title": named(f"Refuser la {row.noun}", row.asker.name), "text": f"{row.title}, {row.quantity}. Une {row.noun} refusée ne se rouvre pas.",
        "action": f"Refuser la {row.noun}", "keep": f"Revenir à la {row.noun}", "tone": "bad", "cancel_url": row.get_absolute_url(), "form": form,
    }  # fmt: skip
    return _settled(request, row) or ask(request, context)


def withdraw(request: HttpRequest, pk: UUID) -> HttpResponse:
    row = _mine(request, pk, rules.can_withdraw)
    if request.method != "POST":
        context = {
            "title": f"Retirer la {row.noun}", "text": f"{row.title}. {row.answerer.name} est prévenue.",
            "action": f"Retirer la {row.noun}", "keep": f"Garder la {row.noun}", "tone": "bad", "cancel_url": row.get_absolute_url(),
        }  # fmt: skip
        return _settled(request, row) or ask(request, context)
    try:
        services.withdraw_request(row, actor=actor_of(request))
        messages.success(request, f"La {row.noun} est retirée.")
    except MoveRefused as refusal:
        messages.error(request, f"Cette {row.noun} ne peut plus être retirée : {refusal}.")
    return redirect("sharing:requests")
