from workgroups.groups.services.documents import add_document, remove_document, set_document_open
from workgroups.groups.services.groups import abandon_group, create_group, move_group, update_group
from workgroups.groups.services.members import LAST, add_guest, add_member, remove_member, set_role
from workgroups.groups.services.twins import twin

__all__ = [
    "LAST", "abandon_group", "add_document", "add_guest", "add_member", "create_group", "move_group", "remove_document", "remove_member", "set_document_open",
    "set_role", "twin", "update_group",
]  # fmt: skip
