from directory.sharing.services.announcements import change_announcement, publish_announcement, withdraw_announcement
from directory.sharing.services.inventory import declare_inventory

__all__ = ["change_announcement", "declare_inventory", "publish_announcement", "withdraw_announcement"]
