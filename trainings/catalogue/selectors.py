from typing import Any

from django.db.models import QuerySet
from wagtail.models import TaskState

from directory.vocabularies.models import Skill, Speciality, Trade
from hub.core.accounts.actor import Actor
from hub.core.accounts.models import Membership, User
from hub.core.accounts.models.organisations import in_force
from hub.core.accounts.permissions import Permission
from hub.core.kit.reviews import sent_back_to, under_way
from trainings.catalogue import rules
from trainings.catalogue.models import CoursePage

REVIEWED = (
    "public_id",
    "organisation",
    "draft_title",
    "first_published_at",
    "latest_revision_created_at",
)  # what a review says of a programme


def course_context(course: CoursePage, actor: Actor) -> dict[str, Any]:
    """What the page of a programme shows: vocabulary words, rights of the reader, panels (its sessions)."""
    return {
        "course": course,
        "skills": Skill.objects.filter(pk__in=course.skills),
        "trades": Trade.objects.filter(pk__in=course.trades),
        "speciality": Speciality.objects.filter(pk=course.nsf_code).first() if course.nsf_code else None,
        "can_write": rules.can_write_course(actor, course),
        "can_see_draft": rules.can_see_draft(actor, course),
    }


def awaiting_review(actor: Actor) -> QuerySet[CoursePage]:
    """Programmes of the actor's organisation that wait for a reader, for whoever may read them."""
    if not actor.can(Permission.TRAINING_REVIEW):
        return CoursePage.objects.none()
    return CoursePage.objects.visible_to(actor).filter(organisation=actor.organisation_id, pk__in=under_way(actor.user_id)).only(*REVIEWED)


def sent_back(actor: Actor) -> list[tuple[CoursePage, TaskState]]:
    """Programmes of her organisation that the reader handed in and that came back, each with what was decided, until it is handed in again."""
    if not (states := sent_back_to(actor.user_id)):
        return []
    rows = CoursePage.objects.visible_to(actor).filter(pk__in=states, organisation=actor.organisation_id).only(*REVIEWED)
    return [(row, states[row.pk]) for row in rows if rules.can_write_course(actor, row)]


def reviewers_of(course: CoursePage) -> list[User]:
    """The people of its organisation who may approve it."""
    held = Membership.unscoped.filter(in_force(), organisation=course.organisation_id, user__is_active=True).select_related("user", "role")
    return list({row.user_id: row.user for row in held if Permission.TRAINING_REVIEW in row.role.permissions}.values())


def rows_with_organisation(actor: Actor) -> QuerySet[CoursePage]:
    return CoursePage.objects.visible_to(actor).select_related("organisation")
