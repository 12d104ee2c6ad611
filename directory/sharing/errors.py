class MoveRefused(Exception):
    """A thing cannot go from its state to that one; the message says both in French."""


class RuleBroken(Exception):
    """A fact that must hold would not; the message is a French sentence for the form, under the field that it names if it names one."""

    def __init__(self, sentence: str = "", *, field: str | None = None) -> None:
        super().__init__(sentence)
        self.field = field


class DayRefused(RuleBroken):
    """That day does not do; another may."""


class LengthRefused(RuleBroken):
    """No such length of work in a day."""


class VersionConflict(Exception):
    """Somebody else saved meanwhile: 409, and nothing was written."""


class PiecesMissing(RuleBroken):
    """A legal form is chosen and its pieces are not all there, nor waived."""


class TermsChanged(RuleBroken):
    """Somebody else changed the agreement since the page was shown: 409, and nothing was written."""
