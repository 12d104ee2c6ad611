from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from hub.core.accounts.actor import actor_of
from hub.core.ui.conflicts import reopen
from workgroups.roadmaps import rules, services
from workgroups.roadmaps.errors import ReviewNeedsAnother, RoadmapIsIncomplete, RoadmapIsInReview, RoadmapIsNotInReview, RoadmapWasChanged
from workgroups.roadmaps.forms import DecisionForm
from workgroups.roadmaps.views.shared import drafted
from workgroups.roadmaps.views.writing import draft_page


@require_POST
def submit(request: HttpRequest, acronym: str) -> HttpResponse:
    actor = actor_of(request)
    group, roadmap = drafted(request, acronym)
    if not rules.can_write_roadmap(actor, group):
        raise PermissionDenied
    try:
        services.submit_roadmap(roadmap, actor=actor)
        messages.success(request, "Feuille de route remise à l’animation du groupe.")
    except RoadmapIsIncomplete as refusal:
        messages.error(request, f"Il manque encore : {', '.join(refusal.missing)}.")
    except RoadmapIsInReview:
        messages.info(request, "La feuille de route est déjà remise.")
    return redirect("roadmaps:draft", acronym)


@require_POST
def take_back(request: HttpRequest, acronym: str) -> HttpResponse:
    actor = actor_of(request)
    group, roadmap = drafted(request, acronym)
    if not rules.can_write_roadmap(actor, group):
        raise PermissionDenied
    if services.take_back_roadmap(roadmap, actor=actor):
        messages.success(request, "La feuille de route n’est plus remise : le groupe peut la changer.")
    else:
        messages.info(request, "La feuille de route n’était plus remise à l’animation : rien n’a changé.")
    return redirect("roadmaps:draft", acronym)


@require_POST
def decide(request: HttpRequest, acronym: str) -> HttpResponse:
    """Approve and publish the text that was read, or send it back with a word; a refused decision keeps the word."""
    actor = actor_of(request)
    group, roadmap = drafted(request, acronym)
    if not rules.can_release(actor, group):
        raise PermissionDenied
    form, approve = DecisionForm(request.POST), "approve" in request.POST
    if not form.is_valid():
        return draft_page(request, group, roadmap, form)
    if not (approve or "send_back" in request.POST):
        messages.error(request, "Dites ce qu’il faut changer, puis renvoyez la feuille de route.")
        return redirect("roadmaps:draft", acronym)
    comment, seen = form.cleaned_data["comment"], form.cleaned_data["revision"] or 0
    try:
        decided = services.decide_roadmap(roadmap, approve=approve, comment=comment, actor=actor, seen=seen)
    except ReviewNeedsAnother:
        form.add_error(None, "Vous avez remis cette feuille de route : une autre personne qui anime le groupe l’approuve.")
        return draft_page(request, group, roadmap, form)
    except RoadmapIsNotInReview:
        form.add_error(None, "La feuille de route n’est plus remise à l’animation : rien n’a changé.")
        return draft_page(request, group, roadmap, form, status=409)
    except RoadmapWasChanged:
        form.add_error(
            None, "Un autre texte a été remis depuis que vous avez ouvert cette page : rien n’a changé. Relisez-le, puis décidez."
        )
        roadmap.refresh_from_db()
        changes = services.changes_since(roadmap, seen)
        reopen(form, "revision", roadmap.latest_revision_id)
        return draft_page(request, group, roadmap, form, changes, status=409)
    if not approve:
        messages.success(request, "Feuille de route renvoyée au groupe avec votre mot.")
        return redirect("roadmaps:draft", acronym)
    messages.success(request, f"Version {decided.version} publiée.")
    return redirect("roadmaps:roadmap", acronym)
