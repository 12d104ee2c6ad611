class UnknownTopic(LookupError):
    """No handler is registered for this topic."""


class TryLater(Exception):
    """Raised by a handler: not now, and nobody's fault; the attempt is not counted."""

    def __init__(self, seconds: float = 60) -> None:
        super().__init__(seconds)
        self.seconds = seconds


class Park(Exception):
    """Raised by a handler: trying again cannot help. The reason is shown to the coordinator, so it names no person."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason
