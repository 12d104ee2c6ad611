from directory.sharing.models.announcements import Announcement
from directory.sharing.models.inventory import Inventory, InventoryLine

__all__ = ["Announcement", "Inventory", "InventoryLine"]
