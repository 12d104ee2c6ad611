"""What of a published session concerns those who come, and those who send them: its half-days, its place, its price."""

from hub.core.kit.dates import hour_fr
from hub.core.kit.text import euros
from trainings.sessions.models import TrainingSession

PRICE = "Prix"
Shown = dict[str, str]  # by what is told, the words that say it


def shown(session: TrainingSession) -> Shown:
    days = [
        f"{row.day_words} {hour_fr(row.starts_at)} – {hour_fr(row.ends_at)}{', à distance' if row.is_remote else ''}"
        for row in session.half_days.all()
    ]
    return {"Dates": session.period_words, "Horaires": " ; ".join(days), "Lieu": session.place, PRICE: euros(session.price_cents)}


def changes(before: Shown, after: Shown) -> tuple[str, ...]:
    """Sentences, one per thing that changed; hours are told when the days are the same."""
    moved = [name for name in after if before[name] != after[name]]
    told = [name for name in moved if name != "Horaires" or "Dates" not in moved]
    return tuple(f"{name} : {after[name] or 'à préciser'} (avant : {before[name] or 'à préciser'})" for name in told)
