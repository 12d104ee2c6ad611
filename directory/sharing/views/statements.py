from datetime import date
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect, render

from directory.sharing import rules, services
from directory.sharing.amounts import month_of
from directory.sharing.enums import WITH_ITS_SENDER, LineState, StatementStatus
from directory.sharing.errors import MoveRefused, RuleBroken, VersionConflict
from directory.sharing.forms.shared import ContestForm, ReopeningForm, ReplyForm, RoundForm, SendForm, typed_reasons
from directory.sharing.models import SharedService, Statement
from directory.sharing.selectors.parties import statements_of
from directory.sharing.selectors.statements import drafted
from directory.sharing.views.frame import reader, who
from directory.sharing.views.shared import granted
from hub.core.accounts.actor import actor_of
from hub.core.kit.text import euros, hours, to, typo
from hub.core.ui.confirm import ask
from hub.core.ui.exports import csv_response, pdf_response


def detail(request: HttpRequest, pk: UUID) -> HttpResponse:
    return render(request, "sharing/statement.html", _shown(request, pk))


def _shown(request: HttpRequest, pk: UUID) -> dict[str, Any]:
    actor = who(request)
    row = get_object_or_404(statements_of(actor), pk=pk)
    return {
        "row": row, "service": row.service,
        "can_answer": row.status == StatementStatus.ISSUED and rules.can_answer_statement(actor, row),
        "can_reopen": row.status == StatementStatus.ACCEPTED and rules.can_answer_statement(actor, row),
        "can_refuse_reopening": row.reopen_reason and rules.can_answer_statement(actor, row),
        "can_ask_reopening": row.status == StatementStatus.ACCEPTED and not row.reopen_reason and rules.can_issue(actor, row.service),
        "can_withdraw_reopening": row.reopen_reason and rules.can_issue(actor, row.service),
        "can_reissue": row.status in WITH_ITS_SENDER and rules.can_issue(actor, row.service),
        "can_recall": row.status == StatementStatus.ISSUED and rules.can_issue(actor, row.service),
        "has_paper": row.status != StatementStatus.ACCEPTED or row.paper_id is not None,
    }  # fmt: skip


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


HEADS = ("rang", "travail fait", "personne", "durée", "coût horaire, hors taxes", "montant, hors taxes", "état", "motif")


def statement_csv(request: HttpRequest, pk: UUID) -> StreamingHttpResponse:
    """As the page says it, for a spreadsheet; programs read the JSON."""
    row = get_object_or_404(statements_of(who(request)), pk=pk)
    lines = (
        [
            line.position, line.work, line.person.name, hours(line.minutes), euros(line.hourly_cost_cents), euros(line.amount_cents),
            line.get_state_display(), line.reason,
        ]
        for line in row.lines.all()
    )  # fmt: skip
    return csv_response(f"releve-{row.service.number}-{row.month:%Y-%m}.csv", HEADS, lines)


def statement_pdf(request: HttpRequest, pk: UUID) -> HttpResponse:
    """For the two CAEs: numbered and sealed once accepted; before, each sending has its version."""
    row = get_object_or_404(statements_of(who(request)).select_related("paper"), pk=pk)
    if row.status == StatementStatus.RECALLED:
        messages.info(request, f"Le relevé {row.of_month} est rappelé : son PDF revient quand il est renvoyé.")
        return redirect(row)
    content = services.statement_pdf(row)
    if content is None:
        messages.info(request, "La pièce s’établit : ouvrez-la de nouveau dans un instant.")
        return redirect(row)
    sent = f"{row.service.number}-{row.month:%Y-%m}" + (f"-v{row.round}" if row.round > 1 else "")
    return pdf_response(content, row.paper.number if row.paper and row.status == StatementStatus.ACCEPTED else sent)


def issue(request: HttpRequest, pk: UUID, month: str) -> HttpResponse:
    """The lending CAE sends the statement of a month of the service, written 2026-10."""
    service = granted(request, pk, rules.can_issue)
    try:
        day = date.fromisoformat(f"{month}-01")
    except ValueError:
        raise Http404 from None
    if not month_of(service.starts_on) <= day <= month_of(service.last_day):
        raise Http404
    sent = statements_of(actor_of(request)).filter(service=service, month=day).first()
    if sent is not None:
        is_back = sent.status == StatementStatus.RECALLED
        messages.info(request, f"Le relevé {sent.of_month} est {'rappelé, il se renvoie d’ici' if is_back else 'déjà envoyé : le voici'}.")
        return redirect(sent)
    form = SendForm(request.POST or None, draft=drafted(service, day))
    return _sent(request, service, form) or _preview(request, service, form)


def _sent(request: HttpRequest, service: SharedService, form: SendForm | ReplyForm) -> HttpResponse | None:
    """Send what the page showed; None when there is nothing to send, or something else to read first."""
    if request.method != "POST" or not form.is_valid():
        return None
    try:
        row = services.issue_statement(service, month=form.draft.month, actor=actor_of(request), **form.facts())
        messages.success(
            request, typo(f"Le relevé {row.of_month} est envoyé : {euros(row.total_cents)}. {service.beneficiary.name} est prévenue.")
        )
        return redirect(row)
    except VersionConflict:
        form.show_again(drafted(service, form.draft.month))
    except (RuleBroken, MoveRefused) as refusal:
        form.add_error(None, _sentence(refusal))
    return None


