"""Who may hold sessions and register people."""

from uuid import UUID

from hub.core.accounts.actor import Actor
from hub.core.accounts.audiences import FEDERATION
from hub.core.accounts.permissions import Permission
from hub.core.kit.dates import today
from trainings.catalogue.models import CoursePage
from trainings.sessions.models import Registration, TrainingSession


def can_open_session(actor: Actor, course: CoursePage) -> bool:
    return course.live and actor.can(Permission.SESSION_MANAGE, course.organisation_id)


def can_manage_session(actor: Actor, session: TrainingSession) -> bool:
    return actor.can(Permission.SESSION_MANAGE, session.organisation_id)


def can_read_needs(actor: Actor, session: TrainingSession) -> bool:
    """The referent of the organisation that trains, until the session is over, for good (RGPD art. 9)."""
    closed = session.are_needs_closed_on(today()) or session.is_cancelled
    return actor.can(Permission.NEEDS_READ, session.organisation_id) and not closed


def can_register(actor: Actor, employer_id: UUID | None) -> bool:
    """An employer registers its own people; a member of the federation, or somebody who acts for one under an agreement."""
    return employer_id is not None and FEDERATION in actor.audiences and actor.can(Permission.TRAINEES_REGISTER, employer_id)


def can_give_back(actor: Actor, registration: Registration, session: TrainingSession) -> bool:
    """The employer who took the place, or the organisation that trains."""
    return actor.can(Permission.TRAINEES_REGISTER, registration.employer_id) or can_manage_session(actor, session)
