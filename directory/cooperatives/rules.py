"""Who may change the public face of an organisation."""

from directory.cooperatives.models import DirectoryEntry
from hub.core.accounts import rules as accounts
from hub.core.accounts.actor import Actor


def can_edit_entry(actor: Actor, entry: DirectoryEntry) -> bool:
    """Whoever manages the organisation; an entry of the public list has nobody to keep it but the coordinator."""
    return actor.is_coordinator if entry.is_public_list else accounts.can_manage_organisation(actor, entry.organisation)
