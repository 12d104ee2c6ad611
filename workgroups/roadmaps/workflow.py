"""Approval by the group's facilitator, on Wagtail's workflow: one task for all; who may approve is read from the group's own roles."""

from typing import Any

from django.contrib.auth.models import AbstractBaseUser
from wagtail.models import Page, Task, TaskState, Workflow, WorkflowPage, WorkflowTask

from workgroups.groups.enums import GroupRole
from workgroups.groups.models import GroupMember, speaking

TITLE = "Accord de l’animation du groupe"


def facilitates(user: AbstractBaseUser) -> Any:
    """The ids of the groups that a person runs today (Wagtail knows no actor)."""
    return GroupMember.unscoped.filter(speaking(), user=user.pk, role=GroupRole.FACILITATOR).values("workgroup")


class RoadmapReviewTask(Task):
    """Approval by a facilitator of the group."""

    class Meta:
        verbose_name = "accord sur une feuille de route"

    def user_can_access_editor(self, obj: Any, user: AbstractBaseUser) -> bool:
        return bool(facilitates(user).filter(workgroup=obj.workgroup_id).exists())

    def locked_for_user(self, obj: Any, user: AbstractBaseUser) -> bool:
        return True  # handed in, nobody changes it: it is approved, sent back or taken back

    def user_can_lock(self, obj: Any, user: AbstractBaseUser) -> bool:
        return False

    def get_actions(self, obj: Any, user: AbstractBaseUser) -> list[tuple[str, str, bool]]:
        if not self.user_can_access_editor(obj, user):
            return []
        return [("reject", "Demander des changements", True), ("approve", "Approuver", False)]

    def get_task_states_user_can_moderate(self, user: AbstractBaseUser, **kwargs: Any) -> Any:
        from workgroups.roadmaps.models import RoadmapPage

        pages = RoadmapPage.objects.filter(workgroup__in=facilitates(user)).values_list("pk", flat=True)
        return TaskState.objects.filter(
            task=self.task_ptr, status=TaskState.STATUS_IN_PROGRESS, workflow_state__object_id__in=[str(pk) for pk in pages]
        )

    @classmethod
    def get_description(cls) -> str:
        return "Une animatrice ou un animateur du groupe approuve ou demande des changements."


def plant_on(index: Page) -> None:
    """Attach the approval to the roadmaps, once."""
    workflow, _made = Workflow.objects.get_or_create(name=TITLE, defaults={"active": True})
    task = RoadmapReviewTask.objects.first() or RoadmapReviewTask.objects.create(name=TITLE, active=True)
    WorkflowTask.objects.get_or_create(workflow=workflow, task=task.task_ptr, defaults={"sort_order": 0})
    WorkflowPage.objects.get_or_create(page=index, defaults={"workflow": workflow})
