"""The content of a roadmap as it lies in the page: plain JSON whose pieces keep their identifier through every release.

{"phases": [{id, title, aim}], "points": [{id, phase, title, text, owner_id, owner, starts_on, ends_on, means, indicator}],
 "jalons": [{id, title, on}]}: identifiers are UUIDs of version 7 as text, dates ISO 8601 or "", the rest is text.
Points stand in the order of the list within their phase. Their code («B2») follows from the order and is never stored.
Why JSON and not child rows: docs/decisions/0010-roadmap-items.md.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from hub.core.kit.identifiers import uuid7
from workgroups.roadmaps.enums import PieceKind

Piece = dict[str, Any]
Plan = dict[str, list[Piece]]
MAX_PHASES, MAX_ITEMS, MAX_MILESTONES = 20, 120, 60
LIMITS = {PieceKind.PHASE: MAX_PHASES, PieceKind.ITEM: MAX_ITEMS, PieceKind.MILESTONE: MAX_MILESTONES}
# field → its French name, in the order in which it is read and compared
FIELDS: dict[PieceKind, dict[str, str]] = {
    PieceKind.PHASE: {"title": "Intitulé", "aim": "But"},
    PieceKind.ITEM: {
        "title": "Intitulé", "phase": "Phase", "text": "Ce qui est fait", "owner": "Porté par", "starts_on": "Début", "ends_on": "Fin",
        "means": "Moyens", "indicator": "Indicateur",
    },
    PieceKind.MILESTONE: {"title": "Intitulé", "on": "Date"},
}  # fmt: skip


def empty() -> Plan:
    return {kind.value: [] for kind in PieceKind}


def pieces(plan: Mapping[str, Any], kind: PieceKind) -> list[Piece]:
    """The pieces of a kind; a plan that lacks the list has none."""
    found: list[Piece] = plan.get(kind.value) or []
    return found


def find(plan: Mapping[str, Any], kind: PieceKind, pk: str) -> Piece | None:
    return next((one for one in pieces(plan, kind) if one["id"] == pk), None)


def new_id() -> str:
    return str(uuid7())


def replaced(plan: Mapping[str, Any], kind: PieceKind, piece: Piece) -> Plan:
    """The plan with a piece in the place of the one with its id, or at the end."""
    rows = pieces(plan, kind)
    known = any(one["id"] == piece["id"] for one in rows)
    rows = [piece if one["id"] == piece["id"] else one for one in rows] if known else [*rows, piece]
    return {**empty(), **plan, kind.value: rows}


def without(plan: Mapping[str, Any], kind: PieceKind, pk: str) -> Plan:
    return {**empty(), **plan, kind.value: [one for one in pieces(plan, kind) if one["id"] != pk]}


def moved(plan: Mapping[str, Any], kind: PieceKind, pk: str, step: int) -> Plan:
    """The plan with a piece one place up (-1) or down (1) among its neighbours: points of the same phase."""
    rows = list(pieces(plan, kind))
    here = next((place for place, one in enumerate(rows) if one["id"] == pk), None)
    if here is None:
        return {**empty(), **plan}
    beside = [place for place, one in enumerate(rows) if one.get("phase") == rows[here].get("phase")]
    rank = beside.index(here) + step
    if 0 <= rank < len(beside):
        there = beside[rank]
        rows[here], rows[there] = rows[there], rows[here]
    return {**empty(), **plan, kind.value: rows}


def as_date(text: str) -> date | None:
    return date.fromisoformat(text) if text else None


# -- as it is read ----------------------------------------------------------------------------------------------------
@dataclass
class Item:
    """A point of a roadmap with its code; `progress`, `reading` and `stances` are laid beside it by the selectors."""

    id: str
    code: str
    title: str
    text: str = ""
    owner: str = ""
    owner_id: str = ""
    starts_on: date | None = None
    ends_on: date | None = None
    means: str = ""
    indicator: str = ""
    progress: Any = None
    reading: str = ""


@dataclass
class Phase:
    id: str
    letter: str
    title: str
    aim: str = ""
    items: list[Item] = field(default_factory=list)


@dataclass(frozen=True)
class Milestone:
    id: str
    title: str
    on: date


@dataclass
class ReadPlan:
    phases: list[Phase]
    milestones: list[Milestone]

    @property
    def items(self) -> list[Item]:
        return [item for phase in self.phases for item in phase.items]

    def item(self, pk: str) -> Item | None:
        return next((item for item in self.items if item.id == pk), None)


def read(plan: Mapping[str, Any]) -> ReadPlan:
    """The plan with its codes: phases A, B… and their points A1, A2…"""
    phases = [Phase(one["id"], _letter(rank), one["title"], one.get("aim", "")) for rank, one in enumerate(pieces(plan, PieceKind.PHASE))]
    by_id = {phase.id: phase for phase in phases}
    for one in pieces(plan, PieceKind.ITEM):
        if phase := by_id.get(one.get("phase", "")):
            phase.items.append(_item(one, f"{phase.letter}{len(phase.items) + 1}"))
    milestones = [Milestone(one["id"], one["title"], day) for one in pieces(plan, PieceKind.MILESTONE) if (day := as_date(one["on"]))]
    return ReadPlan(phases, sorted(milestones, key=lambda one: (one.on, one.title)))


def _item(one: Piece, code: str) -> Item:
    texts = {name: one.get(name, "") for name in ("title", "text", "owner", "owner_id", "means", "indicator")}
    return Item(id=one["id"], code=code, starts_on=as_date(one.get("starts_on", "")), ends_on=as_date(one.get("ends_on", "")), **texts)


def _letter(rank: int) -> str:
    return chr(ord("A") + rank)


def words(plan: Mapping[str, Any]) -> Iterator[str]:
    """Every text of a plan, for the search."""
    for kind in PieceKind:
        for one in pieces(plan, kind):
            yield " ".join(str(one.get(name, "")) for name in ("title", "aim", "text", "owner", "means", "indicator") if one.get(name))
