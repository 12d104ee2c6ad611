"""What can be recorded, and how it is said. Each package registers its actions when it starts."""

from collections.abc import Mapping

from hub.core.audit.errors import UnknownAction

_wordings: dict[str, str] = {}


def register(wordings: Mapping[str, str]) -> None:
    """Add actions: {"trainings.session.cancel": "Session annulée"}."""
    for action, wording in wordings.items():
        if _wordings.setdefault(action, wording) != wording:
            raise ValueError(f"L’action {action} se dit déjà « {_wordings[action]} ».")


def wording(action: str) -> str:
    """The French words of an action. Raises: UnknownAction."""
    try:
        return _wordings[action]
    except KeyError:
        raise UnknownAction(action) from None


def registered() -> dict[str, str]:
    return dict(_wordings)
