"""A session opened for a need: which programme and which other needs first, then the session's own form, filled with what is known."""

from functools import partial
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse

from directory.vocabularies.selectors import departments
from hub.core.accounts.actor import Actor
from hub.core.kit.text import counted, to
from trainings.catalogue.models import CoursePage
from trainings.sessions import rules as sessions
from trainings.sessions.models import MOST_PLACES, TrainingSession
from trainings.sessions.views.managing import opening
from trainings.wishes import rules, services
from trainings.wishes.enums import WishStatus
from trainings.wishes.errors import WishRefused
from trainings.wishes.models import Wish
from trainings.wishes.selectors import courses_for, same_theme
from trainings.wishes.views.frame import GONE, ticked, wish_to_answer

FEWEST_PLACES = 6


def choose(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Which programme answers this need, and which other needs of the theme with it."""
    actor, wish = wish_to_answer(request, pk)
    if wish.status != WishStatus.OPEN:
        messages.info(request, GONE)
        return redirect("wishes:census")
    others, courses = same_theme(wish, actor), courses_for(wish, actor)
    chosen = ticked(request, others)
    course = next((one for one in courses if str(one.public_id) == request.GET.get("programme")), None)
    if course is not None:
        name = "open" if sessions.can_open_session(actor, course) else "ask"
        return redirect(wish.answer_url(course.public_id, chosen, name=name))
    context = {
        "wish": wish, "others": others, "chosen": chosen, "courses": courses, "can_ask": rules.can_ask(actor),
        "page_errors": not {"suite", "programme"}.isdisjoint(request.GET),
    }  # fmt: skip
    return render(request, "wishes/choose.html", context)


def open_session(request: HttpRequest, pk: UUID, course_id: UUID) -> HttpResponse:
    """The session's form, with as many places as people and what the needs say in sight; saved, the needs are linked and their CAEs told."""
    actor, wish = wish_to_answer(request, pk)
    course = get_object_or_404(CoursePage.objects.visible_to(actor).select_related("organisation"), public_id=course_id)
    if not course.live and wish.asked_course_id == course.pk and rules.is_asked(actor, wish):
        words = f"Le programme « {course.title} » n’est plus publié : publiez-le de nouveau pour préparer la session, ou déclinez."
        messages.info(request, words)
        return redirect("wishes:decline", wish.pk)
    if not sessions.can_open_session(actor, course):
        raise PermissionDenied if course.live else Http404
    if wish.status != WishStatus.OPEN and request.method != "POST":
        messages.info(request, GONE)
        return redirect("wishes:census")
    wishes = [wish, *ticked(request, same_theme(wish, actor))]
    decline = reverse("wishes:decline", args=[wish.pk]) if rules.is_asked(actor, wish) else ""
    context = {"answers": [_words(one) for one in wishes], "decline_url": decline}
    return opening(request, course, create=partial(_create, wishes), initial={"capacity": _places(wishes)}, **context)


def _create(wishes: list[Wish], course: CoursePage, *, actor: Actor, **facts: Any) -> TrainingSession:
    try:
        return services.open_session_for(wishes, course, actor=actor, **facts)
    except WishRefused as refusal:
        raise ValidationError(str(refusal)) from None


def _places(wishes: list[Wish]) -> int:
    return min(MOST_PLACES, max(FEWEST_PLACES, sum(wish.people_count for wish in wishes)))


def _words(wish: Wish) -> str:
    """«à Terre et Tuiles (4 personnes, Gironde, printemps)»"""
    place = departments()[wish.department_code].label if wish.department_code in departments() else ""
    said = ", ".join(part for part in (counted(wish.people_count, "personne"), place, wish.period) if part)
    return f"{to(wish.organisation.name)} ({said})"
