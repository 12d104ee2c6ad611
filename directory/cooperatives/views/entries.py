from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.paginator import EmptyPage, PageNotAnInteger, Paginator
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, JsonResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.safestring import SafeString
from django.views.decorators.http import require_http_methods, require_safe

from directory.cooperatives import rules, selectors, services
from directory.cooperatives.atlas import atlas
from directory.cooperatives.errors import EntryWasChanged
from directory.cooperatives.filters import CooperativeFilters, chips, facets
from directory.cooperatives.forms import EntryForm, FactsForm
from directory.cooperatives.models import DirectoryEntry
from directory.cooperatives.natures import BY_KIND, BY_WORD, COOPERATIVES, PARTNERS, Nature
from directory.vocabularies.outlines import OVERSEAS, PARIS, department_map
from directory.vocabularies.selectors import departments
from hub.core.accounts.actor import actor_of
from hub.core.kit.text import FIXED
from hub.core.ui.conflicts import differing, reopen
from hub.core.ui.exports import csv_response, json_page_response
from hub.core.ui.facets import one_address
from hub.core.ui.forms import HubModelForm
from hub.core.ui.maps import Map, map_svg
from hub.core.ui.navigation import changed

PAGE_SIZE = 25
COLUMNS = (
    "nom", "sigle", "forme", "commune", "départements", "réseaux", "bâtiment", "site", "source", "date de la source", "fiche", "nature",
    "présentation", "courriel", "téléphone",
)  # fmt: skip


def _filters(request: HttpRequest) -> CooperativeFilters:
    return CooperativeFilters(request.GET, queryset=DirectoryEntry.objects.visible_to(actor_of(request)))


@require_safe
@one_address(*CooperativeFilters.base_filters, "page", nature=COOPERATIVES.word)
def cooperatives(request: HttpRequest) -> HttpResponse:
    filters = _filters(request)
    page = Paginator(selectors.shown(filters.qs), PAGE_SIZE).get_page(request.GET.get("page"))
    by_department = selectors.department_counts(filters.but("departement"))
    by_network, names = selectors.network_counts(filters.but("reseau"))
    context = {
        "nature": filters.sort_of_rows,
        "tabs": _tabs(filters),
        "page": page,
        "rows": [_row(entry, filters.sort_of_rows) for entry in page],
        "facets": facets(filters, by_department, by_network, names),
        "chips": chips(filters, request.GET),
        "is_narrowed": filters.is_narrowed,
        "whole": reverse("cooperatives:list") + filters.whole,
        "q": filters.asked["q"],
        "notices": filters.notices,
        "map": _department_map(request, filters, by_department),
        "map_is_open": not filters.is_narrowed and page.number == 1,
        "query": request.GET.urlencode(),
    }
    return render(request, "cooperatives/list.html", context)


def _row(entry: DirectoryEntry, listed: Nature) -> dict[str, Any]:
    """What a cooperative does, its name says; any other says it, and how to reach it."""
    own = BY_KIND[entry.organisation.kind]
    return {
        "nature": own.one.capitalize() if own not in {listed, COOPERATIVES} else "",
        "says_more": own != COOPERATIVES,
        "entry": entry,
        "name": entry.organisation.name,
        "form": selectors.legal_form(entry.organisation),
        "place": selectors.place(entry),
        "departments": [departments()[code].label for code in entry.organisation.department_codes if code in departments()],
        "networks": selectors.network_names(entry),
        "host": selectors.host(entry.website),
        "month": selectors.month_fr(entry),
    }


def _tabs(filters: CooperativeFilters) -> list[tuple[Nature, int]]:
    """The natures that have rows for this reader, each with how many; the cooperatives, the partners and the one in sight in any case."""
    counts = selectors.kind_counts(filters.queryset)
    always = {COOPERATIVES, PARTNERS, filters.sort_of_rows}
    return [(one, counts.get(one.kind, 0)) for one in BY_WORD.values() if one.kind and (one in always or counts.get(one.kind))]


def _department_map(request: HttpRequest, filters: CooperativeFilters, counts: dict[str, int]) -> Map:
    drawing, names = department_map(), {code: row.label for code, row in departments().items()}
    wanted = drawing.paths.keys() | set(OVERSEAS) | counts.keys()
    return map_svg(
        f"{filters.sort_of_rows.label} par département",
        drawing.view_box,
        {code: name for code, name in names.items() if code in wanted},
        drawing.paths,
        {code: (count, changed(request.GET, departement=code, page=None)) for code, count in counts.items()},
        noun=filters.sort_of_rows.noun,
        none=filters.sort_of_rows.none,
        current=filters.chosen["departement"].values,
    )


@require_safe
def cooperatives_json(request: HttpRequest) -> JsonResponse:
    filters = _filters(request)
    if filters.notices:
        return _refused(filters.notices)
    try:
        page = Paginator(selectors.shown(filters.qs), PAGE_SIZE).page(request.GET.get("page") or "1")
    except (EmptyPage, PageNotAnInteger):
        return _refused([f"page{FIXED}: cette page n’existe pas."])
    return json_page_response(request, page, _as_json)


@require_safe
def cooperatives_csv(request: HttpRequest) -> HttpResponseBase:
    filters = _filters(request)
    if filters.notices:
        return _refused(filters.notices)
    rows = selectors.shown(filters.qs).iterator(chunk_size=500)
    return csv_response("cooperatives.csv", COLUMNS, _csv_rows(request, rows))


def _refused(sentences: list[str]) -> JsonResponse:
    """A program that asks for an unknown value is told so: all the rows would look like an answer."""
    return JsonResponse({"errors": sentences}, status=400, json_dumps_params={"ensure_ascii": False})


