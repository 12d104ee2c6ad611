from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST

from directory.sharing import reference, rules, services
from directory.sharing.enums import Stage
from directory.sharing.errors import DayRefused, MoveRefused, RuleBroken, TermsChanged
from directory.sharing.forms.requests import ReasonForm
from directory.sharing.forms.shared import NO_FORM, LegalFormForm, PeopleForm, PieceForm, PurposesForm, SeenField
from directory.sharing.models import SharedService, TimeEntry
from directory.sharing.selectors.inventory import own_cae
from directory.sharing.selectors.parties import (
    amendments_of,
    changes_of,
    laid_by_the_coordination,
    months_to_state,
    pieces_of,
    services_of,
    statements_of,
    unsettled,
)
from directory.sharing.selectors.people import people_of, team
from directory.sharing.selectors.terms import list_stops, named_people, opened, opening
from directory.sharing.views.frame import party, reader, tabs, under_agreement, who
from hub.core.accounts.actor import Actor, actor_of
from hub.core.accounts.enums import Purpose
from hub.core.accounts.errors import NotAllowed
from hub.core.documents.forms import PrivateFileField
from hub.core.kit.dates import date_fr, long_date_fr, today
from hub.core.kit.text import counted, joined
from hub.core.ui.confirm import ask
from hub.core.ui.conflicts import reopen

PER_PAGE = 25
RECENT = 6


def shared(request: HttpRequest) -> HttpResponse:
    """The conventions of one's CAE, on either side."""
    if lent := under_agreement(request):
        return lent
    actor = party(request)
    rows = services_of(actor).prefetch_related("agreement__people", "agreement__amendments__people").order_by("stage", "-starts_on", "-id")
    page = Paginator(rows, PER_PAGE).get_page(request.GET.get("page"))
    laid = [(one, [Purpose(name).label for name in one.purposes]) for one in laid_by_the_coordination(actor)]
    context = {"page": page, "laid": laid, "tabs": tabs(actor, "services"), "today": today()}
    return render(request, "sharing/services.html", context)


def _steps(service: SharedService) -> dict[str, Any]:
    """The rail: short while light, with the form and its pieces once one is chosen."""
    asked = service.request.noun.capitalize()
    running = "En cours" if service.starts_on <= today() else f"Commence le {date_fr(service.starts_on)}"
    if service.form is None:
        return {"steps": [asked, "Accord", running, "Terminée"], "current": 3 if service.stage == Stage.ENDED else 2, "tone": "info"}
    where = {Stage.PIECES: 3, Stage.RUNNING: 4, Stage.ENDED: 5}[Stage(service.stage)]
    tone = "warn" if service.stage == Stage.PIECES else "info"
    return {"steps": [asked, "Accord", "Forme", "Pièces", running, "Terminée"], "current": where, "tone": tone}


def detail(request: HttpRequest, pk: UUID) -> HttpResponse:
    """One service: where it stands, its pieces, its time, its statements."""
    actor = who(request)
    row = get_object_or_404(services_of(actor), pk=pk)
    pieces, text = pieces_of(row), row.text
    people = named_people(row)
    noted = TimeEntry.objects.visible_to(actor).filter(service=row)
    entries = list(noted.select_related("person", "line")[:RECENT])
    rest = max(0, noted.count() - RECENT)
    months = months_to_state(services_of(actor).filter(pk=row.pk))
    context = {
        "row": row, "rail": _steps(row), "pieces": pieces, "missing_count": sum(one.is_missing for one in pieces), "people": people,
        "purposes": [Purpose(one).label for one in text.purposes], "opened": opened(row), "entries": entries, "unsettled": unsettled(row),
        "rest": counted(rest, "autre ligne", "autres lignes") if rest else "",
        "statements": list(statements_of(actor).filter(service=row)), "months": months, "edition": reference.legal_forms_edition(),
        "amendments": _amendments(actor, row), "can_amend": rules.can_amend(actor, row), "has_begun": row.starts_on <= today(),
        "is_provider": row.provider_id == actor.organisation_id,
        "can_follow": rules.can_follow(actor, row) and rules.is_alive(row), "can_sign": rules.can_sign_for(actor, row) and rules.is_alive(row),
        "can_name": rules.can_name_people(actor, row) and rules.is_alive(row),
        "can_open": rules.can_open_purposes(actor, row) and rules.is_alive(row),
        "can_log": people_of(row).exists() and not services.is_held_up(row) and rules.can_log_for_all(actor, row), "can_issue": rules.can_issue(actor, row),
    }  # fmt: skip
    return render(request, "sharing/service.html", context)


