"""Who may do what in a working group. Roles here are per group: they say nothing of what a person may do in her CAE."""

from hub.core.accounts.actor import Actor
from hub.core.accounts.audiences import FEDERATION
from hub.core.accounts.permissions import Permission
from workgroups.groups.enums import OVER, GroupRole
from workgroups.groups.models import GroupMember, Workgroup, own_group_ids

WRITERS = {GroupRole.FACILITATOR, GroupRole.MEMBER}


def can_create_group(actor: Actor) -> bool:
    return FEDERATION in actor.audiences and actor.can(Permission.WORKGROUP_CREATE)


def can_see_inside(actor: Actor, group: Workgroup) -> bool:
    """Meetings, decisions, documents, drafts: for the group's people, guests included."""
    return group.pk in own_group_ids(actor)


def can_read_charter(actor: Actor, group: Workgroup) -> bool:
    return FEDERATION in actor.audiences or can_see_inside(actor, group)


def can_write(actor: Actor, group: Workgroup) -> bool:
    """Members write, guests read; a group that is over is only read."""
    return group.status not in OVER and group.role_of(actor) in WRITERS


def can_facilitate(actor: Actor, group: Workgroup) -> bool:
    return group.role_of(actor) == GroupRole.FACILITATOR


def can_edit_group(actor: Actor, group: Workgroup) -> bool:
    return can_facilitate(actor, group) and group.status not in OVER


def can_manage_members(actor: Actor, group: Workgroup) -> bool:
    """The facilitator; the coordinator too, so that no group is left without one."""
    return can_facilitate(actor, group) or (actor.is_coordinator and actor.can(Permission.FEDERATION_MANAGE))


def can_remove_member(actor: Actor, group: Workgroup, member: GroupMember) -> bool:
    """Whoever manages the members; and anybody leaves by herself."""
    own = member.user_id is not None and member.user_id == actor.user_id and can_see_inside(actor, group)
    return own or can_manage_members(actor, group)