def _preview(request: HttpRequest, service: SharedService, form: SendForm | ReplyForm, row: Statement | None = None) -> HttpResponse:
    """What the other CAE will read, before it is sent."""
    context = {
        "service": service, "draft": form.draft, "form": form, "row": row, "page_errors": form.is_stale,
        "lines": form.draft.lines, "can_send": bool(form.draft.lines) or (row is not None and row.status == StatementStatus.CONTESTED),
    }  # fmt: skip
    return render(request, "sharing/send.html", context, status=409 if form.is_stale else 200)


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
            return _overtaken(request, row, refusal)
    if row.status != StatementStatus.ISSUED:
        return redirect(row)
    context = {
        "title": f"Accepter {euros(row.total_cents)}", "text": f"Relevé {row.of_month}, {row.service.number}, {row.service.label}.",
        "consequences": [
            f"{row.service.provider.name} est prévenue.", "Une erreur vue plus tard se corrige encore : votre CAE rouvre le relevé, avec un motif.",
            "Le relevé reçoit son numéro et son cachet : les deux CAE en gardent le PDF.",
        ],
        "action": f"Accepter {euros(row.total_cents)}", "keep": "Revenir au relevé", "cancel_url": row.get_absolute_url(), "form": form,
    }  # fmt: skip
    return ask(request, context)


def _overtaken(request: HttpRequest, row: Statement, refusal: Exception) -> HttpResponse:
    """Somebody else answered, or sent again, meanwhile: the statement as it stands, and the reasons that were typed."""
    if request.method != "POST":
        return redirect(row)
    context = _shown(request, row.pk) | {"overtaken": _sentence(refusal), "typed": typed_reasons(request.POST, row.lines.all())}
    return render(request, "sharing/statement.html", context, status=409)


def contest(request: HttpRequest, pk: UUID) -> HttpResponse:
    """One reason per line contested; the others are accepted."""
    row = _answered(request, pk)
    if row.status != StatementStatus.ISSUED:
        return _overtaken(request, row, MoveRefused(f"ce relevé est {row.get_status_display().lower()}"))
    lines = [line for line in row.lines.all() if line.state != LineState.ACCEPTED]
    form = ContestForm(request.POST or None, statement=row, lines=lines)
    if request.method == "POST" and form.is_valid():
        try:
            services.contest_lines(row, reasons=form.reasons(), round=form.cleaned_data["round"], actor=actor_of(request))
            messages.success(request, f"{row.service.provider.name} est prévenue, avec vos motifs. Les autres lignes sont acceptées.")
            return redirect(row)
        except (VersionConflict, MoveRefused) as refusal:
            return _overtaken(request, row, refusal)
        except RuleBroken as refusal:
            form.add_error(None, _sentence(refusal))
    return render(request, "sharing/contest.html", {"row": row, "service": row.service, "form": form})