def _amendments(actor: Actor, row: SharedService) -> list[dict[str, Any]]:
    """The history of the terms, newest first, with what each amendment changes and what the reader may answer."""
    rows = list(amendments_of(actor).filter(service=row))
    changes = changes_of(rows)
    return [
        {
            "row": one, "changes": changes[one.pk], "is_open": one.is_open_on(today()),
            "is_void": one.is_accepted and row.stage == Stage.ENDED and one.effective_on > row.last_day,
            "can_answer": one.is_open_on(today()) and rules.can_answer_amendment(actor, one),
            "can_withdraw": one.is_open_on(today()) and rules.can_withdraw_amendment(actor, one),
        }
        for one in rows
    ]  # fmt: skip


def granted(request: HttpRequest, pk: UUID, can: Any) -> SharedService:
    """A service that the actor sees and may change in this way."""
    actor = reader(request)
    row = get_object_or_404(services_of(actor), pk=pk)
    if not can(actor, row):
        raise PermissionDenied
    return row


def _page(request: HttpRequest, row: SharedService, form: Any, is_conflict: bool = False, **words: Any) -> HttpResponse:
    page = ask(request, {"form": form, "keep": "Revenir à la convention", "cancel_url": row.get_absolute_url(), **words})
    page.status_code = 409 if is_conflict else page.status_code
    return page


def _conflict(form: Any, change: TermsChanged, typed: str, saved: str) -> bool:
    """Both versions are said; what was typed stays in the form, and saving it again is then a choice."""
    form.add_error(
        None, f"{change} Enregistré maintenant : {saved or 'personne, ou rien'}. Votre choix, gardé ici : {typed or 'personne, ou rien'}."
    )
    return True


def _labels(purposes: Iterable[str]) -> str:
    return joined([str(Purpose(one).label) for one in purposes])


