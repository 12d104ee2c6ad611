class CourseIsInReview(Exception):
    """A programme handed in for review is not changed under the reviewer's eyes."""


class CourseIsUnchanged(Exception):
    """What is published is the newest text: there is nothing to review."""


class CourseIsIncomplete(Exception):
    """A programme lacks fields that the law or Qualiopi ask of a published one; `missing` lists them."""

    def __init__(self, missing: list[str]) -> None:
        super().__init__(", ".join(missing))
        self.missing = missing


class CourseWasChanged(Exception):
    """Somebody else saved the draft, or handed another one in, since it was opened."""


class CourseWasPublished(Exception):
    """A programme that was published is taken out of the catalogue, never deleted: sessions and papers name it."""


class CourseIsNotInReview(Exception):
    """Taken back, or decided by somebody else: there is nothing left to decide."""


class ReviewNeedsAnother(Exception):
    """Whoever handed a programme in does not approve it while her CAE has another reviewer."""
