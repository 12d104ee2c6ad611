from directory.sharing.models.amendments import Amendment
from directory.sharing.models.announcements import Announcement
from directory.sharing.models.inventory import Inventory, InventoryLine
from directory.sharing.models.requests import ServiceRequest
from directory.sharing.models.shared import Piece, SharedService
from directory.sharing.models.statements import Statement, StatementLine, TimeEntry

__all__ = [
    "Amendment", "Announcement", "Inventory", "InventoryLine", "Piece", "ServiceRequest", "SharedService", "Statement", "StatementLine", "TimeEntry"
]  # fmt: skip
