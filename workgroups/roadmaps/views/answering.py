from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST

from hub.core.accounts.actor import actor_of
from hub.core.accounts.models import Organisation
from hub.core.kit.text import in_sentence
from hub.core.ui.conflicts import differing, reopen
from workgroups.groups.errors import NotPossible, WasChanged
from workgroups.groups.models import Workgroup
from workgroups.roadmaps import rules, selectors, services
from workgroups.roadmaps.enums import AnswerReach, Progress, Stance
from workgroups.roadmaps.errors import PointWasChanged
from workgroups.roadmaps.forms import AnswerForm, ProgressForm, ReachForm
from workgroups.roadmaps.models import ItemProgress, RoadmapPage
from workgroups.roadmaps.views.shared import point, released, taken_out


def _answering(request: HttpRequest, acronym: str) -> tuple[Workgroup, RoadmapPage, Organisation]:
    """A released roadmap, and the CAE for which the reader may answer."""
    actor = actor_of(request)
    group, roadmap = released(request, acronym)
    if not rules.can_answer(actor, roadmap):
        raise PermissionDenied
    return group, roadmap, Organisation.objects.get(pk=str(actor.organisation_id))


def answer(request: HttpRequest, acronym: str, pk: UUID) -> HttpResponse:
    """What one's CAE does with a point; a colleague's answer given meanwhile is shown beside the one typed."""
    actor = actor_of(request)
    group, roadmap, organisation = _answering(request, acronym)
    current = selectors.own_answer(actor, roadmap, pk)
    form = AnswerForm(request.POST or None, answer=current, release=roadmap.version)
    if gone := taken_out(request, group, roadmap, pk, form):
        return gone
    item = point(roadmap, pk)
    context: dict[str, Any] = {
        "group": group, "roadmap": roadmap, "item": item, "organisation": organisation, "form": form, "current": current, "conflict": None,
        "rewritten": None, "sheet": selectors.own_sheet(actor, roadmap),
    }  # fmt: skip
    if request.method == "POST" and form.is_valid():
        try:
            stance = Stance(form.cleaned_data["stance"])
            services.set_answer(
                roadmap,
                item_id=pk,
                organisation=organisation,
                stance=stance,
                facts=form.facts(),
                actor=actor,
                based_on=form.seen,
                seen=form.cleaned_data["release"] or 0,
            )
            messages.success(request, f"{item.code} : {stance.label.lower()} par {organisation.name}.")
            return redirect(f"{reverse('roadmaps:roadmap', args=[acronym])}#qui")
        except NotPossible as refusal:
            form.add_error(None, str(refusal))
        except WasChanged as change:
            context |= _conflict(form, change)
        except PointWasChanged as change:
            context |= {"rewritten": change.fields, "read": form.cleaned_data["release"], "page_errors": True}
            reopen(form, "release", roadmap.version)
    is_conflict = context["conflict"] is not None or context["rewritten"]
    return render(request, "roadmaps/answer.html", context, status=409 if is_conflict else 200)


def _conflict(form: AnswerForm, change: WasChanged) -> dict[str, Any]:
    theirs = change.theirs
    who = theirs.answered_by.name if theirs and theirs.answered_by else "Quelqu’un"
    differ = differing(form, theirs, ("stance", *AnswerForm.FACTS)) if theirs else []
    reopen(form, "based_on", theirs.pk if theirs else "")
    return {"conflict": differ, "who": who, "gone": theirs is None, "page_errors": True}


@require_POST
def withdraw(request: HttpRequest, acronym: str, pk: UUID) -> HttpResponse:
    actor = actor_of(request)
    group, roadmap, organisation = _answering(request, acronym)
    if gone := taken_out(request, group, roadmap, pk):
        return gone
    item, current = point(roadmap, pk), selectors.own_answer(actor, roadmap, pk)
    try:
        if current is None or str(current.pk) != request.POST.get("based_on"):
            raise WasChanged(current)
        services.withdraw_answer(roadmap, item_id=pk, organisation=organisation, actor=actor, based_on=current.pk)
    except WasChanged:
        messages.error(request, "Cette réponse a changé entre-temps. Relisez-la avant de la retirer.")
        return redirect("roadmaps:answer", acronym, pk)
    messages.success(request, f"{item.code} : {organisation.name} ne dit plus rien de ce point.")
    return redirect(f"{reverse('roadmaps:roadmap', args=[acronym])}#qui")


@require_POST
def set_reach(request: HttpRequest, acronym: str) -> HttpResponse:
    """Who reads the answers of one's CAE."""
    _group, roadmap, organisation = _answering(request, acronym)
    form = ReachForm(request.POST)
    if form.is_valid():
        reach = AnswerReach(form.cleaned_data["reach"])
        services.set_answers_reach(roadmap, organisation=organisation, reach=reach, actor=actor_of(request))
        messages.success(request, f"Les réponses {in_sentence(organisation.name)} sont lues par {reach.label}.")
    else:
        messages.error(request, "Choisissez qui lit vos réponses.")
    return redirect(f"{reverse('roadmaps:roadmap', args=[acronym])}#qui")


def set_progress(request: HttpRequest, acronym: str, pk: UUID) -> HttpResponse:
    """How far a point is, noted between two releases."""
    actor = actor_of(request)
    group, roadmap = released(request, acronym)
    if not rules.can_write_roadmap(actor, group):
        raise PermissionDenied
    row = ItemProgress.objects.filter(roadmap=roadmap, item_id=pk).first()
    form = ProgressForm(request.POST or None, row=row)
    if gone := taken_out(request, group, roadmap, pk, form):
        return gone
    item = point(roadmap, pk)
    context: dict[str, Any] = {"group": group, "roadmap": roadmap, "item": item, "form": form, "conflict": None}
    if request.method == "POST" and form.is_valid():
        facts = form.cleaned_data
        try:
            services.set_progress(
                roadmap, item_id=pk, status=Progress(facts["status"]), reading=facts["reading"], actor=actor, based_on=facts["version"] or 0
            )
            messages.success(request, f"Avancement de {item.code} noté.")
            return redirect("roadmaps:item", acronym, pk)
        except NotPossible as refusal:
            form.add_error(None, str(refusal))
        except WasChanged as change:
            conflict = differing(form, change.theirs, ("status", "reading")) if change.theirs else []
            reopen(form, "version", change.theirs.version if change.theirs else 0)
            context |= {"conflict": conflict, "page_errors": True}
    return render(request, "roadmaps/progress_form.html", context, status=409 if context["conflict"] is not None else 200)
