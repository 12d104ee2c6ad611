from collections.abc import Iterator
from functools import partial
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render

from hub.core.accounts.actor import actor_of
from hub.core.accounts.models import Organisation
from hub.core.kit.ordering import alphabetical
from hub.core.kit.text import euros, hours
from hub.core.ui.exports import csv_response, json_page_response
from hub.core.ui.lists import page_of, query_of, refused
from trainings.catalogue import rules
from trainings.catalogue.filters import CourseFilter
from trainings.catalogue.models import CoursePage
from trainings.catalogue.selectors import rows_with_organisation

PER_PAGE = 25


def _filtered(request: HttpRequest) -> CourseFilter:
    rows = rows_with_organisation(actor_of(request)).filter(live=True).order_by(alphabetical("title"), "pk")
    return CourseFilter(request, rows)


def to_dict(request: HttpRequest, course: CoursePage) -> dict[str, Any]:
    """A programme for a program: public identifier, title, address, organisation (slug), length in minutes, price in cents."""
    return {
        "id": str(course.public_id),
        "title": course.title,
        "url": request.build_absolute_uri(course.get_url(request)),
        "organisation": course.organisation.slug,
        "organisation_name": course.organisation.name,
        "summary": course.summary,
        "modality": course.modality,
        "duration_minutes": course.duration_minutes,
        "indicative_price_cents": course.indicative_price_cents,
        "version": course.version,
    }


def courses(request: HttpRequest) -> HttpResponse:
    """The catalogue of every organisation, and for its staff the programmes being written."""
    actor = actor_of(request)
    found = _filtered(request)
    page, notice = page_of(found, PER_PAGE)
    drafts = rows_with_organisation(actor).filter(organisation=actor.organisation_id).exclude(live=True, has_unpublished_changes=False)
    context = {
        "page": page,
        "filter": found,
        "chips": found.chips(),
        "notices": [*found.notices, *([notice] if notice else [])],
        "query": query_of(request.GET),
        "organisations": Organisation.objects.filter(courses__live=True).distinct().order_by(alphabetical("name")),
        "drafts": drafts.order_by("-latest_revision_created_at") if actor.is_staff_of(actor.organisation_id) else [],
        "can_create": rules.can_create_course(actor),
    }
    return render(request, "catalogue/courses.html", context)


def courses_json(request: HttpRequest) -> HttpResponseBase:
    found = _filtered(request)
    page, notice = page_of(found, PER_PAGE)
    return refused(*found.notices, notice) or json_page_response(request, page, partial(to_dict, request))


COLUMNS = (
    "id",
    "intitulé",
    "organisme",
    "modalité",
    "durée",
    "prix indicatif par personne, hors taxes",
    "version",
    "adresse",
    "en une phrase",
)


def courses_csv(request: HttpRequest) -> HttpResponseBase:
    found = _filtered(request)
    return refused(*found.notices) or csv_response("formations.csv", COLUMNS, _lines(request, found))


def _lines(request: HttpRequest, found: CourseFilter) -> Iterator[list[object]]:
    for course in found.qs.iterator(chunk_size=500):
        price = course.indicative_price_cents
        yield [
            str(course.public_id), course.title, course.organisation.name, course.get_modality_display(),
            hours(course.duration_minutes) if course.duration_minutes else "", "" if price is None else euros(price), course.version,
            request.build_absolute_uri(course.get_url(request)), course.summary,
        ]  # fmt: skip
