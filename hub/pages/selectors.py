"""What the first page shows: the federation in figures, and for a signed-in person what awaits her."""

from datetime import date, datetime
from typing import Any

from hub.core.accounts.actor import Actor
from hub.core.kit.dates import local
from hub.core.ui import panels


def as_day(when: date | datetime) -> date:
    return local(when).date() if isinstance(when, datetime) else when


def home(actor: Actor) -> dict[str, Any]:
    """Due items (most urgent first) and news of every area, from the panels that the areas registered."""
    due = [item for found in panels.collect("home.due", actor, actor) for item in found.get("items", [])] if actor.is_signed_in else []
    return {"due": sorted(due, key=lambda item: as_day(item["when"])), "areas": panels.collect("home.area", actor, actor)}
