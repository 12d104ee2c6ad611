from dataclasses import dataclass

from django.urls import reverse

from hub.core.notifications.kinds import Category, NotificationKind, register
from workgroups.groups.models import Workgroup


class AboutGroup(NotificationKind):
    category = Category.GROUPS
    group: Workgroup

    def audience(self) -> str:
        return self.group.token

    def url(self) -> str:
        return reverse("groups:group", args=[self.group.acronym])

    def data(self) -> dict[str, str]:
        return {"workgroup": str(self.group.pk)}


@register
@dataclass(frozen=True)
class AddedToGroup(AboutGroup):
    """Somebody was put in a group by its facilitator or the coordinator."""

    code = "workgroups.added"
    label = "Je suis ajoutée ou ajouté à un groupe de travail"
    group: Workgroup
    by: str

    def subject(self) -> str:
        return f"Vous êtes dans le groupe {self.group.name}"
