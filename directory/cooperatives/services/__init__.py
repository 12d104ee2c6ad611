"""The verbs of cooperatives, one file a noun."""

from directory.cooperatives.services.accreditations import PROOF, add_accreditation, remove_accreditation, update_accreditation
from directory.cooperatives.services.entries import KIND, follow_organisation, stamp, update_cooperative, update_entry
from directory.cooperatives.services.public_list import ListSummary, load_public_list

__all__ = [
    "KIND", "PROOF", "ListSummary", "add_accreditation", "follow_organisation", "load_public_list", "remove_accreditation", "stamp",
    "update_accreditation", "update_cooperative", "update_entry",
]  # fmt: skip
