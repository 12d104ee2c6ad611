"""Numbers without holes or doubles: a number is taken in the transaction that inserts its paper, and goes back with it."""

import re

from django.db import IntegrityError, transaction

from hub.core.kit.identifiers import compact
from hub.core.papers.errors import TemplateRefused
from hub.core.papers.models import PaperSeries

_CODE = re.compile(r"[A-Z]{1,8}")
_NUMBER = re.compile(r"([A-Z]{1,8})([0-9]{4})([0-9]{4,})")


def formatted(code: str, year: int, rank: int) -> str:
    """«CF-2026-0042»; past 9999 it grows, it does not start again."""
    return f"{code}-{year}-{rank:04d}"


def number_in(text: str) -> str:
    """The number that a text is, as the register writes it, or nothing: «cf 2026 0042» gives «CF-2026-0042»."""
    found = _NUMBER.fullmatch(compact(text))
    return "-".join(found.groups()) if found else ""


def next_rank(code: str, year: int) -> int:
    """The rank that is free now; it may be gone when it is taken."""
    if not _CODE.fullmatch(code):
        raise TemplateRefused(f"Code de série refusé : « {code} ».")
    last = PaperSeries.objects.filter(code=code, year=year).values_list("last_number", flat=True).first()
    return (last or 0) + 1


def take(code: str, year: int, rank: int) -> bool:
    """Take this rank, inside the caller's transaction; false when another paper has it.

    One conditional UPDATE: on PostgreSQL it waits for a transaction that is taking the same rank, then looks again; on SQLite the whole
    transaction already holds the only write lock.
    """
    if rank == 1:
        _open(code, year)
    return PaperSeries.objects.filter(code=code, year=year, last_number=rank - 1).update(last_number=rank) == 1


def hold(code: str, year: int) -> int:
    """The next rank, kept from everyone else until the caller's transaction ends."""
    _open(code, year)
    return PaperSeries.objects.select_for_update(no_key=True).get(code=code, year=year).last_number + 1


def _open(code: str, year: int) -> None:
    if PaperSeries.objects.filter(code=code, year=year).exists():
        return
    try:
        with transaction.atomic():
            PaperSeries.objects.create(code=code, year=year)
    except IntegrityError:
        return  # opened by another transaction meanwhile
