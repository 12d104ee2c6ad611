from collections.abc import Iterator
from functools import partial
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.urls import reverse

from hub.core.accounts.actor import actor_of
from hub.core.accounts.models import Organisation
from hub.core.kit.dates import today
from hub.core.kit.ordering import alphabetical
from hub.core.kit.text import euros, hours
from hub.core.ui.exports import csv_response, json_page_response
from hub.core.ui.lists import page_of, query_of, refused
from trainings.sessions import rules
from trainings.sessions.filters import SessionFilter
from trainings.sessions.models import TrainingSession
from trainings.sessions.selectors import journal, registrations_by_employer, state_on

PER_PAGE = 25


def _filtered(request: HttpRequest) -> SessionFilter:
    rows = TrainingSession.objects.visible_to(actor_of(request)).select_related("organisation")
    return SessionFilter(request, rows.order_by("starts_on", "id"))


def _address(request: HttpRequest, session: TrainingSession) -> str:
    return request.build_absolute_uri(reverse("sessions:detail", args=[session.pk]))


def to_dict(request: HttpRequest, session: TrainingSession) -> dict[str, Any]:
    """A session for a program: public identifier, dates (ISO), length in minutes, price in cents, places.

    `status` says whether somebody can be registered today; `state` where it stands, in the words of the screen and of the CSV.
    """
    day = today()
    return {
        "id": str(session.pk),
        "title": session.title,
        "url": _address(request, session),
        "organisation": session.organisation.slug,
        "organisation_name": session.organisation.name,
        "status": session.status_on(day),
        "state": state_on(session, day)[1],
        "nature": session.nature,
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
    page, notice = page_of(found, PER_PAGE)
    organisations = Organisation.objects.filter(pk__in=TrainingSession.objects.visible_to(actor_of(request)).values("organisation"))
    context = {
        "page": page,
        "filter": found,
        "chips": found.chips(),
        "notices": [*found.notices, *([notice] if notice else [])],
        "query": query_of(request.GET),
        "organisations": organisations.order_by(alphabetical("name")),
    }
    return render(request, "sessions/list.html", context)


def sessions_json(request: HttpRequest) -> HttpResponseBase:
    found = _filtered(request)
    page, notice = page_of(found, PER_PAGE)
    return refused(*found.notices, notice) or json_page_response(request, page, partial(to_dict, request))


COLUMNS = (
    "id", "intitulé", "organisme", "état", "premier jour", "dernier jour", "durée", "commune", "code postal", "places", "places libres", "en attente",
    "prix par personne, hors taxes", "adresse",
)  # fmt: skip


def sessions_csv(request: HttpRequest) -> HttpResponseBase:
    found = _filtered(request)
    return refused(*found.notices) or csv_response("sessions.csv", COLUMNS, _lines(request, found))


def _lines(request: HttpRequest, found: SessionFilter) -> Iterator[list[object]]:
    day = today()
    for session in found.qs.iterator(chunk_size=500):
        yield [
            str(session.pk), session.title, session.organisation.name, state_on(session, day)[1], session.starts_on, session.ends_on,
            hours(session.duration_minutes) if session.duration_minutes else "", session.city, session.postal_code, session.capacity,
            session.free_count, session.waiting_count, euros(session.price_cents), _address(request, session),
        ]  # fmt: skip


def detail(request: HttpRequest, pk: Any) -> HttpResponse:
    """A session: its half-days and facts for everybody, its registrations for the parties, each for its own."""
    actor = actor_of(request)
    rows = TrainingSession.objects.visible_to(actor).select_related("organisation", "course", "programme_revision")
    session = get_object_or_404(rows, pk=pk)
    employers = registrations_by_employer(session, actor) if actor.is_signed_in else []
    has_begun = session.has_begun(today())
    for row in (row for group in employers for row in group.rows):
        row.can_give_back = rules.can_give_back(actor, row, session) and not (has_begun and row.rank is None)  # type: ignore[attr-defined]  # ours, set for the template
    can_manage, is_open = rules.can_manage_session(actor, session), session.is_open_on(today())
    context = {
        "session": session,
        "programme": session.programme,
        "half_days": list(session.half_days.all()),
        "trainers": list(session.trainers.all()) if actor.is_signed_in else [],
        "employers": employers,
        "total_cents": sum(group.price_cents for group in employers),
        "can_manage": can_manage,
        "has_begun": has_begun,
        "can_be_removed": can_manage and session.can_be_removed(),
        "has_newer_release": can_manage and not has_begun and not session.is_cancelled and session.has_newer_release,
        "lacks": session.missing_minutes if can_manage and not session.is_cancelled and not session.is_over_on(today()) else 0,
        "can_register": rules.can_register(actor, actor.organisation_id) and is_open,
        "can_read_programme": session.course.live,
        "is_open": is_open,
        "closed": session.closed_words(today()) if actor.is_signed_in else "",
        "past": session.past_words(today()),
        "journal": journal(session, actor) if can_manage else [],
    }
    return render(request, "sessions/detail.html", context)
