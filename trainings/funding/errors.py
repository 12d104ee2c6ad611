class MoveRefused(Exception):
    """A file cannot go from its state to that one; the message is a French sentence for the person."""


class FileRefused(Exception):
    """No file can be opened for these facts, or this paper cannot be kept; the message is a French sentence, about a `field` or none."""

    def __init__(self, message: str, field: str | None = None) -> None:
        super().__init__(message)
        self.field = field


class VersionConflict(Exception):
    """Somebody else saved meanwhile: 409, and nothing was written."""
