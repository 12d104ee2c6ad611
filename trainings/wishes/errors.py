class MoveRefused(Exception):
    """A need cannot go from its state to that one; the message says both in French."""


class WishRefused(Exception):
    """A fact that must hold would not; the message is a French sentence for the form."""


class VersionConflict(Exception):
    """Somebody else saved meanwhile: 409, and nothing was written."""
