"""Which networks an organisation joins and leaves, and who came before and after it: written down by the coordinator."""

from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse

from hub.core.accounts.actor import actor_of
from hub.core.accounts.errors import AffiliationWasChanged
from hub.core.accounts.models import Affiliation, Organisation, Succession
from hub.core.accounts.network_forms import EditAffiliationForm, JoinForm, SuccessionForm
from hub.core.accounts.services import affiliate, record_succession, remove_affiliation, remove_succession, update_affiliation
from hub.core.kit.dates import long_date_fr
from hub.core.kit.text import FIXED
from hub.core.ui.confirm import ask
from hub.core.ui.conflicts import differing, reopen


def networks(request: HttpRequest, slug: str) -> HttpResponse:
    """The networks of an organisation, who came before and after it, and two forms to write them down."""
    organisation = get_object_or_404(Organisation, slug=slug)
    what = request.POST.get("what", "")
    join = JoinForm(request.POST if what == "join" else None, organisation=organisation, prefix="reseau")
    past = SuccessionForm(request.POST if what == "past" else None, organisation=organisation, prefix="histoire")
    try:
        if what == "join" and join.is_valid():
            affiliate(organisation, actor=actor_of(request), **join.cleaned_data)
            messages.success(request, f"L’adhésion est notée. Réseau{FIXED}: {join.cleaned_data['network'].name}.")
            return redirect("accounts:networks", slug)
        if what == "past" and past.is_valid():
            record_succession(**past.facts(), actor=actor_of(request))
            messages.success(request, "La succession est notée.")
            return redirect("accounts:networks", slug)
    except ValidationError as refusal:
        (join if what == "join" else past).add_error(None, refusal)
    context = {
        "organisation": organisation, "join": join, "past": past, "page_errors": bool(join.errors or past.errors),
        "rows": organisation.affiliations.select_related("network").order_by("-starts_on", "pk"),
        "history": Succession.objects.filter(Q(predecessor=organisation) | Q(successor=organisation))
        .select_related("predecessor", "successor").order_by("took_place_on", "pk"),
    }  # fmt: skip
    return render(request, "accounts/networks.html", context)


def affiliation(request: HttpRequest, pk: UUID) -> HttpResponse:
    """An affiliation ends, or what was written wrong is put right."""
    row = get_object_or_404(Affiliation.objects.select_related("organisation", "network"), pk=pk)
    form, conflict = EditAffiliationForm(request.POST or None, row=row), None
    if request.method == "POST" and form.is_valid():
        try:
            update_affiliation(row, actor=actor_of(request), **form.cleaned_data)
            messages.success(request, "L’adhésion est enregistrée.")
            return redirect("accounts:networks", row.organisation.slug)
        except AffiliationWasChanged as change:
            conflict = differing(form, change.theirs, [name for name in form.fields if name != "seen"])
            reopen(form, "seen", change.theirs.stamp)
        except ValidationError as refusal:
            form.add_error(None, refusal)
    context = {"row": row, "organisation": row.organisation, "form": form, "conflict": conflict}
    return render(request, "accounts/affiliation.html", context, status=200 if conflict is None else 409)


def remove_an_affiliation(request: HttpRequest, pk: UUID) -> HttpResponse:
    row = get_object_or_404(Affiliation.objects.select_related("organisation", "network"), pk=pk)
    back = reverse("accounts:networks", args=[row.organisation.slug])
    if request.method == "POST":
        remove_affiliation(row, actor=actor_of(request))
        messages.success(request, "L’adhésion est retirée.")
        return redirect(back)
    consequences = [f"Une adhésion qui a pris fin ne se retire pas{FIXED}: notez son dernier jour, et l’histoire la garde."]
    if row.network.is_federation and row.ends_on is None:
        consequences += ["Son équipe ne lit plus, dès maintenant, ce que la fédération partage."]
    context = {
        "title": "Retirer une adhésion", "text": f"{row.organisation.name}, réseau{FIXED}: {row.network.name}. C’est pour une ligne notée par erreur.",
        "consequences": consequences, "action": "Retirer l’adhésion", "keep": "La garder", "cancel_url": back, "tone": "bad",
    }  # fmt: skip
    return ask(request, context)


def remove_a_succession(request: HttpRequest, pk: UUID) -> HttpResponse:
    row = get_object_or_404(Succession.objects.select_related("predecessor", "successor"), pk=pk)
    back = reverse("accounts:networks", args=[row.successor.slug])
    if request.method == "POST":
        remove_succession(row, actor=actor_of(request))
        messages.success(request, "La succession est retirée.")
        return redirect(back)
    context = {
        "title": "Retirer une succession", "text": f"{row.predecessor.name} devient {row.successor.name}, le {long_date_fr(row.took_place_on)}.",
        "consequences": ["Les deux fiches ne la montreront plus."],
        "action": "Retirer la succession", "keep": "La garder", "cancel_url": back, "tone": "bad",
    }  # fmt: skip
    return ask(request, context)
