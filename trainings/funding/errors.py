class MoveRefused(Exception):
    """A file cannot go from its state to that one; the message is a French sentence for the person."""


class FileRefused(Exception):
    """No file can be opened for these facts, or this paper cannot be kept; the message is a French sentence."""


class VersionConflict(Exception):
    """Somebody else saved meanwhile: 409, and nothing was written."""
