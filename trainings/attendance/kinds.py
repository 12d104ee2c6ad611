"""The attendance sheet as it is printed: its closed content made into strings, and its registration as a kind of paper."""

from dataclasses import asdict, dataclass
from datetime import date, datetime, time
from pathlib import Path
from typing import Any

from hub.core.kit.dates import date_fr, hour_fr, long_day_fr
from hub.core.kit.text import FIXED, counted, hours, typo
from hub.core.papers import kinds
from hub.core.papers.canonical import clean
from hub.core.papers.glyphs import legible
from trainings.attendance.models import AttendanceSheet
from trainings.sessions.enums import Period

KIND = "emargement"


@dataclass(frozen=True)
class SheetData:
    """The template's data: strings already formatted; `path` is the drawing of a signature, or empty."""

    title: str
    day: str
    hours: str
    provider: str
    letterhead: dict[str, Any]
    facts: list[list[str]]
    lines: list[dict[str, str]]
    count: str
    remote: list[list[str]]
    trainer: dict[str, str]
    digest: str
    correction: str


SHEET = kinds.register(
    KIND, template=Path(__file__).parent / "typst" / "emargement.typ", label="Feuille d’émargement", series="FE", fields=SheetData
)


def sheet_data(sheet: AttendanceSheet) -> dict[str, Any]:
    """Data of the kind «emargement», from what was closed and nothing later. One name that our typeface has not stops no other employer's
    proof: its characters are printed by their codes."""
    content, provider = sheet.content or {}, sheet.half_day.session.organisation
    day, start, end = date.fromisoformat(content["date"]), time.fromisoformat(content["starts_at"]), time.fromisoformat(content["ends_at"])
    here = sum(line["attended"] == "present" for line in content["lines"])
    data = SheetData(
        title=typo(content["title"]),
        day=f"{long_day_fr(day).capitalize()}, {Period(content['period']).label}",
        hours=f"de {hour_fr(start)} à {hour_fr(end)}",
        provider=typo(provider.name),
        letterhead={"name": typo(provider.name), "lines": [typo(provider.address.replace("\n", ", "))] if provider.address else []},
        facts=_facts(content, day, start, end),
        lines=[_line(line) for line in content["lines"]],
        count=f"{counted(here, 'stagiaire')} en présence sur {len(content['lines'])}.",
        remote=[
            [name, typo(content[key])]
            for name, key in (("Assistance donnée", "assistance"), ("Évaluations faites", "assessment"))
            if content["is_remote"] and content[key]
        ],
        trainer=_signed(content["trainer"]) | {"name": typo(content["trainer"]["name"])},
        digest=sheet.digest,
        correction=typo(content["correction_reason"]),
    )
    found: dict[str, Any] = legible(clean(asdict(data)))
    return found


def _facts(content: dict[str, Any], day: date, start: time, end: time) -> list[list[str]]:
    rows = [
        ["Action de formation", typo(content["title"])],
        ["Sujet", typo(content["topic"])],
        ["Jour", long_day_fr(day)],
        ["Horaires", f"{hour_fr(start)} – {hour_fr(end)}, {hours(content['minutes'])}"],
        ["Lieu", typo(content["place"])],
        ["Formation par", typo(content["trainer"]["name"])],
    ]
    return [row for row in rows if row[1]]


def _signed(one: dict[str, Any]) -> dict[str, str]:
    return {"path": one["path"], "typed": one["typed"], "when": _when(one)}


def _when(one: dict[str, Any]) -> str:
    """«18 janv. 2027\\n8 h 31»; what a telephone without network said comes first, then when the hub received it."""
    if not one["signed_at"]:
        return ""
    received = _moment(one["signed_at"])
    if one.get("device_at"):
        return f"{_moment(one['device_at'])}, hors réseau\nreçue le {received}"
    return received.replace(", ", "\n")


def _moment(text: str) -> str:
    moment = datetime.fromisoformat(text)
    return f"{date_fr(moment.date(), year=True)}, {hour_fr(moment.time())}"


def _noted(line: dict[str, Any]) -> str:
    """Who wrote a departure that was not signed; sheets closed before that could be written say nothing of it."""
    if not line.get("left_noted_at"):
        return ""
    by = typo(line["left_noted_by"])
    return f", noté après la signature{f' par {by}' if by else ''}"


def _line(line: dict[str, Any]) -> dict[str, str]:
    """Why somebody was absent or late stays with her employer and the organisation: other employers read this sheet too."""
    late = f", {'reçue' if line['device_at'] else 'signée'} après la fin" if line["late_reason"] else ""
    return _signed(line) | {
        "name": typo(line["name"]),
        "employer": typo(line["employer"]),
        "words": line["words"] + _noted(line) + late,
        "minutes": hours(line["minutes"]) if line["minutes"] else f"0{FIXED}h",
    }
