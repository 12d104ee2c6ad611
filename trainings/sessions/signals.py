from django.dispatch import Signal

# sender: Registration; argument: registration (now confirmed)
registration_promoted = Signal()
# sender: TrainingSession; arguments: session, reason, registered_by (ids of the people who had registered somebody)
session_cancelled = Signal()
