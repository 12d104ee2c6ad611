class MoveRefused(Exception):
    """A thing cannot go from its state to that one; the message says both in French."""


class RuleBroken(Exception):
    """A fact that must hold would not; the message is a French sentence for the form."""


class DayRefused(RuleBroken):
    """Time cannot be noted on that day; another may do."""


class VersionConflict(Exception):
    """Somebody else saved meanwhile: 409, and nothing was written."""


class PiecesMissing(RuleBroken):
    """A legal form is chosen and its pieces are not all there, nor waived."""


class TermsChanged(RuleBroken):
    """Somebody else changed the agreement since the page was shown: 409, and nothing was written."""
