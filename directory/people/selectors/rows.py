"""A person as one row of the list: words and shapes made ready, so that the template only writes them."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final
from uuid import UUID

from django.db.models import QuerySet
from django.urls import reverse

from directory.people.enums import Evidence, Free
from directory.people.fields import month_words, said, words_of
from directory.people.models import Profile
from directory.people.selectors.listing import Reader, in_rows
from hub.core.kit.dates import today
from hub.core.kit.text import FIXED

MOST_SKILLS: Final = 4
ONE_YEAR, THREE_YEARS = 365, 3 * 365


@dataclass(frozen=True, slots=True)
class SkillShown:
    """`shape` is the number of full bars of the proof, None when proofs are not for this reader."""

    label: str
    detail: str = ""
    shape: int | None = None

    @property
    def is_faded(self) -> bool:
        return self.shape is not None and self.shape < 2


@dataclass(frozen=True, slots=True)
class Row:
    pk: UUID
    url: str
    name: str
    initials: str
    trades: str
    trade_name: str
    skills: list[SkillShown]
    organisation: str
    place: str
    free: str


def freshness(on: str, day: date) -> int:
    """3 for a proof of less than a year, 2 of less than three, 1 older or without a date. Args: an ISO date, or empty."""
    if not on:
        return 1
    age = (day - date.fromisoformat(on)).days
    return 3 if age < ONE_YEAR else 2 if age < THREE_YEARS else 1


def initials(name: str) -> str:
    return "".join(word[0] for word in name.replace("-", " ").split())[:2].upper()


def row(pk: UUID, organisation: str, seen: Mapping[str, Any], *, home: str, day: date) -> Row:
    """Args: home is the address of the list; day is today, asked once for a page."""
    name = seen.get("name", "")
    return Row(
        pk=pk,
        url=f"{home}{pk}/",
        name=name,
        initials=initials(name),
        trades=", ".join(said(line) for line in seen.get("trades", ())),
        trade_name=seen.get("trade_name", ""),
        skills=skills_shown(seen, day)[:MOST_SKILLS],
        organisation=organisation,
        place=place(seen),
        free=free(seen.get("availability", {}), day),
    )


def rows_of(reader: Reader, people: QuerySet[Profile]) -> list[Row]:
    home, day = reverse("people:list"), today()
    return [row(pk, organisation, seen, home=home, day=day) for pk, organisation, seen in in_rows(reader, people)]


def skills_shown(seen: Mapping[str, Any], day: date) -> list[SkillShown]:
    """The skills with their proofs, when proofs are open to the reader."""
    proofs = {line["skill"]: line for line in seen["evidence"]} if "evidence" in seen else None
    return [_skill(said(line), proofs, day) for line in seen.get("skills", ())]


def _skill(label: str, proofs: Mapping[str, Mapping[str, str]] | None, day: date) -> SkillShown:
    if proofs is None:
        return SkillShown(label)
    if (proof := proofs.get(label)) is None:
        return SkillShown(label, "déclarée", 0)
    year = proof["on"][:4]
    detail = str(Evidence(proof["kind"]).label) + (f", {year}" if year else "")
    return SkillShown(label, detail, freshness(proof["on"], day))


def place(seen: Mapping[str, Any]) -> str:
    """«Cadillac (33), 80 km», «Gironde (33)», as far as each part is open."""
    department = seen.get("department")
    if "commune" in seen:
        where = seen["commune"]["name"] + (f" ({department['code']})" if department else "")
    else:
        where = words_of({"department": department})["department"] if department else ""
    radius = f"{seen['radius']}{FIXED}km" if "radius" in seen else ""
    return f"{where}, {radius}" if where and radius else where or (f"rayon de {radius}" if radius else "")


def free(months: Mapping[str, str], day: date) -> str:
    """The first month to come in which she is free, else in part."""
    this = day.isoformat()[:7]
    for kind, words in ((Free.FREE, "Disponible"), (Free.PARTLY, "Disponible en partie")):
        if month := next((month for month, state in months.items() if state == kind and month >= this), ""):
            return f"{words} ce mois-ci" if month == this else f"{words} en {month_words(month)}"
    return ""
