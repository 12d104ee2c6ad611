"""The conditions that the querysets of this package share."""

from django.db.models import Q

from hub.core.accounts.actor import Actor
from hub.core.accounts.audiences import FEDERATION

NOBODY = Q(pk__in=())


def federated_to(actor: Actor) -> Q:
    """Every row, for a member of the federation; none for others."""
    return ~NOBODY if FEDERATION in actor.audiences else NOBODY


def staffed(actor: Actor, *names: str) -> Q:
    """Rows where one of these columns is the organisation whose staff the actor is, acting for it and not under an agreement."""
    if not actor.is_staff_of(actor.organisation_id):
        return NOBODY
    found = NOBODY
    for name in names:
        found |= Q(**{name: actor.organisation_id})
    return found
