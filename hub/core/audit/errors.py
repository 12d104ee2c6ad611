class UnknownAction(LookupError):
    """This action code is not registered: give it its French wording in the package's apps.py."""


class NotInTransaction(RuntimeError):
    """An audit line is written in the transaction of the change it tells, or not at all."""


class AppendOnly(TypeError):
    """Audit lines are neither changed, nor deleted, nor added other than by record()."""


class RefusedData(ValueError):
    """The data of an audit line names a secret or a personal value."""


class AnchorUnreadable(ValueError):
    """The head file exists and cannot be understood."""


class LineUnreadable(ValueError):
    """A line holds what the database cannot give back."""
