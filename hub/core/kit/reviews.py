"""Pages under review, as Wagtail's workflows keep them."""

from collections.abc import Sequence
from uuid import UUID

from django.contrib.contenttypes.models import ContentType
from django.db.models import Q
from wagtail.models import Page, TaskState, WorkflowState

from hub.core.kit.asking import once


@once
def _followed_by(user_id: UUID | None) -> Sequence[WorkflowState]:
    """The reviews under way, whoever handed in the page, and those of this person that ask for changes: few at any time, read together."""
    hers = Q(status=WorkflowState.STATUS_NEEDS_CHANGES, requested_by=user_id, requested_by__isnull=False)
    pages = WorkflowState.objects.filter(base_content_type=ContentType.objects.get_for_model(Page))
    return list(pages.filter(Q(status=WorkflowState.STATUS_IN_PROGRESS) | hers).select_related("current_task_state"))


def under_way(user_id: UUID | None) -> dict[int, bool]:
    """The pages that wait for a reader, by number, and whether this person is the one who handed each in."""
    rows = [one for one in _followed_by(user_id) if one.status == WorkflowState.STATUS_IN_PROGRESS]
    return {int(one.object_id): one.requested_by_id is not None and one.requested_by_id == user_id for one in rows}


def sent_back_to(user_id: UUID | None) -> dict[int, TaskState]:
    """What was decided of each page that this person handed in and that came back, by the number of the page, until it is handed in again."""
    rows = [one for one in _followed_by(user_id) if one.status == WorkflowState.STATUS_NEEDS_CHANGES]
    return {int(one.object_id): one.current_task_state for one in rows if one.current_task_state}
