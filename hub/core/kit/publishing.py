"""What Wagtail does when a review ends well (settings.WAGTAIL_FINISH_WORKFLOW_ACTION). It imports this while its own models load: no import here."""

from typing import Any


def publish_approved(workflow_state: Any, user: Any = None) -> None:
    """Release what was approved. Whoever approved was checked by the task that she finished; Wagtail's own page rights know nothing of
    the hub's roles, so they are not asked a second time."""
    workflow_state.current_task_state.revision.publish(user=user, skip_permission_checks=True)
