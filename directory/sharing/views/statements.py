from datetime import date
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse

from directory.sharing import rules, services
from directory.sharing.amounts import month_of, of_month
from directory.sharing.enums import LineState, StatementStatus
from directory.sharing.errors import MoveRefused, RuleBroken, VersionConflict
from directory.sharing.forms.shared import ContestForm, ReplyForm, RoundForm
from directory.sharing.models import Statement
from directory.sharing.selectors.parties import statements_of
from directory.sharing.views.frame import reader, who
from directory.sharing.views.shared import granted
from hub.core.accounts.actor import actor_of
from hub.core.kit.text import euros, typo
from hub.core.ui.confirm import ask
from hub.core.ui.exports import csv_response


def detail(request: HttpRequest, pk: UUID) -> HttpResponse:
    actor = who(request)
    row = get_object_or_404(statements_of(actor), pk=pk)
    context = {
        "row": row, "service": row.service, "can_answer": rules.can_answer_statement(actor, row),
        "can_reissue": row.status == StatementStatus.CONTESTED and rules.can_issue(actor, row.service),
        "contested": [line for line in row.lines.all() if line.state == LineState.CONTESTED],
    }  # fmt: skip
    return render(request, "sharing/statement.html", context)


COLUMNS = ["position", "work", "person", "minutes", "hourly_cost_cents", "amount_cents", "state", "reason"]


def _line(line: Any) -> list[Any]:
    return [line.position, line.work, line.person.name, line.minutes, line.hourly_cost_cents, line.amount_cents, line.state, line.reason]


def statement_json(request: HttpRequest, pk: UUID) -> JsonResponse:
    """Minutes and cents; the totals are those of the page."""
    row = get_object_or_404(statements_of(who(request)), pk=pk)
    body = {
        "id": str(row.pk), "agreement": row.service.number, "month": f"{row.month:%Y-%m}", "status": row.status, "round": row.round,
        "provider": row.service.provider.slug, "beneficiary": row.service.beneficiary.slug, "total_minutes": row.total_minutes,
        "total_cents": row.total_cents, "lines": [dict(zip(COLUMNS, _line(line), strict=True)) for line in row.lines.all()],
    }  # fmt: skip
    return JsonResponse(body, json_dumps_params={"ensure_ascii": False})


def statement_csv(request: HttpRequest, pk: UUID) -> StreamingHttpResponse:
    row = get_object_or_404(statements_of(who(request)), pk=pk)
    return csv_response(f"{row.service.number}-{row.month:%Y-%m}.csv", COLUMNS, [_line(line) for line in row.lines.all()])


def issue(request: HttpRequest, pk: UUID, month: str) -> HttpResponse:
    """The lending CAE sends the statement of a month of the service, written 2026-10."""
    service = granted(request, pk, rules.can_issue)
    try:
        day = date.fromisoformat(f"{month}-01")
    except ValueError:
        raise Http404 from None
    if not month_of(service.starts_on) <= day <= month_of(service.last_day):
        raise Http404
    words = of_month(day)
    if request.method != "POST":
        context = {
            "title": f"Envoyer le relevé {words}",
            "text": f"{service.number}, {service.label} : le temps noté du mois, au coût convenu, est envoyé à {service.beneficiary.name}.",
            "consequences": ["Le temps de ce mois ne change plus, sauf si une ligne est contestée.", "Les deux CAE sont prévenues."],
            "action": "Envoyer le relevé", "keep": "Revenir à la convention", "cancel_url": service.get_absolute_url(),
        }  # fmt: skip
        return ask(request, context)
    try:
        row = services.issue_statement(service, month=day, actor=actor_of(request))
        messages.success(request, typo(f"Le relevé {words} est envoyé à {service.beneficiary.name} : {euros(row.total_cents)}."))
        return redirect(row)
    except (RuleBroken, MoveRefused) as refusal:
        messages.error(request, _sentence(refusal))
        return redirect(service)


def _answered(request: HttpRequest, pk: UUID) -> Statement:
    actor = reader(request)
    row = get_object_or_404(statements_of(actor), pk=pk)
    if not rules.can_answer_statement(actor, row):
        raise PermissionDenied
    return row


def accept(request: HttpRequest, pk: UUID) -> HttpResponse:
    row = _answered(request, pk)
    form = RoundForm(request.POST or None, initial={"round": row.round})
    if request.method == "POST" and form.is_valid():
        try:
            services.accept_statement(row, round=form.cleaned_data["round"], actor=actor_of(request))
            messages.success(request, typo(f"Relevé accepté : {euros(row.total_cents)}. {row.service.provider.name} est prévenue."))
            return redirect(row)
        except (VersionConflict, MoveRefused) as refusal:
            messages.error(request, _sentence(refusal))
            return redirect(row)
    context = {
        "title": f"Accepter {euros(row.total_cents)}", "text": f"Relevé {row.of_month}, {row.service.number}, {row.service.label}.",
        "consequences": [f"{row.service.provider.name} est prévenue.", "Un relevé accepté ne se conteste plus."],
        "action": f"Accepter {euros(row.total_cents)}", "keep": "Revenir au relevé", "cancel_url": row.get_absolute_url(), "form": form,
    }  # fmt: skip
    return ask(request, context)


def contest(request: HttpRequest, pk: UUID) -> HttpResponse:
    """One reason per line contested; the others are accepted."""
    row = _answered(request, pk)
    lines = [line for line in row.lines.all() if line.state != LineState.ACCEPTED]
    form = ContestForm(request.POST or None, statement=row, lines=lines)
    if request.method == "POST" and form.is_valid():
        try:
            services.contest_lines(row, reasons=form.reasons(), round=form.cleaned_data["round"], actor=actor_of(request))
            messages.success(request, f"{row.service.provider.name} est prévenue, avec vos motifs. Les autres lignes sont acceptées.")
            return redirect(row)
        except (VersionConflict, MoveRefused, RuleBroken) as refusal:
            form.add_error(None, _sentence(refusal))
    return render(request, "sharing/contest.html", {"row": row, "service": row.service, "form": form})


def reissue(request: HttpRequest, pk: UUID) -> HttpResponse:
    """After corrections in the log, or with a reply alone."""
    row = get_object_or_404(statements_of(reader(request)), pk=pk)
    if not rules.can_issue(actor_of(request), row.service):
        raise PermissionDenied
    form = ReplyForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            services.issue_statement(row.service, month=row.month, reply=form.cleaned_data["reply"], actor=actor_of(request))
            messages.success(request, f"Le relevé est renvoyé à {row.service.beneficiary.name}.")
            return redirect(row)
        except (RuleBroken, MoveRefused) as refusal:
            form.add_error(None, _sentence(refusal))
    context = {
        "title": f"Renvoyer le relevé {row.of_month}",
        "text": "Les lignes acceptées restent ; les autres se recalculent depuis le journal des heures.",
        "action": "Renvoyer le relevé", "keep": "Revenir au relevé", "cancel_url": reverse("sharing:statement", args=[row.pk]), "form": form,
    }  # fmt: skip
    return ask(request, context)


def _sentence(refusal: Exception) -> str:
    if isinstance(refusal, VersionConflict):
        return "Ce relevé a été renvoyé entre-temps : relisez-le avant de répondre."
    words = str(refusal)
    return f"Ce n’est pas possible : {words}." if isinstance(refusal, MoveRefused) else words
