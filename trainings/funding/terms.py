"""What an agreement is signed for and a request is filed for: the dates, the length and the price of the session.

When one of them changes the agreement takes an amendment, and the OPCO is told before it pays (training-funding §§ 1.11 and 7.1).
"""

from collections.abc import Mapping
from typing import Any

from hub.core.kit.text import joined
from trainings.sessions.models import TrainingSession

# starts_on and ends_on (ISO days or None), minutes, price_cents (None: signed for something else, whatever it is); empty when they were not kept
Terms = Mapping[str, Any]
WORDS = {"starts_on": "les dates", "ends_on": "les dates", "minutes": "la durée", "price_cents": "le prix"}


def terms_of(session: TrainingSession) -> dict[str, Any]:
    return {
        "starts_on": session.starts_on.isoformat() if session.starts_on else None,
        "ends_on": session.ends_on.isoformat() if session.ends_on else None,
        "minutes": session.duration_minutes,
        "price_cents": session.price_cents,
    }


def changed(kept: Terms, session: TrainingSession) -> str:
    """«Les dates et le prix de la session ont changé»; empty when nothing did."""
    now = terms_of(session)
    words = list(dict.fromkeys(WORDS[name] for name, value in kept.items() if now[name] != value))
    if not words:
        return ""
    said = f"{joined(words)} de la session"
    return f"{said[0].upper()}{said[1:]} {'a changé' if words in (['la durée'], ['le prix']) else 'ont changé'}"
