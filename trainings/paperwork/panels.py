from typing import Any

from django.db.models import Q

from hub.core.accounts.actor import Actor
from hub.core.accounts.models import Organisation
from hub.core.ui.panels import personal, register
from trainings.paperwork import rules
from trainings.paperwork.models import TrainingAgreement
from trainings.paperwork.selectors import standings
from trainings.sessions.models import TrainingSession


@register("session", "agreements", order=20, template="paperwork/panels/session.html")
def agreements(actor: Actor, session: TrainingSession) -> dict[str, Any] | None:
    """The agreements that the reader is a party to, as they stand."""
    if not actor.is_staff_of(actor.organisation_id):
        return None
    can_issue = rules.can_issue_agreements(actor, session)
    found = standings(session, actor, every=can_issue or actor.organisation_id == session.organisation_id)
    return {"session": session, "agreements": found, "can_issue": can_issue and not session.is_cancelled} if found else None


@register("export", "agreements")
def export(actor: Actor, organisation: Organisation) -> dict[str, Any]:
    """The training agreements (conventions) of which it is a party, with the number and digests of the paper in force."""
    parties = TrainingAgreement.unscoped.filter(Q(employer=organisation) | Q(session__organisation=organisation))
    columns = ("id", "session_id", "employer_id", "paper__number", "paper__issued_at", "paper__sha256", "paper__sealed_sha256")
    return {"conventions-de-formation": list(parties.order_by("created_at", "id").values(*columns))}


personal(TrainingAgreement, {}, other={"id", "created_at", "updated_at", "session", "employer", "paper"})
