from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from hub.core.accounts.actor import actor_of
from workgroups.roadmaps import rules, services
from workgroups.roadmaps.errors import ReviewNeedsAnother, RoadmapIsIncomplete, RoadmapIsInReview
from workgroups.roadmaps.forms import DecisionForm
from workgroups.roadmaps.views.shared import drafted


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
    services.take_back_roadmap(roadmap, actor=actor)
    messages.success(request, "La feuille de route n’est plus remise : le groupe peut la changer.")
    return redirect("roadmaps:draft", acronym)


@require_POST
def decide(request: HttpRequest, acronym: str) -> HttpResponse:
    """Approve and publish, or send back with a word."""
    actor = actor_of(request)
    group, roadmap = drafted(request, acronym)
    if not rules.can_release(actor, group):
        raise PermissionDenied
    form, approve = DecisionForm(request.POST), "approve" in request.POST
    if not form.is_valid() or not (approve or "send_back" in request.POST):
        messages.error(request, "Dites ce qu’il faut changer, puis renvoyez la feuille de route.")
        return redirect("roadmaps:draft", acronym)
    try:
        decided = services.decide_roadmap(roadmap, approve=approve, comment=form.cleaned_data["comment"], actor=actor)
    except ReviewNeedsAnother:
        messages.error(request, "Vous avez remis cette feuille de route : une autre personne qui anime le groupe l’approuve.")
        return redirect("roadmaps:draft", acronym)
    if not approve:
        messages.success(request, "Feuille de route renvoyée au groupe avec votre mot.")
        return redirect("roadmaps:draft", acronym)
    messages.success(request, f"Version {decided.version} publiée.")
    return redirect("roadmaps:roadmap", acronym)
