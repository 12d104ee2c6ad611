"""A roadmap handed in, decided or released is told to those it awaits; a group that opens or closes has its roadmap indexed again."""

from typing import Any

from django.dispatch import receiver

from hub.core.accounts.actor import Actor
from hub.core.accounts.models import Membership, User
from hub.core.accounts.models.organisations import in_force
from hub.core.accounts.permissions import Permission
from hub.core.jobs import services as jobs
from hub.core.kit.searchable import index_line
from hub.core.notifications import services as notifications
from workgroups.groups import selectors as groups
from workgroups.groups.enums import UNSEEN
from workgroups.groups.models import Workgroup
from workgroups.groups.signals import workgroup_reach_changed
from workgroups.roadmaps.models import RoadmapPage
from workgroups.roadmaps.notifications import RoadmapReleased, RoadmapSentBack, RoadmapSubmitted
from workgroups.roadmaps.selectors import facilitators_of
from workgroups.roadmaps.signals import roadmap_decided, roadmap_submitted


@receiver(workgroup_reach_changed)
def group_moved(sender: Any, workgroup: Workgroup, **_: Any) -> None:
    if roadmap := RoadmapPage.objects.filter(workgroup=workgroup).first():
        jobs.emit(**index_line("roadmap", roadmap.public_id))


@receiver(roadmap_submitted)
def tell_facilitators(sender: Any, roadmap: RoadmapPage, actor: Actor, **_: Any) -> None:
    """Whoever may approve it, less the person who handed it in unless nobody else can."""
    readers = facilitators_of(roadmap)
    others = [reader for reader in readers if reader.pk != actor.user_id]
    notifications.send(RoadmapSubmitted(roadmap, actor.name), to=others or readers)


@receiver(roadmap_decided)
def tell_decision(sender: Any, roadmap: RoadmapPage, approved: bool, comment: str, author_id: Any, actor: Actor, **_: Any) -> None:
    if not approved:
        authors = groups.users_of(roadmap.workgroup, but=actor.user_id).filter(pk=author_id)  # who left reads no title of a draft
        notifications.send(RoadmapSentBack(roadmap, comment), to=authors)
        return
    inside = groups.users_of(roadmap.workgroup, but=actor.user_id)
    notifications.send(RoadmapReleased(roadmap, comment), to=inside)
    if roadmap.workgroup.status not in UNSEEN:  # until then nobody else may read it
        others = [user for user in _who_answer(roadmap) if user.pk != actor.user_id and user not in inside]
        notifications.send(RoadmapReleased(roadmap, comment, in_group=False), to=others)


def _who_answer(roadmap: RoadmapPage) -> list[User]:
    """The people who decide for the CAEs of the group."""
    held = Membership.unscoped.filter(in_force(), organisation__in=groups.organisations(roadmap.workgroup), user__is_active=True)
    return [row.user for row in held.select_related("user", "role") if Permission.ROADMAP_ANSWER in row.role.permissions]
