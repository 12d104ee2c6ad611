"""Wagtail's admin without its own mails: they speak of «moderation» and lead to screens that most people may not open."""

from wagtail.admin.apps import WagtailAdminAppConfig
from wagtail.signals import task_submitted, workflow_approved, workflow_rejected, workflow_submitted

MAILED = {
    task_submitted: "group_approval_task_submitted_email_notification",
    workflow_submitted: "workflow_state_submitted_email_notification",
    workflow_rejected: "workflow_state_rejected_email_notification",
    workflow_approved: "workflow_state_approved_email_notification",
}


class QuietWagtailAdminConfig(WagtailAdminAppConfig):
    """Takes the place of «wagtail.admin» in INSTALLED_APPS; what a review says is told by the package whose page it is."""

    def ready(self) -> None:
        super().ready()
        from wagtail.models import TaskState, WorkflowState

        for signal, uid in MAILED.items():
            signal.disconnect(sender=TaskState if signal is task_submitted else WorkflowState, dispatch_uid=uid)
