from typing import Any

from hub.core.accounts.actor import Actor
from hub.core.ui.panels import personal, register
from trainings.paperwork import rules
from trainings.paperwork.models import TrainingAgreement
from trainings.sessions.models import TrainingSession


@register("session", "agreements", order=20, template="paperwork/panels/session.html")
def agreements(actor: Actor, session: TrainingSession) -> dict[str, Any] | None:
    """The agreements that the reader is a party to."""
    if not actor.is_staff_of(actor.organisation_id):
        return None
    rows = TrainingAgreement.objects.visible_to(actor).filter(session=session, paper__isnull=False).select_related("employer", "paper")
    can_issue = rules.can_issue_agreements(actor, session)
    found = list(rows.order_by("employer__name"))
    return {"session": session, "agreements": found, "can_issue": can_issue} if found or can_issue else None


personal(TrainingAgreement, {}, other={"id", "created_at", "updated_at", "session", "employer", "paper"})
