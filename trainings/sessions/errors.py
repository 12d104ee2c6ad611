class SessionIsClosed(Exception):
    """Registrations are not open (draft, closed, cancelled, or the session has begun)."""


class SessionHasBegun(Exception):
    """A place of a session that is being signed, or is over, is not given back: the sheets say who was absent."""


class NotRegistrable(Exception):
    """A person is not attached to the employer that registers her; the message names nobody."""


class TrainerIsTrainee(Exception):
    """Somebody would teach herself, and sign twice for one half-day; the message, a French sentence, says who."""


class KeyWasUsed(Exception):
    """An idempotency key came back with another request behind it: 409."""


class MoveRefused(Exception):
    """The session cannot go from its state to that one."""


class SessionIsCancelled(Exception):
    """A cancelled session is changed no more: nobody would be told."""


class HalfDayIsSigned(Exception):
    """A half-day whose attendance sheet has begun is moved or dropped; the message says which."""


class ReleaseWasChanged(Exception):
    """The programme was published anew since its text was compared: the newer one is to be read first."""


class SessionWasChanged(Exception):
    """Somebody saved the session since it was opened; the session as it is now is its argument."""


class CapacityTooSmall(Exception):
    """Fewer places than people already confirmed; the message says how many."""
