"""Who writes, releases and answers a roadmap."""

from hub.core.accounts.actor import Actor
from hub.core.accounts.audiences import FEDERATION
from hub.core.accounts.permissions import Permission
from workgroups.groups import rules as groups
from workgroups.groups.enums import WorkgroupStatus
from workgroups.groups.models import Workgroup
from workgroups.roadmaps.models import RoadmapPage


def can_see_draft(actor: Actor, group: Workgroup) -> bool:
    return groups.can_see_inside(actor, group)


def can_write_roadmap(actor: Actor, group: Workgroup) -> bool:
    return groups.can_write(actor, group)


def can_release(actor: Actor, group: Workgroup) -> bool:
    return groups.can_facilitate(actor, group) and groups.can_write(actor, group)


def can_answer(actor: Actor, roadmap: RoadmapPage) -> bool:
    """Somebody who decides for a CAE of the federation, of a released roadmap; being in the group is not asked."""
    return (
        roadmap.live
        and roadmap.workgroup.status == WorkgroupStatus.ACTIVE
        and FEDERATION in actor.audiences
        and actor.agreement_id is None
        and actor.can(Permission.ROADMAP_ANSWER)
    )
