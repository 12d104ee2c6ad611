from typing import Any

from django import template
from django.utils.safestring import SafeString

from hub.core.kit.dates import today
from hub.core.kit.text import counted
from hub.core.ui import icons
from hub.core.ui.charts import Seats
from trainings.sessions.models import TrainingSession
from trainings.sessions.selectors import state_on

register = template.Library()


@register.simple_tag
def session_state(session: TrainingSession) -> SafeString:
    """Where a session stands today: shape, word, colour."""
    return icons.state(*state_on(session, today()))


@register.simple_tag
def session_places(session: TrainingSession) -> str:
    """«2 places libres»; once nobody can be registered, where it stands."""
    day = today()
    return counted(session.free_count, "place libre", "places libres") if session.is_open_on(day) else state_on(session, day)[1].lower()


@register.simple_tag
def session_counts(session: TrainingSession) -> str:
    """«2 places libres sur 8»; once nobody can be registered, «6 places prises sur 8»."""
    free = counted(session.free_count, "place libre", "places libres")
    return f"{free if session.is_open_on(today()) else counted(session.confirmed_count, 'place prise', 'places prises')} sur {session.capacity}"


@register.inclusion_tag("ui/seats.html")
def session_seats(session: TrainingSession) -> dict[str, Any]:
    """Its places, one square each."""
    return {"seats": Seats(taken=session.confirmed_count, total=session.capacity)}
