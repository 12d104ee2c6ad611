from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods

from hub.core.accounts.actor import Actor, actor_of
from hub.core.accounts.models import Organisation
from hub.core.accounts.permissions import Permission
from hub.core.kit.dates import period_fr, today
from hub.core.kit.identifiers import uuid7
from hub.core.kit.text import counted, joined, named, one_line, to
from hub.core.ui.forms import keep_without_judging
from hub.core.ui.panels import collect
from trainings.sessions import rules, services
from trainings.sessions.enums import RegistrationStatus
from trainings.sessions.errors import KeyWasUsed, NotRegistrable, SessionHasBegun, SessionIsClosed, TrainerIsTrainee
from trainings.sessions.forms import RegistrationForm, known_ids
from trainings.sessions.models import Registration, TrainingSession
from trainings.sessions.selectors import choices, held_elsewhere, registrable_people, under_cape, with_name

SHOWN = 200
BEGUN = "Cette session a commencé ou a eu lieu : une absence se note sur la feuille d’émargement."


def _said(outcome: services.Outcome) -> str:
    parts = []
    if outcome.confirmed:
        parts.append(counted(len(outcome.confirmed), "personne inscrite", "personnes inscrites"))
    if outcome.waiting:
        ranks = joined([str(row.rank) for row in outcome.waiting])
        word = "rang" if len(outcome.waiting) == 1 else "rangs"
        parts.append(f"{counted(len(outcome.waiting), 'personne', 'personnes')} en liste d’attente ({word} {ranks})")
    return f"{' et '.join(parts)}."


def _held(row: Registration) -> str:
    """The other session is told from this one, whose title it may share."""
    other = row.session
    days = [one.date for one in other.half_days.all()]
    where = f"{other.city or other.organisation.name}, {period_fr(min(days), max(days))}"
    return f"{row.trainee.name} a déjà une place à « {other.title} » ({where}) aux mêmes heures."


def register(request: HttpRequest, pk: UUID) -> HttpResponse:
    """A CAE registers its people; places are given in the order of the list, then ranks. Looking for a name keeps those already chosen."""
    actor = actor_of(request)
    sessions = TrainingSession.objects.visible_to(actor)
    session = get_object_or_404(sessions if request.method == "POST" else sessions.select_related("organisation"), pk=pk)
    if not rules.can_register(actor, actor.organisation_id):
        raise PermissionDenied
    employer = get_object_or_404(Organisation.objects.only("name", "slug"), pk=actor.organisation_id)
    form = RegistrationForm(request.POST or None, people=registrable_people(employer.pk), initial={"key": uuid7()})
    words = one_line(request.POST.get("nom") or request.GET.get("nom", ""))[:80]
    status = 200
    if request.method == "POST" and ("find" in request.POST or (words and "register" not in request.POST)):
        keep_without_judging(form)
    elif request.method == "POST" and form.is_valid():
        try:
            outcome = services.register_trainees(
                session, trainees=form.cleaned_data["trainees"], employer=employer, actor=actor, key=form.cleaned_data["key"]
            )
            if outcome.registrations:
                messages.success(request, _said(outcome))
            if outcome.elsewhere:
                said = (
                    f"{person.name} est déjà dans cette session, par un autre employeur : rien n’a changé." for person in outcome.elsewhere
                )
                messages.warning(request, " ".join(said))
            if twice := held_elsewhere(session, form.cleaned_data["trainees"], actor):
                messages.warning(request, " ".join(map(_held, twice)))
            if not session.is_workshop and (cape := under_cape([row.trainee_id for row in outcome.registrations], actor)):
                names = joined([person.name for person in form.cleaned_data["trainees"] if person.pk in cape])
                messages.warning(request, f"En contrat CAPE : {names}. L’OPCO ne finance pas cette place, cherchez un autre financeur.")
            return redirect("sessions:detail", pk)
        except SessionIsClosed:
            session.refresh_from_db()
            form.add_error(None, session.closed_words(today()))
        except NotRegistrable:
            form.add_error("trainees", f"Une de ces personnes n’est plus rattachée {to(employer.name)}.")
        except TrainerIsTrainee as refusal:
            form.add_error("trainees", str(refusal))
        except KeyWasUsed:
            form.add_error(None, "Ce formulaire a déjà servi pour une autre demande. Ouvrez la page de nouveau.")
            status = 409
    context = {
        "session": session, "employer": employer, "form": form, "closed": session.closed_words(today()),
        "can_enter": actor.can(Permission.MEMBERS_MANAGE, employer.pk),
    }  # fmt: skip
    return render(request, "sessions/register.html", context | _people(actor, session, employer, form, words), status=status)


