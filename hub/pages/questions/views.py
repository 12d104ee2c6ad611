from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.safestring import SafeString
from django.views.decorators.http import require_POST

from hub.core.accounts.actor import Actor, actor_of
from hub.core.ui.confirm import ask
from hub.core.ui.conflicts import reopen
from hub.core.ui.words import marked
from hub.pages.questions import rules, selectors, services
from hub.pages.questions.filters import QuestionFilter
from hub.pages.questions.forms import AnswerForm, QuestionForm
from hub.pages.questions.models import Answer, QuestionPage
from hub.pages.writing.forms import ReasonForm
from hub.pages.writing.nouns import Column, Noun, Words
from hub.pages.writing.tags import tag_words
from hub.pages.writing.views import detail_context, page_in_sight
from workgroups.groups.errors import NotPossible, WasChanged


def _context(actor: Actor, page: QuestionPage) -> dict[str, Any]:
    return {
        "answers": selectors.answers(actor, page), "follows": selectors.is_following(actor, page), "tags": tag_words(page),
        "can_answer": rules.can_answer(actor, page), "form": AnswerForm(),
    }  # fmt: skip


NOUN = Noun(
    QuestionPage, QuestionForm, QuestionFilter,
    Words(
        "Questions", "question,questions", "cette question", "Poser une question",
        "Une question trouve souvent sa réponse dans une autre CAE.",
        "Une difficulté de contrat, d’assurance, de logiciel : quelqu’un l’a sans doute rencontrée.", "Modifier la question",
    ),
    order=10, context=_context,
    columns=(
        Column("answers", "réponses", lambda page: page.answer_count),
        Column("is_solved", "résolue", lambda page: page.is_solved),
    ),
)  # fmt: skip


def answer(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Answer; a faulty form comes back on the page of the question."""
    actor, question = actor_of(request), page_in_sight(request, NOUN, pk)
    if not rules.can_answer(actor, question):
        raise PermissionDenied
    form = AnswerForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            made = services.write_answer(question, body=form.cleaned_data["body"], actor=actor, key=form.cleaned_data["key"])
            messages.success(request, "Réponse publiée.")
            return redirect(f"{question.get_absolute_url()}#r-{made.pk}")
        except NotPossible as refusal:
            form.add_error(None, str(refusal))
    return render(request, "questions/page.html", detail_context(actor, NOUN, question) | {"form": form})


def _answer(request: HttpRequest, pk: UUID, answer_id: UUID) -> Answer:
    question = page_in_sight(request, NOUN, pk)
    rows = Answer.objects.visible_to(actor_of(request)).filter(question=question).select_related("author", "organisation")
    row: Answer = get_object_or_404(rows, pk=answer_id)
    row.question = question
    return row


def edit_answer(request: HttpRequest, pk: UUID, answer_id: UUID) -> HttpResponse:
    row = _answer(request, pk, answer_id)
    if not rules.can_edit_answer(actor_of(request), row):
        raise PermissionDenied
    form, conflict = AnswerForm(request.POST or None, answer=row), None
    if request.method == "POST" and form.is_valid():
        body = form.cleaned_data["body"]
        try:
            services.update_answer(row, body=body, actor=actor_of(request), based_on=form.cleaned_data["version"] or 0)
            messages.success(request, "Réponse enregistrée.")
            return redirect(f"{row.question.get_absolute_url()}#r-{row.pk}")
        except NotPossible as refusal:
            form.add_error(None, str(refusal))
        except WasChanged as change:
            conflict = _differing(change.theirs, body)
            reopen(form, "version", change.theirs.version)
    context = {"question": row.question, "answer": row, "form": form, "conflict": conflict, "page_errors": conflict is not None}
    return render(request, "questions/answer_form.html", context, status=409 if conflict is not None else 200)


def delete_answer(request: HttpRequest, pk: UUID, answer_id: UUID) -> HttpResponse:
    """Its author takes her answer back, after saying what goes with it."""
    row = _answer(request, pk, answer_id)
    if not rules.can_edit_answer(actor_of(request), row):
        raise PermissionDenied
    question = row.question
    if request.method != "POST":
        return ask(request, _before_deletion(row))
    try:
        services.delete_answer(row, actor=actor_of(request))
        messages.success(request, "Votre réponse est retirée.")
    except NotPossible as refusal:
        messages.error(request, str(refusal))
    return redirect(question)


def _before_deletion(row: Answer) -> dict[str, Any]:
    lines = ["Plus personne ne la lit, et elle ne se retrouve pas.", "Les marques « utile » qu’elle a reçues partent avec elle."]
    if row.accepted_at is not None:
        lines.append("Elle a été retenue : la question n’est plus résolue.")
    return {
        "title": "Retirer ma réponse", "text": f"Votre réponse à la question « {row.question.title} ».", "consequences": lines,
        "action": "Retirer ma réponse", "keep": "La laisser en ligne", "tone": "bad",
        "cancel_url": f"{row.question.get_absolute_url()}#r-{row.pk}",
    }  # fmt: skip


def _differing(theirs: Answer, body: str) -> list[tuple[str, SafeString]]:
    return [("Réponse", marked(theirs.body, body))] if theirs.body != body else []


@require_POST
def accept(request: HttpRequest, pk: UUID, answer_id: UUID) -> HttpResponse:
    row = _answer(request, pk, answer_id)
    if not rules.can_accept(actor_of(request), row.question):
        raise PermissionDenied
    try:
        services.accept_answer(row, on=request.POST.get("on") != "0", actor=actor_of(request))
    except NotPossible as refusal:
        messages.error(request, str(refusal))
    return redirect(f"{row.question.get_absolute_url()}#r-{row.pk}")


@require_POST
def useful(request: HttpRequest, pk: UUID, answer_id: UUID) -> HttpResponse:
    row = _answer(request, pk, answer_id)
    if not rules.can_mark(actor_of(request), row):
        raise PermissionDenied
    try:
        services.mark_useful(row, on=request.POST.get("on") != "0", actor=actor_of(request))
    except NotPossible as refusal:
        messages.error(request, str(refusal))
    return redirect(f"{row.question.get_absolute_url()}#r-{row.pk}")


def withdraw_answer(request: HttpRequest, pk: UUID, answer_id: UUID) -> HttpResponse:
    row = _answer(request, pk, answer_id)
    if not rules.can_withdraw_answer(actor_of(request), row):
        raise PermissionDenied
    form = ReasonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            services.withdraw_answer(row, reason=form.cleaned_data["reason"], actor=actor_of(request))
            messages.success(request, "Réponse retirée. La personne qui l’a écrite est prévenue, avec votre motif.")
        except NotPossible as refusal:
            messages.error(request, str(refusal))
        return redirect(row.question)
    return render(request, "questions/answer_withdraw.html", {"page": row.question, "answer": row, "form": form})


@require_POST
def follow(request: HttpRequest, pk: UUID) -> HttpResponse:
    actor, question = actor_of(request), page_in_sight(request, NOUN, pk)
    if not rules.can_answer(actor, question):
        raise PermissionDenied
    services.follow(question, on=request.POST.get("on") != "0", actor=actor)
    return redirect(question)