def _as_json(entry: DirectoryEntry) -> dict[str, Any]:
    return {
        "id": str(entry.pk),
        "slug": entry.organisation.slug,
        "name": entry.organisation.name,
        "short_name": entry.organisation.short_name,
        "legal_form": selectors.legal_form(entry.organisation),
        "city": selectors.place(entry),
        "departments": entry.organisation.department_codes,
        "networks": selectors.network_names(entry),
        "building_trade": entry.building_trade,
        "nature": BY_KIND[entry.organisation.kind].one,
        "presentation": entry.presentation,
        "email": entry.email,
        "phone": entry.phone,
        "website": entry.website,
        "source": entry.source,
        "source_month": entry.source_on.strftime("%Y-%m") if entry.source and entry.source_on else None,
        "is_public_list": entry.is_public_list,
        "url": entry.get_absolute_url(),
    }


def _csv_rows(request: HttpRequest, entries: Iterator[DirectoryEntry]) -> Iterator[list[object]]:
    words = {True: "oui", False: "non", None: ""}
    for row in map(_as_json, entries):
        lists = [" ; ".join(row["departments"]), " ; ".join(row["networks"])]
        facts = [row["name"], row["short_name"], row["legal_form"], row["city"], *lists, words[row["building_trade"]], row["website"]]
        origin = [row["source"], row["source_month"], request.build_absolute_uri(row["url"])]
        yield [*facts, *origin, row["nature"], row["presentation"], row["email"], row["phone"]]


@require_safe
@one_address(*CooperativeFilters.base_filters, "page", nature=COOPERATIVES.word)
def zoomable_map(request: HttpRequest) -> HttpResponse:
    filters = _filters(request)
    entries = list(filters.qs.select_related("organisation", "commune"))
    back = reverse("cooperatives:list")
    drawn = atlas(entries)
    context = {
        "nature": filters.sort_of_rows,
        "atlas": drawn,
        "placed": len(entries) - len(drawn.unplaced),
        "notices": filters.notices,
        "list_url": f"{back}?{request.GET.urlencode()}" if request.GET else back,
    }
    return render(request, "cooperatives/map.html", context)


def visible_entry(request: HttpRequest, slug: str) -> DirectoryEntry:
    rows = DirectoryEntry.objects.visible_to(actor_of(request))
    entry = selectors.shown(rows).prefetch_related("organisation__accreditations").filter(organisation__slug=slug).first()
    if entry is None:
        raise Http404
    return entry


@require_safe
def cooperative(request: HttpRequest, slug: str) -> HttpResponse:
    entry = visible_entry(request, slug)
    organisation = entry.organisation
    gathers = organisation.kind in selectors.GATHERING
    drawn = [code for code in organisation.department_codes if code in department_map().paths]
    context = {
        "entry": entry,
        "organisation": organisation,
        "nature": BY_KIND[organisation.kind],
        "facts": selectors.facts(entry),
        "sources": selectors.sources(entry),
        "networks": selectors.networks(entry),
        "accreditations": selectors.accreditations(organisation, actor_of(request)),
        "convener": selectors.convener(organisation, actor_of(request)),
        "history": selectors.history(organisation, actor_of(request)),
        "members": selectors.members(organisation) if gathers else [],
        "month": selectors.month_fr(entry),
        "lead": selectors.lead(entry),
        "view_box": department_map().view_box,
        "drawn": drawn,
        "paris_box": department_map().paris_box if not {*drawn}.isdisjoint(PARIS) else "",
        "can_edit": rules.can_edit_entry(actor_of(request), entry),
    }
    return render(request, "cooperatives/detail.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: HttpRequest, slug: str) -> HttpResponse:
    entry = visible_entry(request, slug)
    actor = actor_of(request)
    if not rules.can_edit_entry(actor, entry):
        raise PermissionDenied
    data = request.POST if request.method == "POST" else None
    face, facts = _halves(entry, data)
    conflict = None
    if data is not None and face.is_valid() and facts.is_valid():
        try:
            services.update_cooperative(
                face.save(commit=False), actor=actor, trades=face.cleaned_data["trades"], seen=facts.cleaned_data["seen"]
            )
            messages.success(request, "La fiche est enregistrée.")
            return redirect(entry.get_absolute_url())
        except EntryWasChanged as change:
            entry = change.theirs
            conflict = [line for mine, theirs in zip((face, facts), _halves(entry), strict=True) for line in _differing(mine, theirs)]
            reopen(facts, "seen", services.stamp(entry))
        except ValidationError as refusal:
            facts.add_error(None, refusal)
    context = {
        "entry": entry, "organisation": entry.organisation, "face": face, "facts": facts, "conflict": conflict,
        "nature": BY_KIND[entry.organisation.kind],
        "page_errors": bool(data is not None and (face.errors or facts.errors or conflict is not None)),
    }  # fmt: skip
    return render(request, "cooperatives/edit.html", context, status=200 if conflict is None else 409)


def _halves(entry: DirectoryEntry, data: QueryDict | None = None) -> tuple[EntryForm, FactsForm]:
    """The face of an organisation and its facts in law, on one page."""
    face = EntryForm(data, instance=entry, initial={"trades": list(entry.trades.all())}, prefix="fiche")
    return face, FactsForm(data, instance=entry.organisation, initial={"seen": services.stamp(entry)}, prefix="faits")


def _differing(mine: HubModelForm, theirs: HubModelForm) -> list[tuple[str, SafeString]]:
    names = [name for name in mine.fields if name != "seen"]
    return differing(mine, SimpleNamespace(**{name: theirs[name].value() for name in names}), names)
