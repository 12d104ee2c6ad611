"""Who may write, review and publish programmes."""

from hub.core.accounts.actor import Actor
from hub.core.accounts.enums import OrganisationKind
from hub.core.accounts.permissions import Permission
from trainings.catalogue.models import CoursePage

TRAINING_KINDS = {OrganisationKind.CAE, OrganisationKind.TRAINING_BODY, OrganisationKind.NETWORK}


def can_create_course(actor: Actor) -> bool:
    return actor.can(Permission.TRAINING_WRITE)


def can_write_course(actor: Actor, course: CoursePage) -> bool:
    return actor.can(Permission.TRAINING_WRITE, course.organisation_id)


def can_remove_course(actor: Actor, course: CoursePage) -> bool:
    """A draft that was never published: nothing was made from it."""
    return can_write_course(actor, course) and not course.was_published


def can_review_course(actor: Actor, course: CoursePage) -> bool:
    return actor.can(Permission.TRAINING_REVIEW, course.organisation_id)


def can_see_draft(actor: Actor, course: CoursePage) -> bool:
    return actor.is_staff_of(course.organisation_id)
