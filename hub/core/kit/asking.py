"""Fewer questions to the database: small ones put together in one, and the same one put once for a page made of many parts."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from functools import wraps
from typing import Any, ParamSpec, TypeVar

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import QuerySet

_Given = ParamSpec("_Given")
_Answer = TypeVar("_Answer")
_kept: ContextVar[dict[Any, Any] | None] = ContextVar("kept", default=None)


def how_many(rows: Mapping[str, QuerySet[Any]]) -> dict[str, int]:
    """How many rows each of these querysets has; one query for all, none when no row could answer. None of them is sliced or distinct."""
    asked: dict[str, tuple[str, tuple[Any, ...]]] = {}
    for name, one in rows.items():
        if require_scope := getattr(one, "require_scope", None):
            require_scope()
        ones = one.query.exists()
        ones.clear_limits()
        try:
            asked[name] = ones.get_compiler(connection=connection).as_sql()
        except EmptyResultSet:
            continue
    found = dict.fromkeys(rows, 0)
    if asked:
        counts = ", ".join(f'(SELECT COUNT(*) FROM ({sql}) AS "found")' for sql, _ in asked.values())  # noqa: S608  Django's own SQL
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT {counts}", [one for _, given in asked.values() for one in given])
            found.update(zip(asked, cursor.fetchone(), strict=True))
    return found


@contextmanager
def asking_once() -> Iterator[None]:
    """Inside it, what `once` marks answers again what it answered first: to gather a page, where nothing is written."""
    before = _kept.set({})
    try:
        yield
    finally:
        _kept.reset(before)


def remember(ask: Callable[..., _Answer], *args: Any, answer: _Answer) -> None:
    """Give in advance, inside asking_once(), the answer to a question that `once` marks."""
    if (kept := _kept.get()) is not None:
        kept[getattr(ask, "__wrapped__", ask), args, ()] = answer


def once(ask: Callable[_Given, _Answer]) -> Callable[_Given, _Answer]:
    """Decorator of a question that several parts of a page put with the same words; nobody changes the answer that she shares with others."""

    @wraps(ask)
    def answer(*args: _Given.args, **kwargs: _Given.kwargs) -> _Answer:
        kept = _kept.get()
        if kept is None:
            return ask(*args, **kwargs)
        words = (ask, args, tuple(sorted(kwargs.items())))
        if words not in kept:
            kept[words] = ask(*args, **kwargs)
        answered: _Answer = kept[words]
        return answered

    return answer
