from collections.abc import Iterator
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse, StreamingHttpResponse
from django.shortcuts import redirect, render

from directory.sharing import reference, rules, services
from directory.sharing.enums import Practice
from directory.sharing.errors import VersionConflict
from directory.sharing.forms.inventory import PREFIX, Lines, VersionForm, initial_of
from directory.sharing.models import Announcement, Inventory, InventoryLine
from directory.sharing.selectors.inventory import Declared, declaration, declared, matrix, networks, weaknesses
from directory.sharing.views.frame import managed, reader, tabs
from hub.core.kit.dates import today
from hub.core.kit.text import asked_line, typo
from hub.core.ui.exports import csv_response


def inventory(request: HttpRequest) -> HttpResponse:
    """Who does what, who needs what: functions × CAEs."""
    actor = reader(request)
    network = asked_line(request.GET.get("reseau", ""))[:80]
    found = matrix(actor, network=network, page=request.GET.get("page"))
    context = {
        "matrix": found, "networks": networks(), "network": network, "tabs": tabs(actor, "matrix"),
        "weak": weaknesses(actor, found.own) if found.own and actor.is_staff_of(found.own.pk) else [],
        "can_manage": rules.can_manage(actor) and found.own is not None, "edition": reference.functions_edition(),
    }  # fmt: skip
    return render(request, "sharing/inventory.html", context)


COLUMNS = [
    "organisation",
    "organisation_name",
    "function",
    "label",
    "practice",
    "people",
    "fte",
    "has_stand_in",
    "offers",
    "needs",
    "declared_on",
]


HEADS = (
    "identifiant", "CAE", "code", "fonction", "pratique", "personnes", "équivalent temps plein", "relais", "offres", "besoins", "déclaré le",
)  # fmt: skip


def _flat(request: HttpRequest) -> Iterator[list[Any]]:
    """One row per CAE and function: practice as in the code, people, full-time jobs with two decimals, words, day of the declaration."""
    actor = reader(request)
    organisations = declared(actor, asked_line(request.GET.get("reseau", ""))[:80])
    ids = organisations.values("pk")
    lines = {(row.organisation_id, row.function): row for row in InventoryLine.objects.visible_to(actor).filter(organisation__in=ids)}
    words = {
        (row.organisation_id, row.function, row.kind): row.quantity
        for row in Announcement.objects.visible_to(actor).open(today()).filter(organisation__in=ids)
    }
    days = dict(Inventory.objects.visible_to(actor).filter(organisation__in=ids).values_list("organisation", "declared_on"))
    for one in organisations:
        for key, function in reference.functions().items():
            row = lines.get((one.pk, key)) or InventoryLine(function=key)
            fte = row.fte_hundredths / 100 if row.fte_hundredths is not None else None
            yield [
                one.slug, one.name, key, function.label, row.practice, row.people_count, fte, row.has_stand_in,
                words.get((one.pk, key, "offer"), ""), words.get((one.pk, key, "need"), ""), days.get(one.pk),
            ]  # fmt: skip


def inventory_json(request: HttpRequest) -> JsonResponse:
    rows = [dict(zip(COLUMNS, row, strict=True)) for row in _flat(request)]
    body = {"edition": reference.functions_edition().edition, "count": len(rows), "results": rows}
    return JsonResponse(body, json_dumps_params={"ensure_ascii": False})


def inventory_csv(request: HttpRequest) -> StreamingHttpResponse:
    """As the page says it, for a spreadsheet; programs read the JSON."""
    at, words = COLUMNS.index("practice"), dict(Practice.choices)
    lines = [[*row[:at], words.get(row[at], ""), *row[at + 1 :]] for row in _flat(request)]
    return csv_response("etat-des-lieux.csv", HEADS, lines)


def declare(request: HttpRequest) -> HttpResponse:
    """A CAE enters its own lines, all on one page."""
    actor, organisation = managed(request)
    version, lines = declaration(actor, organisation)
    whole = VersionForm(request.POST or None, initial={"version": version})
    rows: Any = Lines(request.POST or None, initial=initial_of(lines), prefix=PREFIX)
    conflict = False
    if request.method == "POST" and all([whole.is_valid(), rows.is_valid()]):
        try:
            services.declare_inventory(organisation, lines=rows.declared(), version=whole.cleaned_data["version"], actor=actor)
            messages.success(request, "Votre état des lieux est à jour.")
            return redirect("sharing:matrix")
        except VersionConflict:
            conflict = True
    wrong = request.method == "POST" and bool(whole.errors or rows.total_error_count())
    context = {
        "organisation": organisation, "whole": whole, "rows": rows, "conflict": conflict, "page_errors": wrong or conflict,
        "saved": [_words(one) for one in lines if one.practice != "unknown" or one.offers or one.needs] if conflict else [],
        "version": version,
    }  # fmt: skip
    return render(request, "sharing/declare.html", context, status=409 if conflict else 200)


def _words(line: Declared) -> str:
    """«Gestion comptable : Tenue, 2 personnes», for whoever must compare two declarations."""
    held = InventoryLine(practice=line.practice, people_count=line.people_count, fte_hundredths=line.fte_hundredths).amount_words
    said = [str(Practice(line.practice).label), held, line.offers and f"offre « {line.offers} »", line.needs and f"besoin « {line.needs} »"]
    return typo(f"{reference.function_label(line.function)} : {', '.join(filter(None, said))}")
