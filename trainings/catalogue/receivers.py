"""Released or withdrawn, wherever it was done (here or in Wagtail's admin), a programme is indexed again; its review is told to those it awaits."""

from typing import Any
from uuid import UUID

from django.dispatch import receiver
from wagtail.signals import page_published, page_unpublished

from hub.core.accounts.actor import Actor
from hub.core.accounts.models import User
from hub.core.jobs import services as jobs
from hub.core.kit.searchable import index_line
from hub.core.notifications import services as notifications
from trainings.catalogue.models import CoursePage
from trainings.catalogue.notifications import CourseDecided, CourseSubmitted
from trainings.catalogue.selectors import reviewers_of
from trainings.catalogue.signals import course_decided, course_submitted


@receiver([page_published, page_unpublished], sender=CoursePage)
def course_moved(sender: Any, instance: CoursePage, **_: Any) -> None:
    jobs.emit(**index_line("course", instance.public_id))


@receiver(course_submitted)
def tell_reviewers(sender: Any, course: CoursePage, actor: Actor, **_: Any) -> None:
    """Whoever may approve it, less the person who handed it in unless nobody else can."""
    readers = reviewers_of(course)
    others = [reader for reader in readers if reader.pk != actor.user_id]
    notifications.send(CourseSubmitted(course, actor.name), to=others or readers)


@receiver(course_decided)
def tell_author(sender: Any, course: CoursePage, approved: bool, comment: str, author_id: UUID | None, actor: Actor, **_: Any) -> None:
    authors = User.objects.filter(pk=author_id) if author_id and author_id != actor.user_id else User.objects.none()
    notifications.send(CourseDecided(course, approved, comment), to=authors)
