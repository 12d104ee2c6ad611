"""Pages under review, as Wagtail's workflows keep them."""

from uuid import UUID

from django.contrib.contenttypes.models import ContentType
from wagtail.models import Page, TaskState, WorkflowState


def sent_back_to(user_id: UUID | None) -> dict[int, TaskState]:
    """What was decided of each page that this person handed in and that came back, by the number of the page, until it is handed in again."""
    asked = WorkflowState.objects.filter(status=WorkflowState.STATUS_NEEDS_CHANGES, requested_by=user_id, requested_by__isnull=False)
    rows = asked.filter(base_content_type=ContentType.objects.get_for_model(Page)).select_related("current_task_state")
    return {int(one.object_id): one.current_task_state for one in rows if one.current_task_state}
