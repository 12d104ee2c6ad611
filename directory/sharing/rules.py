"""Who may read and do what between CAEs."""

from directory.sharing.models import Announcement
from hub.core.accounts.actor import Actor
from hub.core.accounts.audiences import FEDERATION
from hub.core.accounts.permissions import Permission


def can_read(actor: Actor) -> bool:
    """Inventory, offers and needs are the federation's."""
    return FEDERATION in actor.audiences


def can_manage(actor: Actor) -> bool:
    """Declare, announce, log and follow for the organisation acted for, a member of the federation."""
    return can_read(actor) and actor.can(Permission.SERVICES_MANAGE)


def can_sign(actor: Actor) -> bool:
    """Bind the organisation acted for."""
    return can_read(actor) and actor.can(Permission.SERVICES_SIGN)


def can_change_announcement(actor: Actor, announcement: Announcement) -> bool:
    return can_manage(actor) and announcement.organisation_id == actor.organisation_id
