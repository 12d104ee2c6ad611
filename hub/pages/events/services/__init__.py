"""Events and their places."""

from hub.pages.events.services.pages import (
    cancel_event,
    create_event,
    note_people_taken,
    restore_event,
    save_event,
    take_down_event,
    withdraw_event,
)
from hub.pages.events.services.reminders import remind
from hub.pages.events.services.seats import Outcome, cancel_registration, register, set_capacity

__all__ = [
    "Outcome", "cancel_event", "cancel_registration", "create_event", "note_people_taken", "register", "remind", "restore_event", "save_event",
    "set_capacity", "take_down_event", "withdraw_event",
]  # fmt: skip
