from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST

from hub.core.accounts.actor import actor_of
from hub.core.kit.dates import long_date_fr, today
from hub.core.kit.text import one_line
from hub.core.ui.confirm import ask
from hub.core.ui.conflicts import differing, reopen
from workgroups.decisions import rules, selectors, services
from workgroups.decisions.enums import ActionStatus
from workgroups.decisions.forms import ActionForm, DecisionForm, WithdrawDecisionForm
from workgroups.decisions.models import Action, Decision
from workgroups.groups.errors import WasChanged
from workgroups.groups.models import Workgroup
from workgroups.groups.views.shared import group_inside, group_written

PER_PAGE = 30


def decisions(request: HttpRequest, acronym: str) -> HttpResponse:
    """What the group decided, newest first, and what it withdrew since."""
    actor, group = actor_of(request), group_inside(request, acronym)
    page = Paginator(selectors.decisions(actor, group), PER_PAGE).get_page(request.GET.get("page"))
    codes = selectors.item_codes(actor, group)
    rows = [(row, codes.get(row.item_id), rules.can_withdraw_decision(actor, group, row)) for row in page]
    context = {"group": group, "page": page, "rows": rows, "can_write": rules.can_write(actor, group)}
    return render(request, "decisions/decisions.html", context)


def new_decision(request: HttpRequest, acronym: str) -> HttpResponse:
    actor, group = actor_of(request), group_written(request, acronym)
    form = DecisionForm(request.POST or None, group=group, codes=selectors.item_codes(actor, group))
    if request.method == "POST" and form.is_valid():
        services.record_decision(group, facts=form.facts(), actor=actor, key=form.cleaned_data["key"])
        messages.success(request, "Décision notée.")
        return redirect("decisions:decisions", acronym)
    return render(request, "decisions/decision_form.html", {"group": group, "form": form})


def withdraw_decision(request: HttpRequest, acronym: str, pk: UUID) -> HttpResponse:
    """Take back a decision that was written by mistake, after saying why."""
    actor, group = actor_of(request), group_inside(request, acronym)
    row: Decision = get_object_or_404(selectors.decisions(actor, group), pk=pk)
    if row.withdrawn_at is not None and rules.can_write(actor, group):
        messages.info(request, "Cette décision était déjà retirée.")
        return redirect("decisions:decisions", acronym)
    if not rules.can_withdraw_decision(actor, group, row):
        raise PermissionDenied
    form = WithdrawDecisionForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        services.withdraw_decision(row, reason=form.cleaned_data["reason"], actor=actor)
        messages.success(request, "Décision retirée.")
        return redirect("decisions:decisions", acronym)
    context = {
        "title": "Retirer la décision", "text": f"« {one_line(row.text)} », prise le {long_date_fr(row.taken_on)}.",
        "consequences": [
            "Le registre la garde, barrée, avec le motif.",
            "Elle ne compte plus parmi les décisions du groupe et la recherche ne la trouve plus.",
            "Une décision retirée ne se rétablit pas : il faudrait la noter de nouveau.",
        ],
        "action": "Retirer la décision", "keep": "Garder la décision", "tone": "bad", "form": form,
        "cancel_url": reverse("decisions:decisions", args=[acronym]),
    }  # fmt: skip
    return ask(request, context)


def _conflict(form: ActionForm, change: WasChanged) -> dict[str, Any]:
    names = [name for name in form.FACTS if name in form.fields]
    differ = differing(form, change.theirs, names)
    reopen(form, "version", change.theirs.version)
    return {"conflict": differ, "page_errors": True}


def actions(request: HttpRequest, acronym: str) -> HttpResponse:
    """What is to be done, nearest first; what is closed on demand."""
    actor, group = actor_of(request), group_inside(request, acronym)
    everything = "toutes" in request.GET
    found = selectors.actions(actor, group)
    page = Paginator(found if everything else found.filter(status=ActionStatus.OPEN), PER_PAGE).get_page(request.GET.get("page"))
    codes, day = selectors.item_codes(actor, group), today()
    rows = [
        (row, tone, words, codes.get(row.item_id), rules.can_close_action(actor, group, row))
        for row, tone, words in selectors.lateness(list(page), day)
    ]
    context = {"group": group, "page": page, "rows": rows, "everything": everything, "can_write": rules.can_write(actor, group)}
    return render(request, "decisions/actions.html", context)


def new_action(request: HttpRequest, acronym: str) -> HttpResponse:
    actor, group = actor_of(request), group_written(request, acronym)
    form = ActionForm(request.POST or None, group=group, codes=selectors.item_codes(actor, group))
    if request.method == "POST" and form.is_valid():
        services.create_action(group, facts=form.facts(), actor=actor, key=form.cleaned_data["key"])
        messages.success(request, "Action notée.")
        return redirect("decisions:actions", acronym)
    return render(request, "decisions/action_form.html", {"group": group, "form": form})


def _action(request: HttpRequest, group: Workgroup, pk: UUID) -> Action:
    found: Action = get_object_or_404(selectors.actions(actor_of(request), group), pk=pk)
    return found


def edit_action(request: HttpRequest, acronym: str, pk: UUID) -> HttpResponse:
    actor, group = actor_of(request), group_inside(request, acronym)
    row = _action(request, group, pk)
    if not rules.can_write(actor, group):
        raise PermissionDenied
    form = ActionForm(request.POST or None, group=group, codes=selectors.item_codes(actor, group), row=row)
    context: dict[str, Any] = {"group": group, "form": form, "row": row, "conflict": None}
    if request.method == "POST" and form.is_valid():
        try:
            services.update_action(row, facts=form.facts(), actor=actor, based_on=form.cleaned_data["version"] or 0)
            messages.success(request, "Action enregistrée.")
            return redirect("decisions:actions", acronym)
        except WasChanged as change:
            context |= _conflict(form, change)
    return render(request, "decisions/action_form.html", context, status=409 if context["conflict"] is not None else 200)


@require_POST
def set_status(request: HttpRequest, acronym: str, pk: UUID) -> HttpResponse:
    actor, group = actor_of(request), group_inside(request, acronym)
    row = _action(request, group, pk)
    if not rules.can_close_action(actor, group, row):
        raise PermissionDenied
    wanted = request.POST.get("status")
    if wanted not in ActionStatus.values:
        messages.error(request, "Dites si l’action est faite, abandonnée ou à faire.")
        return redirect("decisions:actions", acronym)
    status = ActionStatus(wanted)
    services.set_action_status(row, status=status, actor=actor)
    messages.success(request, f"Action : {status.label.lower()}.")
    return redirect("decisions:actions", acronym)
