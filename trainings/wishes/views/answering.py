"""A session opened for a need: which programme and which other needs first, then the session's own form, filled with what is known."""

from functools import partial
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse

from directory.vocabularies.selectors import departments
from hub.core.accounts.actor import Actor
from hub.core.kit.text import counted
from trainings.catalogue.models import CoursePage
from trainings.sessions import rules as sessions
from trainings.sessions.forms import known_ids
from trainings.sessions.models import MOST_PLACES, TrainingSession
from trainings.sessions.views.managing import opening
from trainings.wishes import services
from trainings.wishes.enums import WishStatus
from trainings.wishes.errors import WishRefused
from trainings.wishes.models import Wish
from trainings.wishes.selectors import courses_for, same_theme
from trainings.wishes.views.frame import counting

GONE = "Ce besoin n’attend plus de session."
FEWEST_PLACES = 6


def _wish(request: HttpRequest, pk: UUID) -> tuple[Actor, Wish]:
    actor = counting(request)
    rows = Wish.objects.visible_to(actor).exclude(status=WishStatus.WITHDRAWN).select_related("organisation", "skill")
    return actor, get_object_or_404(rows, pk=pk)


def choose(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Which programme answers this need, and which other needs of the theme with it."""
    actor, wish = _wish(request, pk)
    if wish.status != WishStatus.OPEN:
        messages.info(request, GONE)
        return redirect("wishes:census")
    others, courses = same_theme(wish, actor), courses_for(wish, actor)
    asked = known_ids(request.GET.getlist("besoin"))
    course = next((one for one in courses if str(one.public_id) == request.GET.get("programme")), None)
    if course is not None:
        chosen = [str(one.pk) for one in others if one.pk in asked]
        url = reverse("wishes:open", args=[wish.pk, course.public_id])
        return redirect(f"{url}?{urlencode({'besoin': chosen}, doseq=True)}" if chosen else url)
    context = {"wish": wish, "others": others, "courses": courses, "no_choice": "programme" in request.GET or bool(asked)}
    return render(request, "wishes/choose.html", context)


def open_session(request: HttpRequest, pk: UUID, course_id: UUID) -> HttpResponse:
    """The session's form, with as many places as people and what the needs say in sight; saved, the needs are linked and their CAEs told."""
    actor, wish = _wish(request, pk)
    course = get_object_or_404(CoursePage.objects.visible_to(actor).select_related("organisation"), public_id=course_id)
    if not sessions.can_open_session(actor, course):
        raise PermissionDenied if course.live else Http404
    if wish.status != WishStatus.OPEN and request.method != "POST":
        messages.info(request, GONE)
        return redirect("wishes:census")
    asked = known_ids(request.GET.getlist("besoin"))
    wishes = [wish, *(one for one in same_theme(wish, actor) if one.pk in asked)]
    initial = {"capacity": _places(wishes)}
    return opening(request, course, create=partial(_create, wishes), initial=initial, answers=[_words(one) for one in wishes])


def _create(wishes: list[Wish], course: CoursePage, *, actor: Actor, **facts: Any) -> TrainingSession:
    try:
        return services.open_session_for(wishes, course, actor=actor, **facts)
    except WishRefused as refusal:
        raise ValidationError(str(refusal)) from None


def _places(wishes: list[Wish]) -> int:
    return min(MOST_PLACES, max(FEWEST_PLACES, sum(wish.people_count for wish in wishes)))


def _words(wish: Wish) -> str:
    """«Terre et Tuiles (4 personnes, Gironde, printemps)»"""
    place = departments()[wish.department_code].label if wish.department_code in departments() else ""
    said = ", ".join(part for part in (counted(wish.people_count, "personne"), place, wish.period) if part)
    return f"{wish.organisation.name} ({said})"
