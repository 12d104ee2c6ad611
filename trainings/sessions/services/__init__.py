from trainings.sessions.services.needs import note_reading
from trainings.sessions.services.seats import Outcome, cancel_registration, register_trainees
from trainings.sessions.services.sessions import Slot, create_session, move_session, remove_session, take_release, update_session

__all__ = [
    "Outcome", "Slot", "cancel_registration", "create_session", "move_session", "note_reading", "register_trainees", "remove_session",
    "take_release", "update_session",
]  # fmt: skip
