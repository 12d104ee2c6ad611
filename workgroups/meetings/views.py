from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from hub.core.accounts.actor import actor_of
from hub.core.kit.dates import local, today
from hub.core.kit.icalendar import MEDIA_TYPE
from hub.core.ui.confirm import ask
from hub.core.ui.conflicts import differing, reopen
from hub.core.ui.words import marked
from workgroups.decisions import selectors as decisions
from workgroups.decisions.forms import ActionForm, DecisionForm
from workgroups.decisions.models import Decision
from workgroups.decisions.services import WITHDRAWN
from workgroups.groups.errors import NotPossible, WasChanged
from workgroups.groups.models import Workgroup
from workgroups.groups.views.shared import group_inside, group_written
from workgroups.meetings import ics, rules, selectors, services
from workgroups.meetings.forms import MeetingForm, MinutesForm, WrittenDecisionForm, as_typed
from workgroups.meetings.models import Meeting

PER_PAGE = 25


def meetings(request: HttpRequest, acronym: str) -> HttpResponse:
    """Meetings to come, nearest first, then the past ones."""
    actor, group = actor_of(request), group_inside(request, acronym)
    coming = list(selectors.upcoming(actor, group))
    past = selectors.meetings(actor, group).exclude(pk__in=[one.pk for one in coming])
    page = Paginator(past, PER_PAGE).get_page(request.GET.get("page"))
    context = {"group": group, "coming": coming, "page": page, "can_write": rules.can_write(actor, group)}
    return render(request, "meetings/meetings.html", context)


def new_meeting(request: HttpRequest, acronym: str) -> HttpResponse:
    actor, group = actor_of(request), group_written(request, acronym)
    form = MeetingForm(request.POST or None, group=group)
    if request.method == "POST" and form.is_valid():
        made = services.create_meeting(group, facts=form.facts(), actor=actor, key=form.cleaned_data["key"])
        messages.success(request, "Réunion fixée.")
        return redirect("meetings:meeting", acronym, made.pk)
    return render(request, "meetings/meeting_form.html", {"group": group, "form": form})


def _meeting(request: HttpRequest, acronym: str, pk: UUID) -> tuple[Workgroup, Meeting]:
    group = group_inside(request, acronym)
    found: Meeting = get_object_or_404(selectors.meetings(actor_of(request), group), pk=pk)
    found.workgroup = group
    return group, found


def _changed(request: HttpRequest, acronym: str, pk: UUID) -> tuple[Workgroup, Meeting]:
    """A meeting that the reader may change."""
    group, found = _meeting(request, acronym, pk)
    if not rules.can_change(actor_of(request), group, found):
        raise PermissionDenied
    return group, found


def meeting(request: HttpRequest, acronym: str, pk: UUID) -> HttpResponse:
    actor = actor_of(request)
    group, found = _meeting(request, acronym, pk)
    context = {
        "group": group, "meeting": found, "present": selectors.present(found), "can_write": rules.can_change(actor, group, found),
        "is_past": found.is_past(timezone.now()), "has_begun": found.has_begun(timezone.now()),
        "decisions": found.decisions.select_related("owner__user", "owner__organisation"),
        "actions": decisions.lateness(list(found.actions.select_related("owner__user", "owner__organisation")), today()),
    }  # fmt: skip
    return render(request, "meetings/meeting.html", context)


