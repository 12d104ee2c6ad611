from typing import Any

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse

from hub.core.accounts.models import Organisation
from hub.core.kit.dates import today
from hub.core.ui.charts import Seats
from hub.core.ui.exports import csv_response, json_page_response
from trainings.sessions import rules
from trainings.sessions.filters import SessionFilter
from trainings.sessions.models import TrainingSession
from trainings.sessions.selectors import registrations_by_employer

PER_PAGE = 25


def _filtered(request: HttpRequest) -> SessionFilter:
    rows = TrainingSession.objects.visible_to(request.actor).select_related("organisation")  # type: ignore[attr-defined]
    return SessionFilter(request.GET, queryset=rows.order_by("starts_on", "id"), request=request)


def to_dict(session: TrainingSession) -> dict[str, Any]:
    """A session for a program: public identifier, dates (ISO), length in minutes, price in cents, places."""
    return {
        "id": str(session.pk),
        "title": session.title,
        "url": reverse("sessions:detail", args=[session.pk]),
        "organisation": session.organisation.slug,
        "organisation_name": session.organisation.name,
        "status": session.status,
        "starts_on": session.starts_on,
        "ends_on": session.ends_on,
        "duration_minutes": session.duration_minutes,
        "city": session.city,
        "postal_code": session.postal_code,
        "capacity": session.capacity,
        "free": session.free_count,
        "waiting": session.waiting_count,
        "price_cents": session.price_cents,
    }


def sessions(request: HttpRequest) -> HttpResponse:
    """Sessions to come, of every organisation."""
    found = _filtered(request)
    page = Paginator(found.qs, PER_PAGE).get_page(request.GET.get("page"))
    organisations = Organisation.objects.filter(pk__in=TrainingSession.objects.visible_to(request.actor).values("organisation"))  # type: ignore[attr-defined]
    return render(request, "sessions/list.html", {"page": page, "filter": found, "organisations": organisations.order_by("name")})


def sessions_json(request: HttpRequest) -> HttpResponse:
    return json_page_response(request, Paginator(_filtered(request).qs, PER_PAGE).get_page(request.GET.get("page")), to_dict)


COLUMNS = [
    "id",
    "title",
    "organisation_name",
    "status",
    "starts_on",
    "ends_on",
    "duration_minutes",
    "city",
    "capacity",
    "free",
    "price_cents",
]


def sessions_csv(request: HttpRequest) -> StreamingHttpResponse:
    rows = ([to_dict(session)[name] for name in COLUMNS] for session in _filtered(request).qs.iterator(chunk_size=500))
    return csv_response("sessions.csv", COLUMNS, rows)


def detail(request: HttpRequest, pk: Any) -> HttpResponse:
    """A session: its half-days and facts for everybody, its registrations for the parties, each for its own."""
    actor = request.actor  # type: ignore[attr-defined]
    rows = TrainingSession.objects.visible_to(actor).select_related("organisation", "course")
    session = get_object_or_404(rows, pk=pk)
    employers = registrations_by_employer(session, actor) if actor.is_signed_in else []
    for row in (row for group in employers for row in (*group.confirmed, *group.waiting)):
        row.can_give_back = rules.can_give_back(actor, row, session)  # type: ignore[attr-defined]
    context = {
        "session": session,
        "seats": Seats(taken=session.confirmed_count, total=session.capacity),
        "half_days": list(session.half_days.all()),
        "trainers": list(session.trainers.all()) if actor.is_signed_in else [],
        "employers": employers,
        "can_manage": rules.can_manage_session(actor, session),
        "can_register": rules.can_register(actor, actor.organisation_id) and session.is_open_on(today()),
        "is_open": session.is_open_on(today()),
    }
    return render(request, "sessions/detail.html", context)
