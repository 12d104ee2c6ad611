from typing import Any

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import render

from hub.core.accounts.models import Organisation
from hub.core.ui.exports import csv_response, json_page_response
from trainings.catalogue import rules
from trainings.catalogue.filters import CourseFilter
from trainings.catalogue.models import CoursePage
from trainings.catalogue.selectors import rows_with_organisation

PER_PAGE = 25


def _filtered(request: HttpRequest) -> CourseFilter:
    rows = rows_with_organisation(request.actor).filter(live=True).order_by("title", "pk")  # type: ignore[attr-defined]
    return CourseFilter(request.GET, queryset=rows, request=request)


def to_dict(course: CoursePage) -> dict[str, Any]:
    """A programme for a program: public identifier, title, address, organisation (slug), length in minutes, price in cents."""
    return {
        "id": str(course.public_id),
        "title": course.title,
        "url": course.url,
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
    actor = request.actor  # type: ignore[attr-defined]
    found = _filtered(request)
    page = Paginator(found.qs, PER_PAGE).get_page(request.GET.get("page"))
    drafts = rows_with_organisation(actor).filter(organisation=actor.organisation_id).exclude(live=True, has_unpublished_changes=False)
    context = {
        "page": page,
        "filter": found,
        "organisations": Organisation.objects.filter(courses__live=True).distinct().order_by("name"),
        "drafts": drafts.order_by("-latest_revision_created_at") if actor.is_staff_of(actor.organisation_id) else [],
        "can_create": rules.can_create_course(actor),
    }
    return render(request, "catalogue/courses.html", context)


def courses_json(request: HttpRequest) -> HttpResponse:
    return json_page_response(request, Paginator(_filtered(request).qs, PER_PAGE).get_page(request.GET.get("page")), to_dict)


def courses_csv(request: HttpRequest) -> StreamingHttpResponse | HttpResponse:
    columns = ["id", "title", "organisation_name", "modality", "duration_minutes", "indicative_price_cents", "url", "summary"]
    rows = ([to_dict(course)[name] for name in columns] for course in _filtered(request).qs.iterator(chunk_size=500))
    return csv_response("formations.csv", columns, rows)
