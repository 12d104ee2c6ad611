from copy import copy
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from hub.core.accounts.actor import actor_of
from hub.core.accounts.models import Organisation
from hub.core.kit.text import in_sentence
from hub.core.ui.confirm import ask
from hub.core.ui.conflicts import reopen
from trainings.catalogue import rules, services
from trainings.catalogue.comparing import Difference, differences
from trainings.catalogue.errors import (
    CourseIsIncomplete,
    CourseIsInReview,
    CourseIsNotInReview,
    CourseIsUnchanged,
    CourseWasChanged,
    CourseWasPublished,
    ReviewNeedsAnother,
)
from trainings.catalogue.forms import CourseForm, DecisionForm, RemovalForm
from trainings.catalogue.models import CoursePage
from trainings.catalogue.requirements import label, missing_fields
from trainings.catalogue.selectors import course_context


def _course(request: HttpRequest, pk: UUID) -> CoursePage:
    """A programme whose draft the reader may see; any other does not exist for her."""
    actor = actor_of(request)
    course = get_object_or_404(CoursePage.objects.visible_to(actor).select_related("organisation"), public_id=pk)
    if not rules.can_see_draft(actor, course):
        raise Http404
    return course


def new_course(request: HttpRequest) -> HttpResponse:
    """Begin a programme: a title is enough, the rest comes when it comes."""
    actor = actor_of(request)
    if not rules.can_create_course(actor):
        raise PermissionDenied
    form = CourseForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        facts = form.facts()
        organisation = get_object_or_404(Organisation, pk=actor.organisation_id)
        course = services.create_course(
            title=facts.pop("title"), organisation=organisation, actor=actor, facts=facts, key=form.cleaned_data["key"]
        )  # fmt: skip
        messages.success(request, "Brouillon enregistré.")
        return redirect("catalogue:draft", course.public_id)
    return render(request, "catalogue/course_form.html", {"form": form})


