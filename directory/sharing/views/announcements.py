from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect, render

from directory.sharing import reference, rules, services
from directory.sharing.enums import AnnouncementKind
from directory.sharing.errors import MoveRefused, RuleBroken, VersionConflict
from directory.sharing.filters import AnnouncementFilter
from directory.sharing.forms.announcements import AnnouncementForm
from directory.sharing.models import Announcement
from directory.sharing.selectors.inventory import caes, own_cae
from directory.sharing.views.frame import managed, reader, renew_version, tabs
from hub.core.accounts.actor import actor_of
from hub.core.kit.dates import long_date_fr, today
from hub.core.kit.text import euros
from hub.core.ui.confirm import ask
from hub.core.ui.exports import csv_response, json_page_response

PER_PAGE = 25
NAMES = {AnnouncementKind.OFFER: "offers", AnnouncementKind.NEED: "needs"}
FILES = {AnnouncementKind.OFFER: "offres", AnnouncementKind.NEED: "besoins"}


def _filtered(request: HttpRequest, kind: str) -> AnnouncementFilter:
    rows = Announcement.objects.visible_to(reader(request)).open(today()).filter(kind=kind, organisation__in=caes().values("pk"))
    return AnnouncementFilter(request.GET, queryset=rows.select_related("organisation").order_by("-published_on", "id"), request=request)


def announcements(request: HttpRequest, kind: str) -> HttpResponse:
    """Offers, or needs, of the whole federation."""
    actor = reader(request)
    found = _filtered(request, kind)
    page = Paginator(found.qs, PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "page": page, "filter": found, "kind": kind, "is_offer": kind == AnnouncementKind.OFFER, "tabs": tabs(actor, NAMES[AnnouncementKind(kind)]),
        "functions": reference.functions().values(), "can_manage": rules.can_manage(actor) and own_cae(actor) is not None,
    }  # fmt: skip
    return render(request, "sharing/announcements.html", context)


def to_dict(row: Announcement) -> dict[str, Any]:
    """An announcement for a program: amounts in cents per hour, dates in ISO form."""
    return {
        "id": str(row.pk), "url": row.get_absolute_url(), "kind": row.kind, "organisation": row.organisation.slug,
        "organisation_name": row.organisation.name, "function": row.function, "label": row.label, "quantity": row.quantity,
        "details": row.details, "hourly_cost_cents": row.hourly_cost_cents, "published_on": row.published_on, "expires_on": row.expires_on,
    }  # fmt: skip


def announcements_json(request: HttpRequest, kind: str) -> HttpResponse:
    return json_page_response(request, Paginator(_filtered(request, kind).qs, PER_PAGE).get_page(request.GET.get("page")), to_dict)


COLUMNS = ("CAE", "fonction", "intitulé", "quantité", "précisions", "coût horaire, hors taxes", "publiée le", "jusqu’au", "adresse")


def announcements_csv(request: HttpRequest, kind: str) -> StreamingHttpResponse:
    """As the page says it, for a spreadsheet; programs read the JSON."""
    functions = reference.functions()
    rows = (
        [
            row.organisation.name, functions[row.function].label if row.function in functions else "", row.label, row.quantity, row.details,
            euros(row.hourly_cost_cents) if row.hourly_cost_cents else "", row.published_on, row.expires_on,
            request.build_absolute_uri(row.get_absolute_url()),
        ]
        for row in _filtered(request, kind).qs.iterator(chunk_size=500)
    )  # fmt: skip
    return csv_response(f"{FILES[AnnouncementKind(kind)]}.csv", COLUMNS, rows)


def announcement(request: HttpRequest, pk: UUID) -> HttpResponse:
    actor = reader(request)
    row = get_object_or_404(Announcement.objects.visible_to(actor).select_related("organisation"), pk=pk)
    context = {
        "row": row, "is_open": row.is_open_on(today()), "is_own": row.organisation_id == actor.organisation_id,
        "can_ask": row.is_open_on(today()) and row.organisation_id != actor.organisation_id and rules.can_sign(actor) and own_cae(actor) is not None,
        "can_change": rules.can_change_announcement(actor, row) and row.is_open_on(today()),
    }  # fmt: skip
    return render(request, "sharing/announcement.html", context)


def new(request: HttpRequest, kind: str) -> HttpResponse:
    actor, organisation = managed(request)
    form = AnnouncementForm(request.POST or None, kind=kind, initial={"function": request.GET.get("fonction", "")})
    if request.method == "POST" and form.is_valid():
        try:
            function = form.cleaned_data["function"]
            row = services.publish_announcement(organisation, kind=AnnouncementKind(kind), function=function, actor=actor, **form.facts())
            messages.success(request, f"Publié jusqu’au {long_date_fr(row.expires_on)}, pour toute la fédération.")
            return redirect(row)
        except RuleBroken as refusal:
            form.add_error(refusal.field, str(refusal))
    return render(request, "sharing/announcement_form.html", {"form": form, "kind": kind, "is_offer": kind == AnnouncementKind.OFFER})


def _own(request: HttpRequest, pk: UUID) -> Announcement:
    actor = reader(request)
    row = get_object_or_404(Announcement.objects.visible_to(actor).select_related("organisation"), pk=pk)
    if not rules.can_change_announcement(actor, row):
        raise PermissionDenied
    return row


def change(request: HttpRequest, pk: UUID) -> HttpResponse:
    row = _own(request, pk)
    form = AnnouncementForm(request.POST or None, kind=row.kind, instance=row)
    status = 200
    if request.method == "POST" and form.is_valid():
        try:
            version = form.cleaned_data["version"] or 0
            services.change_announcement(row, version=version, actor=actor_of(request), **form.facts())
            messages.success(request, "Annonce enregistrée.")
            return redirect(row)
        except VersionConflict:
            row.refresh_from_db()
            form.add_error(
                None, f"Cette annonce a changé entre-temps ; elle dit maintenant : « {row.quantity} ». Votre saisie est gardée ici."
            )
            renew_version(form, row.version)
            status = 409
        except RuleBroken as refusal:
            form.add_error(refusal.field, str(refusal))
    context = {"form": form, "row": row, "kind": row.kind, "is_offer": row.is_offer}
    return render(request, "sharing/announcement_form.html", context, status=status)


def withdraw(request: HttpRequest, pk: UUID) -> HttpResponse:
    row = _own(request, pk)
    if request.method != "POST":
        context = {
            "title": f"Retirer l’annonce « {row.quantity} »", "text": f"{row.title}. Les demandes déjà reçues restent.",
            "consequences": ["Elle quitte les listes, la matrice et la recherche.", "Pour y revenir, il faudra publier une nouvelle annonce."],
            "action": "Retirer l’annonce", "keep": "Garder l’annonce", "tone": "bad", "cancel_url": row.get_absolute_url(),
        }  # fmt: skip
        return ask(request, context)
    try:
        services.withdraw_announcement(row, actor=actor_of(request))
        messages.success(request, "L’annonce est retirée.")
    except MoveRefused:
        messages.info(request, "Cette annonce était déjà retirée.")
    return redirect("sharing:offers" if row.is_offer else "sharing:needs")
