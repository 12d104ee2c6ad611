from django.dispatch import Signal

# sender: Registration; argument: registration (now confirmed)
registration_promoted = Signal()
# sender: Registration; argument: registration (cancelled by itself; those of a cancelled session come with session_cancelled)
registration_cancelled = Signal()
# sender: TrainingSession; arguments: session, changes (sentences: its half-days, place, price or programme; none when other words changed)
session_changed = Signal()
# sender: TrainingSession; argument: session (about to be deleted: never published, nobody registered)
session_removed = Signal()
# sender: TrainingSession; arguments: session, reason, registrations (those that it had, places and ranks)
session_cancelled = Signal()