@require_safe
def meeting_ics(request: HttpRequest, acronym: str, pk: UUID) -> HttpResponse:
    """The meeting for a diary."""
    _group, found = _meeting(request, acronym, pk)
    url = request.build_absolute_uri(reverse("meetings:meeting", args=[acronym, pk]))
    text = ics.calendar([ics.appointment(found, url=url)])
    response = HttpResponse(text.encode(), content_type=f"{MEDIA_TYPE}; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="reunion.ics"'
    response["Cache-Control"] = "private, no-store"
    return response


def edit_meeting(request: HttpRequest, acronym: str, pk: UUID) -> HttpResponse:
    group, found = _changed(request, acronym, pk)
    form = MeetingForm(request.POST or None, group=group, meeting=found)
    context: dict[str, Any] = {"group": group, "meeting": found, "form": form, "conflict": None}
    if request.method == "POST" and form.is_valid():
        try:
            services.update_meeting(found, facts=form.facts(), actor=actor_of(request), based_on=form.cleaned_data["version"] or 0)
            messages.success(request, "Réunion enregistrée.")
            return redirect("meetings:meeting", acronym, pk)
        except NotPossible as refusal:
            form.add_error(None, str(refusal))
        except WasChanged as change:
            theirs = type("Typed", (), as_typed(change.theirs))
            context |= {"conflict": differing(form, theirs, MeetingForm.COMPARED), "page_errors": True}
            reopen(form, "version", change.theirs.version)
    return render(request, "meetings/meeting_form.html", context, status=409 if context["conflict"] is not None else 200)


def minutes(request: HttpRequest, acronym: str, pk: UUID) -> HttpResponse:
    """Minutes as plain text, and who was there; a text saved meanwhile by somebody else is shown beside the one typed."""
    group, found = _changed(request, acronym, pk)
    form = MinutesForm(request.POST or None, group=group, meeting=found)
    context: dict[str, Any] = {"group": group, "meeting": found, "form": form, "conflict": None}
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        text = data["minutes"].replace("\r\n", "\n")
        try:
            services.write_minutes(
                found, minutes=text, present=data["present"], tell=data["tell"], actor=actor_of(request), based_on=data["version"] or 0
            )
            messages.success(request, "Compte rendu enregistré.")
            return redirect("meetings:meeting", acronym, pk)
        except NotPossible as refusal:
            form.add_error(None, str(refusal))
        except WasChanged as change:
            fields = [("Compte rendu", marked(change.theirs.minutes, text))] if change.theirs.minutes != text else []
            context |= {"conflict": fields, "page_errors": True}
            reopen(form, "version", change.theirs.version)
    return render(request, "meetings/minutes.html", context, status=409 if context["conflict"] is not None else 200)


def cancel_meeting(request: HttpRequest, acronym: str, pk: UUID) -> HttpResponse:
    group, found = _changed(request, acronym, pk)
    if found.has_begun(timezone.now()):
        messages.error(request, services.BEGUN)
        return redirect("meetings:meeting", acronym, pk)
    if request.method != "POST":
        context = {
            "title": f"Annuler la réunion « {found.title} »",
            "text": f"{found.day_words.capitalize()}, groupe {group.name}.",
            "consequences": ["Les membres du groupe sont prévenus.", "Une réunion annulée ne se reprend pas : il faudrait en fixer une autre."],
            "action": "Annuler la réunion", "keep": "Garder la réunion", "tone": "bad",
            "cancel_url": reverse("meetings:meeting", args=[acronym, pk]),
        }  # fmt: skip
        return ask(request, context)
    services.cancel_meeting(found, actor=actor_of(request))
    messages.success(request, "Réunion annulée.")
    return redirect("meetings:meetings", acronym)


def note_decision(request: HttpRequest, acronym: str, pk: UUID) -> HttpResponse:
    """A decision taken in the meeting."""
    actor = actor_of(request)
    group, found = _changed(request, acronym, pk)
    initial = {"taken_on": min(local(found.starts_at).date(), today())}
    form = DecisionForm(request.POST or None, group=group, codes=decisions.item_codes(actor, group), initial=initial)
    if not found.has_begun(timezone.now()):
        messages.error(request, services.UNDECIDED)
        return redirect("meetings:meeting", acronym, pk)
    if request.method == "POST" and form.is_valid():
        services.note_decision(found, facts=form.facts(), actor=actor, key=form.cleaned_data["key"])
        messages.success(request, "Décision notée.")
        return redirect("meetings:meeting", acronym, pk)
    return render(request, "meetings/note.html", {"group": group, "meeting": found, "form": form, "what": "une décision"})


def edit_decision(request: HttpRequest, acronym: str, pk: UUID) -> HttpResponse:
    """A decision is written anew, or put in the meeting where it was taken."""
    actor, group = actor_of(request), group_inside(request, acronym)
    row: Decision = get_object_or_404(decisions.decisions(actor, group), pk=pk)
    if not rules.can_write(actor, group):
        raise PermissionDenied
    if row.withdrawn_at is not None:
        messages.error(request, WITHDRAWN)
        return redirect("decisions:decisions", acronym)
    form = WrittenDecisionForm(request.POST or None, actor=actor, group=group, codes=decisions.item_codes(actor, group), row=row)
    context: dict[str, Any] = {"group": group, "form": form, "row": row, "conflict": None}
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            services.update_decision(row, meeting=data["meeting"], facts=form.facts(), actor=actor, based_on=data["version"] or 0)
            messages.success(request, "Décision enregistrée.")
            return redirect("decisions:decisions", acronym)
        except NotPossible as refusal:
            form.add_error(None, str(refusal))
        except WasChanged as change:
            change.theirs.meeting = selectors.meeting_of(row)
            names = [name for name in (*form.FACTS, "meeting") if name in form.fields]
            context |= {"conflict": differing(form, change.theirs, names), "page_errors": True}
            reopen(form, "version", change.theirs.version)
    return render(request, "decisions/decision_form.html", context, status=409 if context["conflict"] is not None else 200)


def note_action(request: HttpRequest, acronym: str, pk: UUID) -> HttpResponse:
    """An action given in the meeting."""
    actor = actor_of(request)
    group, found = _changed(request, acronym, pk)
    day = local(found.starts_at).date()
    form = ActionForm(request.POST or None, group=group, codes=decisions.item_codes(actor, group), given_on=day)
    if request.method == "POST" and form.is_valid():
        services.note_action(found, facts=form.facts(), actor=actor, key=form.cleaned_data["key"])
        messages.success(request, "Action notée.")
        return redirect("meetings:meeting", acronym, pk)
    return render(request, "meetings/note.html", {"group": group, "meeting": found, "form": form, "what": "une action"})
