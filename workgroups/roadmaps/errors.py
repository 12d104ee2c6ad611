from typing import Any

from django.utils.safestring import SafeString


class RoadmapIsInReview(Exception):
    """A roadmap handed in is not changed under the facilitator's eyes."""


class RoadmapIsIncomplete(Exception):
    """A roadmap lacks what a release must hold; `missing` lists it in French."""

    def __init__(self, missing: list[str]) -> None:
        super().__init__(", ".join(missing))
        self.missing = missing


class RoadmapIsNotInReview(Exception):
    """Taken back, or decided by somebody else: there is nothing left to decide."""


class RoadmapWasChanged(Exception):
    """The text handed in is not the one that was shown to whoever decides."""


class PieceWasChanged(Exception):
    """Somebody saved the same piece since it was opened. `theirs` is it now, None when it was taken out; `who` saved it."""

    def __init__(self, theirs: dict[str, Any] | None, who: str, revision: int | None) -> None:
        super().__init__()
        self.theirs, self.who, self.revision = theirs, who, revision


class PointWasChanged(Exception):
    """The newest release says a point otherwise than the one that was read; `fields` are (label, markup of the words)."""

    def __init__(self, fields: list[tuple[str, SafeString]]) -> None:
        super().__init__()
        self.fields = fields


class PieceIsUsed(Exception):
    """A phase that still holds points is not taken out."""


class ReviewNeedsAnother(Exception):
    """Whoever handed a roadmap in does not approve it while the group has another facilitator."""
