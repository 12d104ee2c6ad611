"""What an agreement is signed for and a request is filed for: the dates, the length, the price and the programme of the session, and whom the
employer sends.

When one of them changes the agreement takes an amendment, and the OPCO is told before it pays (training-funding §§ 1.11 and 7.1).
"""

from collections.abc import Iterable, Mapping
from hashlib import sha256
from typing import Any
from uuid import UUID

from hub.core.kit.text import joined
from trainings.sessions.models import TrainingSession

# starts_on and ends_on (ISO days or None), minutes, price_cents, programme (its version), people (None: signed for something else, whatever it
# is); empty when they were not kept, without people or programme when they were kept before these were
Terms = Mapping[str, Any]
WORDS = {
    "starts_on": "les dates", "ends_on": "les dates", "minutes": "la durée", "price_cents": "le prix", "programme": "le programme",
    "people": "les inscriptions",
}  # fmt: skip


def terms_of(session: TrainingSession, people: Iterable[UUID]) -> dict[str, Any]:
    """Args: people are those of the employer whose place is confirmed; what is kept of them names nobody."""
    return {
        "starts_on": session.starts_on.isoformat() if session.starts_on else None,
        "ends_on": session.ends_on.isoformat() if session.ends_on else None,
        "minutes": session.duration_minutes,
        "price_cents": session.price_cents,
        "programme": session.programme_version,
        "people": sha256(" ".join(sorted(map(str, people))).encode()).hexdigest()[:16],
    }


def changed(kept: Terms, now: Terms) -> str:
    """«Les dates et le prix de la session ont changé»; empty when nothing did."""
    words = list(dict.fromkeys(WORDS[name] for name, value in kept.items() if now[name] != value))
    if not words:
        return ""
    said = f"{joined(words)} de la session"
    return f"{said[0].upper()}{said[1:]} {'a changé' if words in (['la durée'], ['le prix'], ['le programme']) else 'ont changé'}"
