from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import render

from hub.core.ui.exports import csv_response
from trainings.wishes import rules
from trainings.wishes.selectors import census
from trainings.wishes.views.frame import counting

PER_PAGE = 20


def themes(request: HttpRequest) -> HttpResponse:
    """The open needs of the federation, by theme: numbers by CAE, and nobody's name."""
    actor = counting(request)
    found = census(actor)
    context = {
        "page": Paginator(found, PER_PAGE).get_page(request.GET.get("page")), "people_count": sum(theme.people_count for theme in found),
        "cae_count": len({wish.organisation_id for theme in found for wish in theme.wishes}), "can_enter": rules.can_enter(actor),
        "can_ask": rules.can_ask(actor),
    }  # fmt: skip
    return render(request, "wishes/census.html", context)


COLUMNS = ("thème", "Formacode", "CAE", "personnes", "département", "période", "précisions")


def themes_csv(request: HttpRequest) -> StreamingHttpResponse:
    """One line a need, those of a theme together."""
    found = census(counting(request))
    rows = (
        [theme.label, wish.skill_id or "", wish.organisation.name, wish.people_count, wish.department_code, wish.period, wish.note]
        for theme in found
        for wish in theme.wishes
    )
    return csv_response("besoins-de-formation.csv", COLUMNS, rows)
