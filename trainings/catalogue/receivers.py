"""Released or withdrawn, wherever it was done (here or in Wagtail's admin), a programme is indexed again."""

from typing import Any

from django.dispatch import receiver
from wagtail.signals import page_published, page_unpublished

from hub.core.jobs import services as jobs
from hub.core.kit.searchable import index_line
from trainings.catalogue.models import CoursePage


@receiver([page_published, page_unpublished], sender=CoursePage)
def course_moved(sender: Any, instance: CoursePage, **_: Any) -> None:
    jobs.emit(**index_line("course", instance.public_id))
