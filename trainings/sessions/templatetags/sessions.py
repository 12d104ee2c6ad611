from typing import Any

from django import template
from django.utils.safestring import SafeString

from hub.core.kit.dates import today
from hub.core.ui import icons
from hub.core.ui.charts import Seats
from trainings.sessions.models import TrainingSession
from trainings.sessions.selectors import state_on

register = template.Library()


@register.simple_tag
def session_state(session: TrainingSession) -> SafeString:
    """Where a session stands today: shape, word, colour."""
    return icons.state(*state_on(session, today()))


@register.inclusion_tag("ui/seats.html")
def session_seats(session: TrainingSession) -> dict[str, Any]:
    """Its places, one square each."""
    return {"seats": Seats(taken=session.confirmed_count, total=session.capacity)}
