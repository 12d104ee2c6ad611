"""Decisions and actions are read by the group's people, written by its members; an action is closed by its owner too."""

from hub.core.accounts.actor import Actor
from workgroups.decisions.models import Action
from workgroups.groups import rules as groups
from workgroups.groups.models import Workgroup


def can_write(actor: Actor, group: Workgroup) -> bool:
    return groups.can_write(actor, group)


def can_close_action(actor: Actor, group: Workgroup, action: Action) -> bool:
    """A member; or the guest who was given it."""
    own = action.owner is not None and action.owner.user_id is not None and action.owner.user_id == actor.user_id
    return groups.can_write(actor, group) or (own and groups.can_see_inside(actor, group))
