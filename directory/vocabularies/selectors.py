"""Look-ups by code or by words, folded: «St Denis», «saint-denis» and «SAINT DENIS» find the same rows."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from difflib import get_close_matches
from functools import cache
from typing import Any, TypeVar

from django.db.models import Case, F, IntegerField, Q, QuerySet, Value, When

from directory.vocabularies import files
from directory.vocabularies.models import Activity, Commune, Department, Skill, Term, Trade, TradeName
from directory.vocabularies.words import key
from hub.core.kit.identifiers import dotted_ape

TermT = TypeVar("TermT", bound=Term)
LIMIT = 20
PROPOSALS = 3
POSTAL_CODE = re.compile(r"\b(\d{5})\b")
DEPARTMENT_CODE = re.compile(r"\(?\b(\d{2,3}|2[AB])\)?\s*$", re.IGNORECASE)


@cache
def departments() -> dict[str, Department]:
    """All départements by code, in order of code; read from the data file, so a page that names them asks the database nothing."""
    rows = (Department(**values) for values in files.departments(files.DATA))
    return {row.code: row for row in sorted(rows, key=lambda row: row.code)}


def department_names(codes: Iterable[str]) -> list[str]:
    """«Gironde (33)», in the order given; an unknown code is shown as it is."""
    return [str(departments().get(code, code)) for code in codes]


def activity_label(ape_code: str) -> str:
    """The label of an APE code as organisations keep it («4322A»); empty when the code is unknown."""
    return Activity.objects.filter(pk=dotted_ape(ape_code)).values_list("label", flat=True).first() or ""


def building_trades() -> QuerySet[Trade]:
    return Trade.objects.filter(is_building=True, is_current=True)


# -- by words ---------------------------------------------------------------------------------------------------------


def _all_words(text: str, *columns: str) -> Q:
    """Each word begins a word of one of the columns."""
    condition = Q()
    for word in key(text).split():
        one = Q()
        for column in columns:
            one |= Q(**{f"{column}__contains": f" {word}"})
        condition &= one
    return condition


def _closest_first(rows: QuerySet[Any], text: str) -> QuerySet[Any]:
    """With `closeness`: 0 for the exact label, 1 for those that begin with the words, 2 for the others."""
    exact, begins = When(key=key(text), then=Value(0)), When(key__startswith=key(text), then=Value(1))
    return rows.filter(is_current=True).annotate(closeness=Case(exact, begins, default=Value(2), output_field=IntegerField()))


def search_communes(text: str, limit: int = LIMIT) -> list[Commune]:
    """By the beginning of the name, of one of its words, or of a postal code; the most peopled first among equals."""
    text = text.strip()
    if not key(text):
        return []
    if text[:2].isdigit() and text.isdigit():
        matching = Commune.objects.filter(Q(postal_codes__startswith=text) | Q(postal_codes__contains=f" {text}"))
    else:
        matching = Commune.objects.filter(key__contains=key(text))
    return list(_closest_first(matching, text).order_by("closeness", F("population").desc(nulls_last=True), "label")[:limit])


@dataclass(frozen=True)
class FoundTrade:
    trade: Trade
    name: str  # the appellation that matched, empty when it was the sheet itself


def search_trades(text: str, limit: int = LIMIT, *, rows: QuerySet[Trade] | None = None) -> list[FoundTrade]:
    """Sheets of the ROME whose label, or one of whose appellations, holds all the words; each sheet once, under its closest wording.

    Among equally close ones the building trades come first: «peintre» is more often a house painter here than elsewhere.
    """
    if not key(text):
        return []
    sheets = _closest_first((Trade.objects.all() if rows is None else rows).filter(_all_words(text, "key")), text)
    names = _closest_first(TradeName.objects.filter(_all_words(text, "key"), trade__is_current=True), text)
    if rows is not None:
        names = names.filter(trade__in=rows)
    found = [(row.closeness, FoundTrade(row, "")) for row in sheets.order_by("closeness", "label")[:limit]]
    named = names.select_related("trade").order_by("closeness", "label")[: limit * 5]
    found += [(row.closeness, FoundTrade(row.trade, row.label)) for row in named]
    once: dict[str, FoundTrade] = {}
    for _, match in sorted(found, key=lambda item: (item[0], not item[1].trade.is_building, len(item[1].name or item[1].trade.label))):
        once.setdefault(match.trade.code, match)
    return list(once.values())[:limit]


def search_skills(text: str, limit: int = LIMIT) -> list[Skill]:
    """By label or synonym; labels before synonyms."""
    if not key(text):
        return []
    matching = Skill.objects.filter(_all_words(text, "key", "synonyms_key"))
    by_label = When(_all_words(text, "key"), then=Value(0))
    ranked = _closest_first(matching, text).annotate(in_label=Case(by_label, default=Value(1), output_field=IntegerField()))
    return list(ranked.order_by("closeness", "in_label", "label")[:limit])


# -- what a person typed, resolved -------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Resolution:
    """The one term that a text means, or the terms it may mean: several that fit (`is_ambiguous`), or the nearest wordings."""

    term: Term | None
    proposals: tuple[Term, ...] = ()
    is_ambiguous: bool = False


def _resolution(fitting: list[TermT], nearest: Iterable[TermT] = ()) -> Resolution:
    if len(fitting) == 1:
        return Resolution(fitting[0])
    if fitting:
        return Resolution(None, tuple(fitting[:PROPOSALS]), is_ambiguous=True)
    return Resolution(None, tuple(nearest)[:PROPOSALS])


def resolve_commune(text: str) -> Resolution:
    """From «Lormont», «Lormont (33)», «33310 Lormont», a postal code or an INSEE code."""
    text = text.strip()
    by_people = F("population").desc(nulls_last=True)
    current = Commune.objects.filter(is_current=True).order_by(by_people, "label")
    if re.fullmatch(r"\d[\dABab]\d{3}", text):
        code = text.upper()
        return _resolution(list(current.filter(Q(pk=code) | Q(postal_codes__contains=code))))
    name, narrower = text, Q()
    if postal := POSTAL_CODE.search(text):
        name, narrower = text.replace(postal[1], ""), Q(postal_codes__contains=postal[1])
    elif department := DEPARTMENT_CODE.search(text):
        name, narrower = text[: department.start()], Q(department=department[1].upper())
    fitting = list(current.filter(narrower, key=key(name)).exclude(key="")[: PROPOSALS + 1])
    return _resolution(fitting, () if fitting else _near_communes(name, narrower))


def _near_communes(name: str, narrower: Q) -> list[Commune]:
    begun = search_communes(name, PROPOSALS)
    if begun:
        return begun
    names = Commune.objects.filter(narrower, is_current=True, key__startswith=key(name)[:4]).values_list("key", flat=True)
    near = get_close_matches(key(name), set(names), PROPOSALS, 0.75)
    rows = Commune.objects.filter(narrower, key__in=near, is_current=True)
    return sorted(rows, key=lambda row: (near.index(row.key), -(row.population or 0)))


def resolve_trade(text: str) -> Resolution:
    """From a ROME code, the label of a sheet, or an appellation in either gender («maçonne»)."""
    current = Trade.objects.filter(is_current=True)
    exact = list(current.filter(Q(pk=text.strip().upper()) | Q(key=key(text))).exclude(key="")) if text.strip() else []
    if exact:
        return _resolution(exact)
    names = TradeName.objects.filter(_all_words(text, "key"), is_current=True, trade__is_current=True).select_related("trade")
    said = {row.trade for row in names[:200] if key(text) in {row.key, *map(key, row.label.split("/"))}} if key(text) else set()
    if said:
        return _resolution(sorted(said, key=lambda trade: (not trade.is_building, trade.label)))
    found = [match.trade for match in search_trades(text, PROPOSALS + 1)]
    return _resolution(found) if len(found) == 1 else _resolution([], found)


def resolve_skill(text: str) -> Resolution:
    """From a Formacode, a label, or a synonym that only one descriptor has."""
    current = Skill.objects.filter(is_current=True)
    exact = list(current.filter(Q(pk=text.strip()) | Q(key=key(text)))) if key(text) else []
    if exact:
        return _resolution(exact)
    found = search_skills(text, PROPOSALS + 1)
    return _resolution(found) if len(found) == 1 else _resolution([], found)
