"""The verbs of cooperatives, one file a noun."""

from directory.cooperatives.services.entries import KIND, follow_organisation, stamp, update_cooperative, update_entry
from directory.cooperatives.services.public_list import ListSummary, load_public_list

__all__ = ["KIND", "ListSummary", "follow_organisation", "load_public_list", "stamp", "update_cooperative", "update_entry"]
