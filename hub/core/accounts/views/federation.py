from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.db import transaction
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse

from hub.core.accounts.actor import Actor, actor_of
from hub.core.accounts.errors import NotAllowed, OrganisationWasChanged, RuleBroken
from hub.core.accounts.forms import AgreementForm, NatureForm, OrganisationForm
from hub.core.accounts.models import Agreement, Organisation, Role
from hub.core.accounts.selectors import federation
from hub.core.accounts.services import (
    affiliate,
    create_organisation,
    end_agreement,
    invite,
    make_agreement,
    remove_organisation,
    update_organisation,
)
from hub.core.accounts.services.organisations import stamp
from hub.core.kit.identifiers import compact
from hub.core.kit.text import asked_line, joined
from hub.core.kit.text import slug as slug_of
from hub.core.ui.confirm import ask
from hub.core.ui.conflicts import differing, reopen


def organisations(request: HttpRequest) -> HttpResponse:
    """The coordinator's table of the hub's organisations."""
    rows = Organisation.objects.all().members_of_hub() if "membres" in request.GET else Organisation.objects.all()
    words = asked_line(request.GET.get("q", ""))[:80]
    if words:
        rows = rows.filter(Q(slug__contains=slug_of(words) or words) | Q(short_name__icontains=words) | Q(siren__startswith=compact(words)))
    page = Paginator(rows.order_by("slug"), 50).get_page(request.GET.get("page"))  # a slug sorts without accents
    return render(request, "accounts/organisations.html", {"page": page, "words": words, "members_only": "membres" in request.GET})


def new_organisation(request: HttpRequest) -> HttpResponse:
    """Enter an organisation; with a date it joins the federation, with an address its director is invited."""
    form = OrganisationForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            organisation = _enter(form, actor_of(request))
            messages.success(request, f"{organisation.name} est inscrite.")
            return redirect("accounts:organisations")
        except ValidationError as refusal:
            form.add_error(None, refusal)
        except RuleBroken as refusal:  # the director's address has had its letters of the day
            form.add_error("director_email", str(refusal))
    return render(request, "accounts/organisation_new.html", {"form": form})


def correct_organisation(request: HttpRequest, slug: str) -> HttpResponse:
    """What an organisation is, and for a collectif who convenes it, when it was entered wrong."""
    organisation = get_object_or_404(Organisation, slug=slug)
    form, conflict = NatureForm(request.POST or None, organisation=organisation), None
    if request.method == "POST" and form.is_valid():
        organisation.kind, organisation.convener = form.cleaned_data["kind"], form.cleaned_data["convener"]
        try:
            update_organisation(organisation, actor=actor_of(request), seen=form.cleaned_data["seen"])
            messages.success(request, "La nature est enregistrée.")
            return redirect("accounts:networks", slug)
        except OrganisationWasChanged as change:
            conflict = differing(form, change.theirs, ["kind", "convener"])
            reopen(form, "seen", stamp(change.theirs))
        except ValidationError as refusal:  # of its other facts too, which are written elsewhere
            form.add_error("kind", " ".join(dict.fromkeys(refusal.messages)))
    context = {"organisation": organisation, "form": form, "conflict": conflict}
    return render(request, "accounts/organisation_nature.html", context, status=200 if conflict is None else 409)


def remove_an_organisation(request: HttpRequest, slug: str) -> HttpResponse:
    organisation = get_object_or_404(Organisation, slug=slug)
    back = reverse("accounts:networks", args=[slug])
    if request.method == "POST":
        try:
            remove_organisation(organisation, actor=actor_of(request))
        except RuleBroken as refusal:
            messages.error(request, str(refusal))
            return redirect(back)
        messages.success(request, f"{organisation.name} est retirée du hub.")
        return redirect("accounts:organisations")
    context = {
        "title": f"Retirer {organisation.name}", "text": "C’est pour une organisation inscrite par erreur, sur laquelle rien ne s’appuie encore.",
        "consequences": [
            "Sa fiche, ses adhésions et ses agréments s’effacent avec elle.",
            "Une invitation déjà envoyée ne servira plus.",
            "Une organisation qui a des personnes, une session ou une convention ne se retire pas : notez la fin de son adhésion.",
        ],
        "action": "Retirer l’organisation", "keep": "La garder", "cancel_url": back, "tone": "bad",
    }  # fmt: skip
    return ask(request, context)


@transaction.atomic
def _enter(form: OrganisationForm, actor: Actor) -> Organisation:
    facts, hub = form.cleaned_data, federation()
    organisation = create_organisation(form.save(commit=False), actor=actor)
    if facts["starts_on"] and hub:
        affiliate(organisation, network=hub, starts_on=facts["starts_on"], actor=actor)
    if facts["director_email"]:
        invite(facts["director_email"], organisation=organisation, role=Role.objects.get(code="director"), actor=actor)
    return organisation


def agreements(request: HttpRequest) -> HttpResponse:
    """Agreements between CAEs, and the form that makes one."""
    actor = actor_of(request)
    form = AgreementForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            row = make_agreement(**form.cleaned_data, actor=actor)
            messages.success(request, f"La convention {row.number} est posée.")
            return redirect("accounts:agreements")
        except (RuleBroken, NotAllowed) as refusal:
            form.add_error(None, str(refusal))
    rows = Agreement.objects.visible_to(actor).select_related("provider", "beneficiary").prefetch_related("people")
    page = Paginator(rows, 25).get_page(request.GET.get("page"))
    return render(request, "accounts/agreements.html", {"page": page, "form": form, "can_make": form.parties.count() > 1})


def break_agreement(request: HttpRequest, pk: UUID) -> HttpResponse:
    row = get_object_or_404(Agreement.objects.visible_to(actor_of(request)), pk=pk, ended_at=None)
    if request.method != "POST":
        people = joined([person.name for person in row.people.all()]) or "Personne"
        consequences = [
            f"{people} n’agira pas pour {row.beneficiary.name}."
            if row.is_to_come
            else f"{people} n’agira plus pour {row.beneficiary.name}, à la requête suivante.",
            "Une convention rompue ne se rouvre pas : il en faudrait une nouvelle.",
        ]
        context = {
            "title": f"Rompre la convention {row.number}", "text": f"{row.provider.name} pour {row.beneficiary.name}.",
            "consequences": consequences, "action": "Rompre la convention", "keep": "Garder la convention", "tone": "bad",
            "cancel_url": reverse("accounts:agreements"),
        }  # fmt: skip
        return ask(request, context)
    try:
        end_agreement(row, actor=actor_of(request))
        messages.success(request, f"La convention {row.number} est rompue : plus personne n’agit par elle.")
    except RuleBroken as refusal:
        messages.error(request, str(refusal))
    return redirect("accounts:agreements")
