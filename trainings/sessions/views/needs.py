from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from hub.core.accounts.actor import actor_of
from trainings.sessions import rules, services
from trainings.sessions.models import TrainingSession
from trainings.sessions.selectors import needs_of


@never_cache
@require_safe
def needs(request: HttpRequest, pk: UUID) -> HttpResponse:
    """What the trainees of a session need, for the referent of whoever trains them; each reading is written down."""
    actor = actor_of(request)
    session = get_object_or_404(TrainingSession.objects.visible_to(actor), pk=pk)
    if not rules.can_read_needs(actor, session):
        raise PermissionDenied
    rows = needs_of(session, actor)
    if request.method == "GET":  # also when nobody shows any: the line does not say whether somebody does
        services.note_reading(session, rows, actor=actor)
    return render(request, "sessions/needs.html", {"session": session, "rows": rows})
