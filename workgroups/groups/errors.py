from typing import Any


class WasChanged(Exception):
    """Somebody else saved the row since it was opened; `theirs` is the row as it stands now."""

    def __init__(self, theirs: Any) -> None:
        super().__init__()
        self.theirs = theirs


class NotPossible(Exception):
    """A fact that must hold would not; the message is a French sentence for the form."""
