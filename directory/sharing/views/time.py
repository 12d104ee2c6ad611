from collections.abc import Mapping
from datetime import date
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render

from directory.sharing import rules, services
from directory.sharing.amounts import of_month
from directory.sharing.enums import Stage
from directory.sharing.errors import DayRefused, LengthRefused, RuleBroken
from directory.sharing.forms.shared import TimeForm
from directory.sharing.models import SharedService, TimeEntry
from directory.sharing.selectors.parties import lent_services, services_of
from directory.sharing.selectors.people import first_days, people_of
from directory.sharing.selectors.statements import contested_days
from directory.sharing.selectors.terms import days_words, own_days
from directory.sharing.views.frame import tabs, who
from hub.core.accounts.actor import Actor, actor_of
from hub.core.accounts.models import User
from hub.core.kit.dates import today
from hub.core.kit.text import hours
from hub.core.ui.confirm import ask

PER_PAGE = 30
FIELD_OF: Mapping[type[RuleBroken], str] = {DayRefused: "day", LengthRefused: "minutes"}


def _log(request: HttpRequest, row: SharedService, people: QuerySet[User], entries: Any, *, can_log: bool, **context: Any) -> HttpResponse:
    """The log of a service and the form that adds to it."""
    waits = services.is_held_up(row)
    disputed = contested_days(row) if waits else []
    form = TimeForm(request.POST or None, people=people, initial={"day": disputed[0]} if disputed else {})
    if request.method == "POST" and not can_log:
        raise PermissionDenied
    if request.method == "POST" and form.is_valid():
        try:
            entry = services.log_time(row, actor=actor_of(request), **form.cleaned_data)
            messages.success(request, f"Temps noté : {hours(entry.minutes)}, {entry.work}.")
            return redirect(request.path)
        except RuleBroken as refusal:
            form.add_error(FIELD_OF.get(type(refusal)), str(refusal))
    rows = entries.filter(service=row).select_related("person", "line")
    page = Paginator(rows, PER_PAGE).get_page(request.GET.get("page"))
    facts = {"row": row, "form": form, "page": page, "can_log": can_log, "waits": waits, "disputed": disputed}
    return render(request, "sharing/time.html", facts | context)


def _opens_on(days: Mapping[UUID, date], row: SharedService) -> date | None:
    """The day to come from which time is noted; None once it has come, when nothing says it, or when the service has ended."""
    day = days.get(row.pk) if row.stage != Stage.ENDED else None
    return day if day is not None and day > today() else None


def log(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The whole log, for the two CAEs; the one that lends adds to it."""
    actor = who(request)
    row = get_object_or_404(services_of(actor), pk=pk)
    people = people_of(row)
    can_log = rules.can_log_for_all(actor, row) and people.exists()
    opens_on = _opens_on(first_days([row]), row)
    return _log(request, row, people, TimeEntry.objects.visible_to(actor), can_log=can_log, is_own=False, opens_on=opens_on)


def own(request: HttpRequest) -> HttpResponse:
    """For whom I give time, under which agreement; acting for one of those CAEs, what concerns it alone."""
    actor = who(request)
    held = list(lent_services(actor).order_by("stage", "-starts_on", "-id"))
    rows = [row for row in held if _is_shown(actor, row)]
    days, spans = first_days(rows, actor.user_id), own_days(rows, actor.user_id)
    found = [(row, _opens_on(days, row), days_words(spans.get(row.pk, []))) for row in rows]
    context = {"services": found, "hidden_count": len(held) - len(rows), "tabs": tabs(actor, "own_time") if rules.can_read(actor) else []}
    return render(request, "sharing/own_time.html", context)


def _is_shown(actor: Actor, row: SharedService) -> bool:
    """One CAE at a time: under an agreement, the one acted for."""
    return actor.agreement_id is None or row.beneficiary_id == actor.organisation_id


def own_log(request: HttpRequest, pk: UUID) -> HttpResponse:
    """My own time for one CAE, acting for mine or for that one."""
    actor = who(request)
    row = get_object_or_404(lent_services(actor), pk=pk)
    if not _is_shown(actor, row):
        return redirect("sharing:own_time")  # which says where it is
    entries = TimeEntry.objects.visible_to(actor).filter(person=actor.user_id)
    people = people_of(row).filter(pk=str(actor.user_id))
    opens_on = _opens_on(first_days([row], actor.user_id), row)
    spans = own_days([row], actor.user_id).get(row.pk, [])
    return _log(
        request, row, people, entries, can_log=opens_on is None and bool(spans), is_own=True, opens_on=opens_on, days=days_words(spans)
    )


def remove(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Take back time noted by mistake."""
    actor = who(request)
    rows = TimeEntry.objects.visible_to(actor).select_related("service__agreement", "service__provider", "service__beneficiary", "person")
    row = get_object_or_404(rows, pk=pk)
    sees_all = rules.can_log_for_all(actor, row.service)
    if not (sees_all or (rules.can_log(actor, row.service, row.person_id) and lent_services(actor).filter(pk=row.service_id).exists())):
        raise PermissionDenied
    back = redirect("sharing:log" if sees_all else "sharing:own_log", row.service_id)
    if request.method != "POST":
        context = {
            "title": "Retirer ce temps", "text": f"{hours(row.minutes)}, {row.work}, {row.person.name}.", "action": "Retirer ce temps",
            "keep": "Garder ce temps", "tone": "bad", "cancel_url": back["Location"], "consequences": _missed(row),
        }  # fmt: skip
        return ask(request, context)
    try:
        services.remove_entry(row, actor=actor)
        messages.success(request, "Ce temps est retiré.")
    except RuleBroken as refusal:
        messages.error(request, str(refusal))
    return back


def _missed(entry: TimeEntry) -> list[str]:
    """What a contested statement becomes without this time."""
    if entry.day not in contested_days(entry.service):
        return []
    return [f"Le relevé {of_month(entry.month)} est contesté : il repartira sans ce temps, sauf si vous le notez autrement avant."]
