from typing import Any

from hub.core.accounts.actor import Actor
from hub.core.jobs.services import registry
from trainings.paperwork.errors import ConventionRefused
from trainings.paperwork.services import send_convocations
from trainings.sessions.models import TrainingSession

CHANGED = "trainings.convocations"


@registry.handler(CHANGED)
def tell_again(payload: dict[str, Any]) -> None:
    """Those convened already are told what has changed; told twice the same thing, they hear it once."""
    session = TrainingSession.unscoped.select_related("organisation", "course", "programme_revision").filter(pk=payload["session"]).first()
    if session is None:
        return
    try:
        send_convocations(session, actor=Actor.system(), only_told=True)
    except ConventionRefused:
        return  # over, or cancelled since: there is nothing more to announce
