class AttendanceRefused(Exception):
    """What was asked of a sheet cannot be done; the message is a French sentence."""


class TooEarly(AttendanceRefused):
    """Signing before the half-day begins."""


class ReasonNeeded(AttendanceRefused):
    """Possible with a reason only; `field` names where it is written."""

    def __init__(self, message: str, field: str) -> None:
        super().__init__(message)
        self.field = field


class SheetIsClosed(AttendanceRefused):
    """A closed sheet changes no more: a correction makes a new version."""


class AlreadySigned(AttendanceRefused):
    """Somebody's half-day is signed already by another gesture, or this gesture has served already: 409."""


class SheetIsIncomplete(AttendanceRefused):
    """Somebody on the list has neither signed nor been marked absent."""


class SignatureRefused(AttendanceRefused):
    """This is no signature: nothing drawn, or not the person's name."""


class CodeRefused(SignatureRefused):
    """The name is typed, and the code beside it is missing, wrong, or was tried too often."""


class WrongCode(CodeRefused):
    """A try that counts."""
