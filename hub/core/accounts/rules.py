"""Who may do what to accounts and organisations."""

from collections.abc import Collection
from uuid import UUID

from hub.core.accounts.actor import Actor
from hub.core.accounts.enums import EndedBy
from hub.core.accounts.models import Membership, Organisation, Role, User
from hub.core.accounts.permissions import Permission


def can_manage_members(actor: Actor, organisation: Organisation) -> bool:
    return actor.is_coordinator or actor.can(Permission.MEMBERS_MANAGE, organisation.pk)


def can_manage_organisation(actor: Actor, organisation: Organisation) -> bool:
    return actor.is_coordinator or actor.can(Permission.ORGANISATION_MANAGE, organisation.pk)


def can_take_data_away(actor: Actor, organisation: Organisation) -> bool:
    """Whoever manages it, from within: the coordination of a federation is no manager of its members."""
    return actor.can(Permission.ORGANISATION_MANAGE, organisation.pk)


def can_give(actor: Actor, role: Role, organisation: Organisation) -> bool:
    """Nobody gives what she could not hold: coordination is the coordinator's to give, and only in the federation."""
    if role.code == "coordinator":
        return actor.is_coordinator and organisation.is_federation
    return can_manage_members(actor, organisation)


def can_change_departure(actor: Actor, row: Membership) -> bool:
    """A cooperative corrects what its own people noted, and the coordination what it noted; she whose own refusal it was accepts an invitation."""
    return row.ended_by in ("", EndedBy.ORGANISATION) or (row.ended_by == EndedBy.COORDINATION and actor.is_coordinator)


def can_reopen(actor: Actor, user: User, organisation: Organisation, *, homes: Collection[UUID]) -> bool:
    """Reset the second factor of a person of this organisation: never one's own; the coordinator of anybody, and who manages the members
    of a person who belongs nowhere else: another organisation's doors, and the federation's, are not hers to open.

    `homes`: the organisations to which the person belongs today; without any, she is the coordinator's to help, wherever she was.
    """
    if actor.user_id is None or actor.user_id == user.pk or (homes and organisation.pk not in homes):
        return False
    if actor.is_coordinator:
        return True
    return set(homes) == {organisation.pk} and not user.is_superuser and actor.can(Permission.MEMBERS_MANAGE, organisation.pk)
