from hub.core.accounts.errors import SavedSince


class EntryWasChanged(SavedSince):
    """`theirs` is the entry as it stands now."""


class AccreditationWasChanged(SavedSince):
    """`theirs`: the row, None once it was removed."""


class SameAccreditation(Exception):
    """Another row of the organisation says the same, day for day."""
