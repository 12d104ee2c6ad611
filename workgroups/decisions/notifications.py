from dataclasses import dataclass

from django.urls import reverse

from hub.core.kit.dates import date_fr
from hub.core.notifications.kinds import Category, NotificationKind, register
from workgroups.decisions.models import Action


@register
@dataclass(frozen=True)
class ActionGiven(NotificationKind):
    """Somebody of the group wrote an action under one's name."""

    code = "workgroups.action_given"
    label = "Une action d’un groupe m’est confiée"
    category = Category.GROUPS
    action: Action
    by: str

    def subject(self) -> str:
        due = f", pour le {date_fr(self.action.due_on)}" if self.action.due_on else ""
        return f"Une action du groupe {self.action.workgroup.name} vous est confiée{due}"

    def audience(self) -> str:
        return self.action.workgroup.token

    def url(self) -> str:
        return reverse("decisions:actions", args=[self.action.workgroup.acronym])

    def data(self) -> dict[str, str]:
        return {"action": str(self.action.pk), "workgroup": str(self.action.workgroup_id)}
