"""The convocation of one trainee: its words, and the appointments that go with it. Pure."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from hub.core.kit.dates import DAYS, date_fr, hour_fr
from hub.core.kit.icalendar import Event
from hub.core.kit.text import hours, typo
from hub.core.papers import kinds
from hub.core.papers.canonical import clean
from hub.core.papers.glyphs import legible
from trainings.sessions.models import HalfDay, TrainingSession

KIND, SUBJECT = "convocation", "trainings.convocation"


@dataclass(frozen=True)
class ConvocationData:
    title: str
    period: str
    letterhead: dict[str, Any]
    provider: str
    trainee: str
    employer: str
    half_days: list[list[str]]
    duration: str
    facts: list[list[str]]
    objectives: list[str]


CONVOCATION = kinds.register(
    KIND, template=Path(__file__).parent / "typst" / "convocation.typ", label="Convocation", series="CC", fields=ConvocationData
)


def convocation_data(
    session: TrainingSession, half_days: Sequence[HalfDay], trainers: Sequence[str], *, trainee: str, employer: str
) -> dict[str, Any]:
    """Data of the kind «convocation»: what a trainee is told before the session (L6353-8, Qualiopi 9).

    A character that our typeface has not leaves nobody untold of a day or a place: it is printed by its code.
    """
    provider, programme = session.organisation, session.programme
    rows = [
        ["Lieu", session.place], ["Accès", session.access_notes], ["Formation par", ", ".join(trainers)], ["Prérequis", programme.prerequisites],
        ["Situation de handicap", programme.accessibility], ["Évaluation", programme.assessment], ["Suivi", programme.follow_up],
        ["À distance", session.remote_assistance], ["Contact", programme.contact],
    ]  # fmt: skip
    data = ConvocationData(
        title=typo(session.title),
        period=session.period_words,
        letterhead={"name": typo(provider.name), "lines": [typo(provider.address.replace("\n", ", "))] if provider.address else []},
        provider=typo(provider.name),
        trainee=typo(trainee),
        employer=typo(employer),
        half_days=[_half_day(row) for row in half_days],
        duration=hours(session.duration_minutes),
        facts=[[name, typo(text.strip())] for name, text in rows if text.strip()],
        objectives=[typo(line) for line in programme.objective_lines],
    )
    found: dict[str, Any] = legible(clean(asdict(data)))
    return found


def _half_day(row: HalfDay) -> list[str]:
    day = f"{DAYS[row.date.weekday()]} {date_fr(row.date, year=True)}"
    return [day, f"{hour_fr(row.starts_at)} – {hour_fr(row.ends_at)}", "à distance" if row.is_remote else "en présence", typo(row.topic)]


def changes(before: Mapping[str, Any], after: Mapping[str, Any]) -> Iterator[str]:
    """What a trainee was told otherwise: half-days that moved, then place and other facts. Args: data of two convocations of one session."""
    old, new = ([", ".join(row[:3]) for row in data["half_days"]] for data in (before, after))
    yield from (f"Avant : {line}" for line in old if line not in new)
    yield from (f"Maintenant : {line}" for line in new if line not in old)
    facts, known = dict(after["facts"]), dict(before["facts"])
    for name in dict.fromkeys([*facts, *known]):
        if facts.get(name) != known.get(name):
            yield f"{name} : {facts.get(name, 'n’est plus indiqué')}"


Slot = dict[str, str]  # {"uid", "starts_at", "ends_at"}: moments in ISO form with their offset


def slots_of(half_days: Sequence[HalfDay], host: str) -> list[Slot]:
    """What is announced; the identifier of a half-day is the appointment's, for as long as it keeps its day."""
    return [
        {"uid": f"{row.pk}@{host}", "starts_at": row.begins_at.isoformat(), "ends_at": row.finishes_at.isoformat()} for row in half_days
    ]


def events(
    slots: Sequence[Slot], *, session: TrainingSession, sequence: int, stamp: datetime, url: str, sender: str, dropped: Sequence[Slot] = ()
) -> list[Event]:
    """One appointment per half-day; those announced before and held no more are cancelled."""
    return [
        Event(
            uid=slot["uid"],
            stamp=stamp,
            starts_at=datetime.fromisoformat(slot["starts_at"]),
            ends_at=datetime.fromisoformat(slot["ends_at"]),
            summary=session.title,
            sequence=sequence,
            place=session.place,
            description=session.access_notes,
            url=url,
            organiser=(session.organisation.name, sender),
            is_cancelled=slot in dropped,
        )
        for slot in [*slots, *dropped]
    ]
