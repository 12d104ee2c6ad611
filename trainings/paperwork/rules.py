from datetime import date
from uuid import UUID

from hub.core.accounts.actor import Actor
from hub.core.accounts.models import Organisation
from hub.core.accounts.permissions import Permission
from trainings.funding import rules as funding
from trainings.sessions.models import TrainingSession
from trainings.sessions.rules import can_manage_session


def can_issue_agreements(actor: Actor, session: TrainingSession) -> bool:
    """The organisation that trains establishes the agreements."""
    return actor.can(Permission.PAPERS_ISSUE, session.organisation_id)


def can_say_signed(actor: Actor, employer_id: UUID) -> bool:
    """Whoever follows the OPCO files of the employer says that its agreement is signed, also where it asks for no funding."""
    return funding.can_manage(actor) and actor.organisation_id == employer_id


def can_convene(actor: Actor, session: TrainingSession, day: date) -> bool:
    """Until the first day, which the convocations announce; a change told to those convened already is the hub's own business."""
    return can_manage_session(actor, session) and session.starts_on is not None and day < session.starts_on


def can_read_dossier(actor: Actor, session: TrainingSession, employer: Organisation) -> bool:
    """The support teams of the two parties, each under its own mandate."""
    return actor.is_staff_of(actor.organisation_id) and actor.organisation_id in {employer.pk, session.organisation_id}