def people(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The lending CAE names who gives the time."""
    row = granted(request, pk, rules.can_name_people)
    held = list(row.text.people.all())
    initial = {"people": [person.pk for person in held], "seen": SeenField.of(held), "since": row.text.naming_day}
    form = PeopleForm(request.POST or None, team=team(row.provider_id), initial=initial)
    conflict = False
    if request.method == "POST" and form.is_valid():
        try:
            data = form.cleaned_data
            services.name_people(row, people=data["people"], people_seen=data["seen"], since=data["since"], actor=actor_of(request))
            messages.success(request, f"Les personnes sont enregistrées, {row.beneficiary.name} est prévenue.")
            return redirect(row)
        except TermsChanged as change:
            conflict = _conflict(
                form, change, joined([one.name for one in form.cleaned_data["people"]]), joined([one.name for one in held])
            )
            reopen(form, "seen", SeenField.of(held))
        except DayRefused as refusal:
            form.add_error("since", str(refusal))
        except (RuleBroken, NotAllowed, MoveRefused) as refusal:
            form.add_error(None, _sentence(refusal))
    text = f"{row.label}, pour {row.beneficiary.name}. Une personne nouvelle ferme les accès jusqu’à leur réouverture par {row.beneficiary.name}."
    title = f"Qui intervient sous {row.number}"
    return _page(request, row, form, conflict, title=title, text=text, consequences=list_stops(row), action="Enregistrer les personnes")


def _since(row: SharedService) -> str:
    return f"du {long_date_fr(row.starts_on)} " if row.starts_on > today() else "jusqu’"


def purposes(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The receiving CAE opens accesses to the people that it reads here."""
    row = granted(request, pk, rules.can_open_purposes)
    named, held, waiting = list(row.text.people.all()), row.text.purposes, row.text.to_reopen
    initial = {"purposes": held or waiting, "seen": SeenField.of(named), "opened": " ".join(held)}
    form = PurposesForm(request.POST or None, initial=initial)
    conflict = False
    if request.method == "POST" and form.is_valid():
        try:
            data = form.cleaned_data
            facts = {"purposes": data["purposes"], "people_seen": data["seen"], "purposes_seen": data["opened"].split()}
            services.open_purposes(row, actor=actor_of(request), **facts)
            messages.success(request, "Les accès sont enregistrés, les deux CAE et les personnes sont prévenues.")
            return redirect(row)
        except TermsChanged as change:
            conflict = _conflict(form, change, _labels(form.cleaned_data["purposes"]), _labels(held))
            reopen(form, "seen", SeenField.of(named))
            reopen(form, "opened", " ".join(held))
        except (RuleBroken, NotAllowed, MoveRefused) as refusal:
            form.add_error(None, _sentence(refusal))
    left = {one.person.pk for one in named_people(row) if one.has_left}
    said = [f"{person.name} (n’est plus de l’équipe)" if person.pk in left else person.name for person in named]
    names = joined(said) or f"Personne : {row.provider.name} n’a encore nommé personne"
    terms = opening(row)
    consequences = [
        f"{names}.",
        f"L’accès tient {_since(row)}au {long_date_fr(terms.until)} inclus, pas une seconde de plus.",
        *(f"{words[0].upper()}{words[1:]}." for words in terms.coming),
    ]
    if waiting:
        consequences.append("Cochés d’avance : les accès qu’un nom nouveau a fermés. Rien ne s’ouvre avant que vous enregistriez.")
    text = f"{row.provider.name} agit dans le hub pour {row.beneficiary.name}, par ces personnes seulement :"
    title = f"Accès ouverts sous {row.number}"
    return _page(request, row, form, conflict, title=title, text=text, consequences=consequences, action="Enregistrer les accès")


def legal_form(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Choose the form in law, after saying that it locks; or go back to none."""
    row = granted(request, pk, rules.can_sign_for)
    may_clear = bool(row.legal_form) and not services.has_pieces(row)
    form = LegalFormForm(request.POST or None, initial={"legal_form": row.legal_form}, may_clear=may_clear)
    if request.method == "POST" and form.is_valid():
        try:
            if form.cleaned_data["legal_form"] == NO_FORM:
                services.clear_form(row, actor=actor_of(request))
                messages.success(request, f"La convention {row.number} n’a plus de forme choisie, les deux CAE sont prévenues.")
                return redirect(row)
            services.choose_form(row, legal_form=form.cleaned_data["legal_form"], actor=actor_of(request))
            messages.success(request, "La forme est choisie, voici les pièces à réunir.")
            return redirect(row)
        except (RuleBroken, NotAllowed, MoveRefused) as refusal:
            form.add_error(None, _sentence(refusal))
    edition = reference.legal_forms_edition()
    consequences = [
        "La convention attend alors ses pièces : les accès sont fermés et le temps ne se note plus jusqu’à ce qu’elles soient réunies.",
        "Une dirigeante ou un dirigeant peut lever une pièce, avec un motif écrit qui reste avec elle.",
        "Une forme se change ; la convention redevient sans forme tant qu’aucune pièce n’est déposée ni levée.",
    ]
    reviewed = (
        f"Relue par {edition.reviewer}." if edition.reviewer else "Aucun juriste ne l’a relue : vérifiez l’article avant de vous y fier."
    )
    text = f"Liste lue le {long_date_fr(edition.read_on)} : {edition.source}. {reviewed}"
    title = f"Forme juridique de {row.number}"
    return _page(request, row, form, title=title, text=text, consequences=consequences, action="Choisir cette forme")


def piece(request: HttpRequest, pk: UUID, key: str) -> HttpResponse:
    """Put a piece in the file."""
    row = granted(request, pk, rules.can_follow)
    required = _required(row, key)
    own = own_cae(actor_of(request))
    form = PieceForm(request.POST or None, request.FILES or None, initial={"signed_on": today()})
    PrivateFileField.bind(form, actor_of(request), own)
    if request.method == "POST" and form.is_valid() and own is not None:
        facts = {"upload": form.cleaned_data["file"], "signed_on": form.cleaned_data["signed_on"]}
        try:
            services.store_piece(row, key=key, organisation=own, actor=actor_of(request), **facts)
            messages.success(request, "La pièce est au dossier, lisible par les équipes des deux CAE.")
            PrivateFileField.say_waiting(request, form)
            return redirect(row)
        except (RuleBroken, MoveRefused) as refusal:
            form.add_error(None, _sentence(refusal))
    return render(request, "sharing/piece.html", {"row": row, "required": required, "form": form})


def waive(request: HttpRequest, pk: UUID, key: str) -> HttpResponse:
    """A director lets the service go without a piece, in writing."""
    row = granted(request, pk, rules.can_sign_for)
    required, own = _required(row, key), own_cae(actor_of(request))
    form = ReasonForm(request.POST or None, label="Motif de la levée, lu par les deux CAE et gardé avec la pièce")
    if request.method == "POST" and form.is_valid() and own is not None:
        try:
            services.waive_piece(row, key=key, reason=form.cleaned_data["reason"], organisation=own, actor=actor_of(request))
            messages.success(request, "La pièce est levée. Les deux CAE sont prévenues, avec votre motif.")
            return redirect(row)
        except (RuleBroken, MoveRefused) as refusal:
            form.add_error(None, _sentence(refusal))
    text = f"{required.label} ({required.basis}{'' if required.verified else ', ' + reference.UNVERIFIED})."
    return _page(request, row, form, title="Lever une pièce manquante", text=text, action="Lever cette pièce", tone="bad")


def _required(row: SharedService, key: str) -> reference.RequiredPiece:
    found = row.form.piece(key) if row.form else None
    if found is None:
        raise Http404
    return found


@require_POST
def start(request: HttpRequest, pk: UUID) -> HttpResponse:
    """En cours, once the pieces are there."""
    row = granted(request, pk, rules.can_sign_for)
    try:
        services.start_service(row, actor=actor_of(request))
        messages.success(request, "La convention est en cours.")
    except (RuleBroken, MoveRefused) as refusal:
        messages.error(request, _sentence(refusal))
    return redirect(row)


def end(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Either CAE breaks it off."""
    row = granted(request, pk, rules.can_sign_for)
    form = ReasonForm(request.POST or None, label="Motif, écrit à l’autre CAE")
    if request.method == "POST" and form.is_valid():
        try:
            services.end_service(row, reason=form.cleaned_data["reason"], actor=actor_of(request))
            messages.success(request, f"La convention {row.number} est terminée, les deux CAE sont prévenues.")
        except (MoveRefused, NotAllowed, RuleBroken) as refusal:
            messages.error(request, _sentence(refusal))
        return redirect(row)
    consequences = [
        "Les accès se ferment à la requête suivante.",
        "Le temps déjà noté reste, et se met encore en relevé.",
        "Elle ne se rouvre pas.",
    ]
    title, text = f"Terminer la convention {row.number}", f"{row.label}, {row.provider.name} pour {row.beneficiary.name}."
    return _page(request, row, form, title=title, text=text, consequences=consequences, action="Terminer la convention", tone="bad")


def _sentence(refusal: Exception) -> str:
    words = str(refusal)
    return f"Ce n’est pas possible : {words}." if isinstance(refusal, MoveRefused) else words
