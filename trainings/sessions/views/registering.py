from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST

from hub.core.accounts.models import Organisation
from hub.core.kit.dates import today
from hub.core.kit.identifiers import uuid7
from hub.core.kit.text import counted, fold
from trainings.sessions import rules, services
from trainings.sessions.errors import KeyWasUsed, NotRegistrable, SessionIsClosed
from trainings.sessions.forms import RegistrationForm
from trainings.sessions.models import Registration, TrainingSession
from trainings.sessions.selectors import registrable_people

SHOWN = 200


def _said(outcome: services.Outcome) -> str:
    parts = []
    if outcome.confirmed:
        parts.append(counted(len(outcome.confirmed), "personne inscrite", "personnes inscrites"))
    if outcome.waiting:
        ranks = ", ".join(str(row.rank) for row in outcome.waiting)
        parts.append(f"{counted(len(outcome.waiting), 'personne', 'personnes')} en liste d’attente (rang {ranks})")
    return f"{' et '.join(parts) or 'Personne à inscrire'}."


def register(request: HttpRequest, pk: UUID) -> HttpResponse:
    """A CAE registers its people; places are given in the order of the list, then ranks."""
    actor = request.actor  # type: ignore[attr-defined]
    session = get_object_or_404(TrainingSession.objects.visible_to(actor).select_related("organisation"), pk=pk)
    if not rules.can_register(actor, actor.organisation_id):
        raise PermissionDenied
    employer = Organisation.objects.get(pk=actor.organisation_id)
    people = registrable_people(employer.pk)
    words = fold(request.GET.get("nom", ""))[:80]
    shown = people.filter(sort_name__contains=words) if words else people
    form = RegistrationForm(request.POST or None, people=people, initial={"key": uuid7()})
    status = 200
    if request.method == "POST" and form.is_valid():
        try:
            outcome = services.register_trainees(
                session, trainees=form.cleaned_data["trainees"], employer=employer, actor=actor, key=form.cleaned_data["key"]
            )
            messages.success(request, _said(outcome))
            return redirect("sessions:detail", pk)
        except SessionIsClosed:
            form.add_error(None, "Les inscriptions de cette session sont closes.")
        except NotRegistrable:
            form.add_error("trainees", f"Une de ces personnes n’est plus rattachée à {employer.name}.")
        except KeyWasUsed:
            form.add_error(None, "Ce formulaire a déjà servi pour une autre demande. Ouvrez la page de nouveau.")
            status = 409
    held = Registration.objects.visible_to(actor).active().filter(session=session, employer=employer).values_list("trainee", flat=True)
    context = {
        "session": session,
        "employer": employer,
        "form": form,
        "people": list(shown[:SHOWN]),
        "count": shown.count(),
        "held": set(held),
        "chosen": set(form["trainees"].value() or []),
        "words": request.GET.get("nom", ""),
        "is_open": session.is_open_on(today()),
    }
    return render(request, "sessions/register.html", context, status=status)


@require_POST
def cancel(request: HttpRequest, pk: UUID, registration_id: UUID) -> HttpResponse:
    """Give back a place: by the employer who took it, or by the organisation that trains."""
    actor = request.actor  # type: ignore[attr-defined]
    rows = Registration.objects.visible_to(actor).select_related("session", "trainee", "employer")
    row = get_object_or_404(rows, pk=registration_id, session=pk)
    if not rules.can_give_back(actor, row, row.session):
        raise PermissionDenied
    services.cancel_registration(row, actor=actor)
    messages.success(request, f"L’inscription de {row.trainee.name} est annulée. La première personne en attente prend la place.")
    return redirect("sessions:detail", pk)