def edit_course(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Write the draft; a draft saved meanwhile by somebody else is shown, and nothing typed is lost."""
    course = _course(request, pk)
    if not rules.can_write_course(actor_of(request), course):
        raise PermissionDenied
    draft = services.draft_of(course)
    form = CourseForm(request.POST or None, instance=draft)
    context: dict[str, Any] = {"form": form, "course": course, "draft": draft}
    status = 200
    if request.method == "POST" and form.is_valid():
        try:
            services.save_draft(course, facts=form.facts(), actor=actor_of(request), based_on=form.cleaned_data["revision"] or 0)
            messages.success(request, "Brouillon enregistré.")
            return redirect("catalogue:draft", course.public_id)
        except CourseIsInReview:
            form.add_error(None, "Ce programme est en relecture. Reprenez-le d’abord, votre texte reste ici.")
            status = 409
        except CourseWasChanged:
            context |= {"conflict": _conflict(draft, form), "page_errors": True}
            data = request.POST.copy()
            data["revision"] = str(course.latest_revision_id)
            form.data, status = data, 409
    return render(request, "catalogue/course_form.html", context, status=status)


def _conflict(newer: CoursePage, form: CourseForm) -> dict[str, Any]:
    """Who saved meanwhile, and what the text typed here would change in hers."""
    mine = copy(newer)
    for name, value in form.facts().items():
        setattr(mine, name, value)
    writer = newer.latest_revision.user if newer.latest_revision else None
    return {"who": writer.name if writer else "Quelqu’un", "differences": differences(newer, mine)}


def draft(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The draft as it will be read, what it lacks, and its next step."""
    return _draft_page(request, _course(request, pk))


def _draft_page(
    request: HttpRequest, course: CoursePage, form: DecisionForm | None = None, changes: list[Difference] | None = None, status: int = 200
) -> HttpResponse:
    """The draft, with a decision that was refused and what it had not read, if any."""
    actor, text = actor_of(request), services.draft_of(course)
    context = course_context(text, actor) | {
        "page": text,
        "is_draft": True,
        "live": course,
        "missing": [(label(name), reason) for name, reason in missing_fields(text).items()],
        "review": course.current_workflow_task_state,
        "last_review": course.workflow_states.order_by("-created_at").first(),
        "can_review": rules.can_review_course(actor, course),
        "can_remove": rules.can_remove_course(actor, course),
        "form": form or DecisionForm(initial={"revision": course.latest_revision_id}),
        "changes": changes,
    }
    return render(request, "catalogue/draft.html", context, status=status)


def compare(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The published text and the draft, words added and removed marked."""
    course = _course(request, pk)
    found = differences(course, services.draft_of(course)) if course.live else []
    return render(request, "catalogue/compare.html", {"course": course, "differences": found})


@require_POST
def submit(request: HttpRequest, pk: UUID) -> HttpResponse:
    course = _course(request, pk)
    if not rules.can_write_course(actor_of(request), course):
        raise PermissionDenied
    try:
        services.submit_course(course, actor=actor_of(request))
        messages.success(request, f"Programme remis à la relecture {in_sentence(course.organisation.name)}.")
    except CourseIsIncomplete as refusal:
        messages.error(request, f"Il manque encore : {', '.join(refusal.missing)}.")
    except CourseIsInReview:
        messages.info(request, "Ce programme est déjà en relecture.")
    except CourseIsUnchanged:
        messages.info(request, "Rien n’a changé depuis la version publiée : modifiez d’abord le programme.")
    return redirect("catalogue:draft", pk)


@require_POST
def take_back(request: HttpRequest, pk: UUID) -> HttpResponse:
    course = _course(request, pk)
    if not rules.can_write_course(actor_of(request), course):
        raise PermissionDenied
    if services.take_back_course(course, actor=actor_of(request)):
        messages.success(request, "Le programme n’est plus en relecture : vous pouvez le changer.")
    else:
        messages.info(request, "Le programme n’était plus en relecture : rien n’a changé.")
    return redirect("catalogue:draft", pk)


@require_POST
def decide(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Approve and publish the text that was read, or send it back with a word; a refused decision keeps the word."""
    course = _course(request, pk)
    if not rules.can_review_course(actor_of(request), course):
        raise PermissionDenied
    form = DecisionForm(request.POST)
    if not form.is_valid():
        return _draft_page(request, course, form)
    approve, seen = "approve" in request.POST, form.cleaned_data["revision"] or 0
    try:
        services.decide_course(course, approve=approve, comment=form.cleaned_data["comment"], actor=actor_of(request), seen=seen)
        messages.success(request, "Programme publié." if approve else "Programme renvoyé avec votre mot.")
        return redirect("catalogue:draft", pk)
    except ReviewNeedsAnother:
        form.add_error(None, "Vous avez remis ce programme : une autre personne de votre équipe l’approuve.")
        return _draft_page(request, course, form)
    except CourseIsNotInReview:
        form.add_error(None, "Ce programme n’est plus en relecture : rien n’a changé.")
        return _draft_page(request, course, form, status=409)
    except CourseWasChanged:
        form.add_error(
            None, "Un autre texte a été remis depuis que vous avez ouvert cette page : rien n’a changé. Relisez-le, puis décidez."
        )
        course.refresh_from_db()
        read = services.revision_of(course, seen)
        reopen(form, "revision", course.latest_revision_id)
        return _draft_page(request, course, form, differences(read, services.draft_of(course)) if read else [], status=409)


@require_http_methods(["GET", "HEAD", "POST"])
def unpublish(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Take a programme out of the catalogue, after saying what stays."""
    course = _course(request, pk)
    if not rules.can_review_course(actor_of(request), course):
        raise PermissionDenied
    if not course.live:
        messages.info(request, "Ce programme n’est pas au catalogue.")
        return redirect("catalogue:draft", pk)
    if request.method == "POST":
        services.unpublish_course(course, actor=actor_of(request))
        messages.success(request, "Programme retiré du catalogue. Ses sessions restent.")
        return redirect("catalogue:draft", pk)
    return render(request, "catalogue/unpublish.html", {"course": course})


@require_http_methods(["GET", "HEAD", "POST"])
def remove(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Ask, then delete a draft that was never published."""
    course = _course(request, pk)
    if not rules.can_write_course(actor_of(request), course):
        raise PermissionDenied
    if not rules.can_remove_course(actor_of(request), course):
        messages.info(request, "Ce programme a été publié : il se retire du catalogue, il ne se supprime pas.")
        return redirect("catalogue:draft", pk)
    form = RemovalForm(request.POST if request.method == "POST" else None, initial={"revision": course.latest_revision_id})
    if request.method == "POST" and form.is_valid():
        try:
            services.remove_course(course, actor=actor_of(request), seen=form.cleaned_data["revision"] or 0)
            messages.success(request, "Brouillon supprimé.")
            return redirect("catalogue:courses")
        except CourseIsInReview:
            messages.info(request, "Ce programme est en relecture. Reprenez-le d’abord.")
        except CourseWasChanged:
            messages.info(request, "Un autre texte a été enregistré depuis : rien n’est supprimé. Lisez-le d’abord.")
        except CourseWasPublished:
            messages.info(request, "Ce programme vient d’être publié : rien n’est supprimé.")
        return redirect("catalogue:draft", pk)
    context = {
        "title": "Supprimer le brouillon", "text": f"{course.draft_title}. Ce programme n’a jamais été publié.",
        "consequences": ["Son texte et ses versions disparaissent pour toute l’équipe ; il n’en reste que la ligne du journal."],
        "action": "Supprimer le brouillon", "keep": "Garder le brouillon", "cancel_url": reverse("catalogue:draft", args=[pk]), "tone": "bad",
        "form": form,
    }  # fmt: skip
    return ask(request, context)