def reopen(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Come back on a statement that was accepted: the lines that were wrong, each with a reason."""
    row = _answered(request, pk)
    if row.status != StatementStatus.ACCEPTED:
        return _overtaken(request, row, MoveRefused(f"ce relevé est {row.get_status_display().lower()}"))
    form = ContestForm(request.POST or None, statement=row, lines=list(row.lines.all()))
    if request.method == "POST" and form.is_valid():
        try:
            services.reopen_statement(row, reasons=form.reasons(), round=form.cleaned_data["round"], actor=actor_of(request))
            messages.success(request, f"Le relevé est rouvert. {row.service.provider.name} est prévenue, avec vos motifs.")
            return redirect(row)
        except (VersionConflict, MoveRefused) as refusal:
            return _overtaken(request, row, refusal)
        except RuleBroken as refusal:
            form.add_error(None, _sentence(refusal))
    return render(request, "sharing/contest.html", {"row": row, "service": row.service, "form": form, "is_reopened": True})


def _issued(request: HttpRequest, pk: UUID) -> Statement:
    actor = reader(request)
    row = get_object_or_404(statements_of(actor), pk=pk)
    if not rules.can_issue(actor, row.service):
        raise PermissionDenied
    return row


def ask_reopening(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The sender asks who accepted to come back on it."""
    row = _issued(request, pk)
    other = row.service.beneficiary.name
    form = ReopeningForm(request.POST or None, initial={"round": row.round}, label=f"Motif, écrit {to(other)}")
    if request.method == "POST" and form.is_valid():
        return _said(request, row, services.ask_reopening, f"{other} est prévenue, avec votre motif.", **form.cleaned_data)
    if row.status != StatementStatus.ACCEPTED or row.reopen_reason:
        why = "sa réouverture est déjà demandée" if row.reopen_reason else "il n’est pas accepté"
        messages.info(request, f"Le relevé {row.of_month} ne se redemande pas : {why}.")
        return redirect(row)
    context = {
        "title": f"Demander la réouverture du relevé {row.of_month}", "text": f"{euros(row.total_cents)}, {row.service.number}, {row.service.label}.",
        "consequences": [
            f"{other} est prévenue : elle rouvre le relevé, ligne par ligne, ou garde son acceptation.",
            "Jusque-là le relevé reste accepté, et sa pièce vaut.",
        ],
        "action": "Demander la réouverture", "keep": "Le laisser accepté", "cancel_url": row.get_absolute_url(), "form": form,
    }  # fmt: skip
    return ask(request, context)


def withdraw_reopening(request: HttpRequest, pk: UUID) -> HttpResponse:
    row = _issued(request, pk)
    words = {
        "title": "Retirer la demande de réouverture", "consequences": [f"{row.service.beneficiary.name} est prévenue ; le relevé reste accepté."],
        "action": "Retirer la demande", "keep": "La maintenir",
    }  # fmt: skip
    return _close_reopening(request, row, services.withdraw_reopening, "La demande de réouverture est retirée.", words)


def refuse_reopening(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Who accepted keeps the acceptance."""
    row = _answered(request, pk)
    words = {
        "title": "Garder l’acceptation", "consequences": [f"{row.service.provider.name} est prévenue ; le relevé reste accepté, et sa pièce vaut."],
        "action": "Garder l’acceptation", "keep": "Revenir au relevé",
    }  # fmt: skip
    return _close_reopening(
        request, row, services.refuse_reopening, f"{row.service.provider.name} est prévenue : le relevé reste accepté.", words
    )


def _close_reopening(request: HttpRequest, row: Statement, verb: Any, said: str, words: dict[str, Any]) -> HttpResponse:
    form = RoundForm(request.POST or None, initial={"round": row.round})
    if request.method == "POST" and form.is_valid():
        return _said(request, row, verb, said, **form.cleaned_data)
    if not row.reopen_reason:
        messages.info(request, f"La réouverture du relevé {row.of_month} n’est plus demandée.")
        return redirect(row)
    text = f"Relevé {row.of_month}, {row.service.number}, {row.service.label}. Motif : {row.reopen_reason}"
    return ask(request, {"text": text, "cancel_url": row.get_absolute_url(), "form": form, "tone": "bad", **words})


def _said(request: HttpRequest, row: Statement, verb: Any, words: str, **facts: Any) -> HttpResponse:
    try:
        verb(row, actor=actor_of(request), **facts)
    except (VersionConflict, MoveRefused) as refusal:
        return _overtaken(request, row, refusal)
    messages.success(request, words)
    return redirect(row)


def recall(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The sender takes it back, as long as nobody answered."""
    row = _issued(request, pk)
    form = RoundForm(request.POST or None, initial={"round": row.round})
    if request.method == "POST" and form.is_valid():
        try:
            services.recall_statement(row, round=form.cleaned_data["round"], actor=actor_of(request))
            messages.success(request, f"Le relevé {row.of_month} est rappelé, {row.service.beneficiary.name} est prévenue.")
            return redirect(row)
        except (VersionConflict, MoveRefused) as refusal:
            return _overtaken(request, row, refusal)
    if row.status != StatementStatus.ISSUED:
        messages.info(request, f"Le relevé {row.of_month} n’attend pas de réponse : rien à rappeler.")
        return redirect(row)
    context = {
        "title": f"Rappeler le relevé {row.of_month}", "text": f"{euros(row.total_cents)}, {row.service.number}, {row.service.label}.",
        "consequences": [
            f"{row.service.beneficiary.name} est prévenue, et ne peut plus y répondre.",
            "Le temps de ce mois se corrige de nouveau dans le journal des heures ; les lignes déjà acceptées restent.",
            "Vous renverrez le relevé depuis sa page.",
        ],
        "action": "Rappeler le relevé", "keep": "Le laisser tel quel", "cancel_url": row.get_absolute_url(), "form": form, "tone": "bad",
    }  # fmt: skip
    return ask(request, context)


def reissue(request: HttpRequest, pk: UUID) -> HttpResponse:
    """After corrections in the log, or with a reply alone; one that was recalled and never contested needs none."""
    row = _issued(request, pk)
    if row.status not in WITH_ITS_SENDER:
        messages.info(request, f"Le relevé {row.of_month} n’est ni contesté ni rappelé : rien à renvoyer.")
        return redirect(row)
    has_reply = row.status == StatementStatus.CONTESTED or bool(row.contests)
    form = (ReplyForm if has_reply else SendForm)(request.POST or None, draft=drafted(row.service, row.month))
    return _sent(request, row.service, form) or _preview(request, row.service, form, row)


def _sentence(refusal: Exception) -> str:
    if isinstance(refusal, VersionConflict):
        return "Ce relevé a été renvoyé entre-temps : relisez-le avant de répondre."
    words = str(refusal)
    return f"Ce n’est pas possible : {words}." if isinstance(refusal, MoveRefused) else words
