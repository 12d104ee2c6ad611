from typing import Any


class EntryWasChanged(Exception):
    """Somebody else saved the page since it was opened; `theirs` is the entry as it stands now."""

    def __init__(self, theirs: Any) -> None:
        super().__init__()
        self.theirs = theirs
