"""Events and their places."""

from hub.pages.events.services.pages import (
    cancel_event,
    create_event,
    note_people_taken,
    publish_event,
    restore_event,
    save_event,
    take_down_event,
    withdraw_event,
)
from hub.pages.events.services.reminders import remind
from hub.pages.events.services.seats import Outcome, add_guest, cancel_registration, give_places_on, register, set_capacity, take_off

__all__ = [
    "Outcome", "add_guest", "cancel_event", "cancel_registration", "create_event", "give_places_on", "note_people_taken", "publish_event", "register", "remind",
    "restore_event", "save_event", "set_capacity", "take_down_event", "take_off", "withdraw_event",
]  # fmt: skip
