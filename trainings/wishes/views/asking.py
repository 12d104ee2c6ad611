"""A session asked of another organisation of the federation, and its refusal: the two ends of what answering.py opens."""

from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from hub.core.kit.text import counted, joined, to
from hub.core.ui.confirm import ask
from trainings.wishes import rules, services
from trainings.wishes.enums import WishStatus
from trainings.wishes.errors import WishRefused
from trainings.wishes.forms import DeclineForm
from trainings.wishes.selectors import asked_with, published, same_theme
from trainings.wishes.views.frame import GONE, ticked, wish_to_answer

both = require_http_methods(["GET", "HEAD", "POST"])


@both
def ask_body(request: HttpRequest, pk: UUID, course_id: UUID) -> HttpResponse:
    """Ask the organisation of a published programme to hold a session for needs; it finds them among what awaits it."""
    actor, wish = wish_to_answer(request, pk)
    if not rules.can_ask(actor):
        raise PermissionDenied
    course = get_object_or_404(published(actor), public_id=course_id)
    if wish.status != WishStatus.OPEN:
        messages.info(request, GONE)
        return redirect("wishes:census")
    if wish.asked_course_id == course.pk and request.method != "POST":
        messages.info(request, f"{course.organisation.name} a déjà cette demande et n’a pas encore répondu.")
        return redirect("wishes:choose", wish.pk)
    wishes, body = [wish, *ticked(request, same_theme(wish, actor))], course.organisation
    before = wish.asked_course.organisation if wish.asked_course else None
    if request.method == "POST":
        try:
            services.ask_session(wishes, course, actor=actor)
            messages.success(request, f"La demande est partie : {body.name} la trouve dans ce qui l’attend.")
        except WishRefused as refusal:
            messages.error(request, str(refusal))
        return redirect("wishes:census")
    people = f"{counted(sum(one.people_count for one in wishes), 'personne')} ({joined(sorted({one.organisation.name for one in wishes}))})"
    words = {
        "title": f"Demander une session : {wish.theme}",
        "text": f"{body.name}, sur son programme « {course.title} », pour {people}.",
        "consequences": [
            "Les personnes qui y tiennent les sessions sont prévenues, et trouvent le formulaire de la session déjà rempli.",
            "L’organisme prépare la session ou décline avec un mot, que vous recevez.",
            "Les CAE sont prévenues quand la session se prépare, pas avant.",
            *([f"La demande faite {to(before.name)} est retirée, et ses personnes sont prévenues."] if before and before != body else []),
        ],
        "action": "Demander la session", "keep": "Choisir un autre programme", "cancel_url": reverse("wishes:choose", args=[wish.pk]),
    }  # fmt: skip
    return ask(request, words)


@both
def take_back(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Take a request back while the organisation has not answered."""
    actor, wish = wish_to_answer(request, pk)
    if not rules.can_ask(actor):
        raise PermissionDenied
    if wish.status != WishStatus.OPEN or wish.asked_course is None:
        messages.info(request, "Cette demande a déjà sa réponse, ou n’est plus faite.")
        return redirect("wishes:census")
    body, wishes = wish.asked_course.organisation, [wish, *asked_with(wish, actor)]
    if request.method == "POST":
        services.unask_session(wishes, actor=actor)
        messages.success(request, f"La demande faite {to(body.name)} est retirée, ses personnes sont prévenues.")
        return redirect("wishes:census")
    words = {
        "title": f"Retirer la demande de session : {wish.theme}",
        "text": f"Faite {to(body.name)}, sur son programme « {wish.asked_course.title} », pour {joined(sorted({one.organisation.name for one in wishes}))}.",
        "consequences": [
            "Les personnes qui y tiennent les sessions apprennent qu’elles n’ont plus rien à préparer.",
            "Le besoin reste compté, et peut être demandé ailleurs.",
        ],
        "action": "Retirer la demande", "keep": "Garder la demande", "cancel_url": reverse("wishes:choose", args=[wish.pk]),
    }  # fmt: skip
    return ask(request, words)


@both
def decline(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Say that the session asked for will not be held here, and why."""
    actor, wish = wish_to_answer(request, pk)
    if wish.status != WishStatus.OPEN or not rules.is_asked(actor, wish):
        raise Http404
    form = DeclineForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        services.decline_session([wish, *asked_with(wish, actor)], reason=form.cleaned_data["reason"], actor=actor)
        messages.success(request, "La demande est déclinée, la fédération reçoit votre mot.")
        return redirect("wishes:census")
    words = {
        "form": form, "title": f"Décliner la session demandée : {wish.theme}",
        "text": "Le besoin reste compté par la fédération, qui peut demander à un autre organisme.", "consequences": [],
        "action": "Décliner la demande", "keep": "Revenir aux besoins", "cancel_url": reverse("wishes:census"),
    }  # fmt: skip
    return ask(request, words)
