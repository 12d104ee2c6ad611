"""Days among the parameters of a test: counted from the one on which it runs. A run that passes midnight read its parameters the day before."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from hub.core.kit.dates import today


def dated(facts: Mapping[str, Any]) -> dict[str, Any]:
    """The facts, each length of time in them made a day: timedelta() is today."""
    return {name: today() + value if isinstance(value, timedelta) else value for name, value in facts.items()}
