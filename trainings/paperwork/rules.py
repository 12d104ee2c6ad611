from hub.core.accounts.actor import Actor
from hub.core.accounts.permissions import Permission
from trainings.sessions.models import TrainingSession


def can_issue_agreements(actor: Actor, session: TrainingSession) -> bool:
    """The organisation that trains establishes the agreements."""
    return actor.can(Permission.PAPERS_ISSUE, session.organisation_id)
