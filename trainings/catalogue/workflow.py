"""Review by the CAE, on Wagtail's workflow: one task for all; who may approve is read from the hub's own roles."""

from typing import Any

from django.contrib.auth.models import AbstractBaseUser
from wagtail.models import Page, Task, TaskState, Workflow, WorkflowPage, WorkflowTask

from hub.core.accounts.models import Membership
from hub.core.accounts.models.organisations import in_force
from hub.core.accounts.permissions import Permission

TITLE = "Relecture par la CAE"


def holds(user: AbstractBaseUser, permission: str, organisation_id: Any) -> bool:
    """Whether a person has a right in an organisation, whatever she acts for just now (Wagtail knows no actor)."""
    rows = Membership.unscoped.filter(in_force(), user=user.pk, organisation=organisation_id).select_related("role")
    return any(permission in row.role.permissions for row in rows)


class CourseReviewTask(Task):
    """Approval by somebody of the organisation with the right to review."""

    class Meta:
        verbose_name = "relecture d’un programme"

    def user_can_access_editor(self, obj: Any, user: AbstractBaseUser) -> bool:
        return holds(user, Permission.TRAINING_REVIEW, obj.organisation_id)

    def locked_for_user(self, obj: Any, user: AbstractBaseUser) -> bool:
        return True  # in review nobody changes it: it is approved, sent back or taken back

    def user_can_lock(self, obj: Any, user: AbstractBaseUser) -> bool:
        return False

    def get_actions(self, obj: Any, user: AbstractBaseUser) -> list[tuple[str, str, bool]]:
        if not holds(user, Permission.TRAINING_REVIEW, obj.organisation_id):
            return []
        return [("reject", "Demander des changements", True), ("approve", "Approuver", False)]

    def get_task_states_user_can_moderate(self, user: AbstractBaseUser, **kwargs: Any) -> Any:
        rows = Membership.unscoped.filter(in_force(), user=user.pk).select_related("role")
        organisations = {row.organisation_id for row in rows if Permission.TRAINING_REVIEW in row.role.permissions}
        from trainings.catalogue.models import CoursePage

        pages = CoursePage.objects.filter(organisation__in=organisations)
        return TaskState.objects.filter(
            task=self.task_ptr, status=TaskState.STATUS_IN_PROGRESS,
            workflow_state__object_id__in=[str(pk) for pk in pages.values_list("pk", flat=True)],
        )  # fmt: skip

    @classmethod
    def get_description(cls) -> str:
        return "Une personne de l’organisation qui a le droit de relire approuve ou demande des changements."


def plant_on(index: Page) -> None:
    """Attach the review to the catalogue, once."""
    workflow, _made = Workflow.objects.get_or_create(name=TITLE, defaults={"active": True})
    task = CourseReviewTask.objects.first() or CourseReviewTask.objects.create(name=TITLE, active=True)
    WorkflowTask.objects.get_or_create(workflow=workflow, task=task.task_ptr, defaults={"sort_order": 0})
    WorkflowPage.objects.get_or_create(page=index, defaults={"workflow": workflow})
