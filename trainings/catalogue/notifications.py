from dataclasses import dataclass

from django.urls import reverse

from hub.core.accounts.permissions import Permission
from hub.core.notifications.kinds import Category, NotificationKind, concerning, register
from trainings.catalogue.models import CoursePage


class _AboutCourse(NotificationKind):
    category = Category.TRAININGS
    course: CoursePage

    def url(self) -> str:
        return reverse("catalogue:draft", args=[self.course.public_id])

    def data(self) -> dict[str, str]:
        return {"course": str(self.course.public_id), **concerning(self.course.organisation_id)}


@register
@dataclass(frozen=True)
class CourseSubmitted(_AboutCourse):
    """A programme waits for somebody of the organisation to read it."""

    code = "trainings.course_submitted"
    label = "Un programme de mon organisation attend sa relecture"
    told_to = Permission.TRAINING_REVIEW
    course: CoursePage
    author_name: str

    def subject(self) -> str:
        return f"Programme à relire : {self.course.draft_title}"


@register
@dataclass(frozen=True)
class CourseDecided(_AboutCourse):
    """A programme that one handed in is published, or comes back with a word."""

    code = "trainings.course_decided"
    label = "Un programme que j’ai remis est publié, ou me revient"
    told_to = Permission.TRAINING_WRITE
    course: CoursePage
    approved: bool
    comment: str

    def subject(self) -> str:
        return f"{'Programme publié' if self.approved else 'Programme à reprendre'} : {self.course.draft_title}"
