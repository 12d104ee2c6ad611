"""What of a published session concerns those who come, and those who send them: its half-days, its place, its price, its programme."""

from collections.abc import Iterable

from hub.core.kit.dates import hour_fr
from hub.core.kit.text import euros, joined
from trainings.catalogue.comparing import Difference
from trainings.sessions.models import TrainingSession

PRICE = "Prix"
NOT_TOLD = {
    "summary",
    "access_delay",
    "contact",
    "indicative_price_cents",
    "nsf_code",
    "skills",
    "trades",
}  # of the catalogue, not of what is held
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


def release_changes(found: Iterable[Difference], *, before: int, after: int) -> tuple[str, ...]:
    """The sentence that tells a new version of the programme by what it changes; none when all of it is the catalogue's."""
    names = [one.label[:1].lower() + one.label[1:] for one in found if one.name not in NOT_TOLD]
    return (f"Programme : version {after} (avant : version {before}), qui change : {joined(names)}",) if names else ()
