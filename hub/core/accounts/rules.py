"""Who may do what to accounts and organisations."""

from hub.core.accounts.actor import Actor
from hub.core.accounts.models import Organisation, Role
from hub.core.accounts.permissions import Permission


def can_manage_members(actor: Actor, organisation: Organisation) -> bool:
    return actor.is_coordinator or actor.can(Permission.MEMBERS_MANAGE, organisation.pk)


def can_manage_organisation(actor: Actor, organisation: Organisation) -> bool:
    return actor.is_coordinator or actor.can(Permission.ORGANISATION_MANAGE, organisation.pk)


def can_give(actor: Actor, role: Role, organisation: Organisation) -> bool:
    """Nobody gives what she could not hold: coordination is the coordinator's to give, and only in the federation."""
    if role.code == "coordinator":
        return actor.is_coordinator and organisation.is_federation
    return can_manage_members(actor, organisation)
