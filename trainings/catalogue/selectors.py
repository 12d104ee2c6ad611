from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest

from directory.vocabularies.models import Skill, Trade
from hub.core.accounts.actor import Actor
from trainings.catalogue import rules
from trainings.catalogue.models import CoursePage


def course_context(course: CoursePage, actor: Actor) -> dict[str, Any]:
    """What the page of a programme shows: vocabulary words, rights of the reader, panels (its sessions)."""
    return {
        "course": course,
        "skills": Skill.objects.filter(pk__in=course.skills),
        "trades": Trade.objects.filter(pk__in=course.trades),
        "can_write": rules.can_write_course(actor, course),
        "can_see_draft": rules.can_see_draft(actor, course),
    }


def awaiting_review(actor: Actor) -> QuerySet[CoursePage]:
    """Programmes of the actor's organisation that wait for a reader, for whoever may read them."""
    from trainings.catalogue.enums import CourseStatus

    if not actor.can("training.review"):
        return CoursePage.objects.none()
    own = CoursePage.objects.visible_to(actor).filter(organisation=actor.organisation_id)
    waiting = [page.pk for page in own.prefetch_workflow_states() if page.status_word == CourseStatus.IN_REVIEW]
    return CoursePage.objects.filter(pk__in=waiting)


def comparison(live: CoursePage, draft: CoursePage, request: HttpRequest) -> list[tuple[str, str]]:
    """(field label, HTML with additions and deletions marked) for each field that differs; Wagtail escapes the text."""
    panel = CoursePage.get_edit_handler().get_bound_panel(instance=draft, request=request, form=None)
    comparisons = [make(live, draft) for make in panel.get_comparison()]
    return [(found.field_label(), found.htmldiff()) for found in comparisons if found.has_changed()]


def rows_with_organisation(actor: Actor) -> QuerySet[CoursePage]:
    return CoursePage.objects.visible_to(actor).select_related("organisation")