def _people(actor: Actor, session: TrainingSession, employer: Organisation, form: RegistrationForm, words: str) -> dict[str, Any]:
    """Those chosen so far, then those whose name answers; somebody who has a place or a rank already is shown and cannot be ticked."""
    people = registrable_people(employer.pk)
    held = Registration.objects.visible_to(actor).active().filter(session=session, employer=employer).values_list("trainee", flat=True)
    chosen = {str(pk) for pk in known_ids(form["trainees"].value() or [])}
    ticked = people.filter(pk__in=chosen).exclude(pk__in=held)
    others = with_name(people, words).exclude(pk__in=ticked.values("pk"))
    shown = choices([*ticked, *others[:SHOWN]], actor, organisation_id=employer.pk, chosen=chosen, held=set(held))
    count = ticked.count()
    return {"chosen": shown[:count], "people": shown[count:], "count": others.count(), "words": words}


@require_http_methods(["GET", "HEAD", "POST"])
def cancel(request: HttpRequest, pk: UUID, registration_id: UUID) -> HttpResponse:
    """Give back a place, after saying what becomes of it: by the employer who took it, or by the organisation that trains."""
    actor = actor_of(request)
    rows = Registration.objects.visible_to(actor).select_related("session", "session__organisation", "trainee", "employer")
    row = get_object_or_404(rows, pk=registration_id, session=pk)
    if not rules.can_give_back(actor, row, row.session):
        raise PermissionDenied
    if row.status == RegistrationStatus.CANCELLED:
        messages.info(request, f"{named('L’inscription', row.trainee.name)} était déjà annulée.")
        return redirect("sessions:detail", pk)
    if row.status == RegistrationStatus.CONFIRMED and row.session.has_begun(today()):
        messages.info(request, BEGUN)
        return redirect("sessions:detail", pk)
    if request.method == "POST":
        try:
            promoted = services.cancel_registration(row, actor=actor)
        except SessionHasBegun:  # somebody signed between the two
            messages.info(request, BEGUN)
            return redirect("sessions:detail", pk)
        messages.success(request, f"{named('L’inscription', row.trainee.name)} est annulée. {_next(row, promoted)}".strip())
        return redirect("sessions:detail", pk)
    return render(
        request,
        "sessions/cancel_registration.html",
        {"row": row, "session": row.session, "lines": [*_consequences(row), *_of_others(actor, row)]},
    )


def _consequences(row: Registration) -> list[str]:
    session = row.session
    if row.status == RegistrationStatus.WAITING:
        return ["Les personnes qui attendent après elle avancent d’un rang.", "Pour revenir, elle prendra le dernier rang."]
    if session.waiting_count:
        waiting = counted(session.waiting_count, "personne attend", "personnes attendent")
        return [
            f"{waiting} : la première prend la place aussitôt, son employeur en est averti.",
            "Pour revenir, cette personne prendra le dernier rang.",
        ]
    free = "La place redevient libre."
    return [free] if session.is_open_on(today()) else [free, "Les inscriptions sont closes : elle ne pourra pas être reprise."]


def _of_others(actor: Actor, row: Registration) -> list[str]:
    """What follows for the packages above, which papers and requests name her."""
    found = collect("registration.cancel", actor, row) if row.status == RegistrationStatus.CONFIRMED else []
    return [line for one in found for line in one["lines"]]


def _next(row: Registration, promoted: Sequence[Registration]) -> str:
    if promoted:
        return "La première personne en attente prend la place."
    return "La place est libre." if row.status == RegistrationStatus.CONFIRMED else ""
