"""Made once, then written again: what a builder leaves depends on the rows that were there and on its words alone.

In each process the first call runs the hub's own verbs, and what it writes to the database is noted, statement by statement. When another test
comes to the same builder by the same steps, the same statements are written again, in a twentieth of the time, and fresh copies of the same
objects are given. One row that a test writes by itself ends that: from there on everything is made anew.

For builders that change neither their arguments nor anything but the database (tests/plugins/lean.py says when a test begins).
"""

import functools
import hashlib
import pickle
from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields, is_dataclass
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import Any, ParamSpec, TypeVar
from uuid import UUID

from django.db import connection, models
from django.utils import timezone

from hub.core.kit import dates

P = ParamSpec("P")
R = TypeVar("R")
READING = ("SELECT", "SAVEPOINT", "RELEASE", "PRAGMA")
PLAIN = (str, bytes, int, float, Decimal, date, time, timedelta, UUID, type(None))
CLOCK = timedelta(seconds=2)


class _Unkept(Exception):
    """A word that cannot be told from another, like a file."""


@dataclass
class Rows:
    statements: list[tuple[str, Any, bool]]
    given: bytes


class Steps:
    """How the test at hand came to the rows that there are; `state` is None once nobody knows."""

    def __init__(self) -> None:
        self.state: str | None = None
        self.is_undone = False
        self.known: dict[str, Rows] = {}
        self.written: list[tuple[str, Any, bool]] | None = None  # by the builder at work
        self.again = False
        self.undone = False
        self.numbers = ""

    def begin(self, *, is_undone: bool, once: bool = True) -> None:
        """A test begins. Where it is undone its first rows are those of all others; not `once`, it begins again and again by itself."""
        self.is_undone, self.written, self.undone = is_undone, None, False
        self.state = "" if is_undone and once else None

    def hear(self, execute: Any, sql: str, params: Any, many: bool, context: dict[str, Any]) -> Any:
        """Every statement of the connection."""
        if sql.startswith("BEGIN"):  # SQLite's: PostgreSQL's transactions begin unsaid
            self.state = "" if self.is_undone else None
        elif not sql.lstrip().startswith(READING):
            self.undone = self.undone or sql.startswith("ROLLBACK")
            if self.written is not None:
                self.written.append((sql, params, many))
            if not self.again:
                self.state = None
        return execute(sql, params, many, context)

    def number_anew(self) -> None:
        """PostgreSQL numbers rows on, though those of the test before were undone."""
        with connection.cursor() as cursor:
            if not self.numbers:
                cursor.execute("SELECT sequencename, last_value FROM pg_sequences WHERE schemaname = current_schema() ORDER BY 1")
                values = [f"setval('\"{name}\"', {last or 1}, {'true' if last else 'false'})" for name, last in cursor.fetchall()]
                self.numbers = f"SELECT {', '.join(values)}"
            cursor.execute(self.numbers)

    def write(self, rows: Rows) -> Any:
        self.again = True
        try:
            with connection.cursor() as cursor:
                for sql, params, is_many in rows.statements:
                    (cursor.executemany if is_many else cursor.execute)(sql, params)
        finally:
            self.again = False
        return pickle.loads(rows.given)

    def make(self, build: Callable[[], R], step: str) -> R:
        outer, self.written = self.written, []
        undone_before, self.undone = self.undone, False
        try:
            made = build()
            if not self.undone:
                self.known[step] = Rows(self.written, pickle.dumps(made))
            return made
        finally:
            if outer is not None:
                outer.extend(self.written)
            self.written, self.undone = outer, self.undone or undone_before


steps = Steps()


def kept(build: Callable[P, R]) -> Callable[P, R]:
    """Decorates a builder."""

    @functools.wraps(build)
    def made(*args: P.args, **kwargs: P.kwargs) -> R:
        step = _step(build, args, kwargs)
        if step is None:
            steps.state = None
            return build(*args, **kwargs)
        if step in steps.known:
            given = steps.write(steps.known[step])
        else:
            given = steps.make(lambda: build(*args, **kwargs), step)
        steps.state = step if step in steps.known else None
        return given

    return made


def _step(build: Callable[..., Any], args: Any, kwargs: Any) -> str | None:
    """The way to these rows, this builder and its words; None where what it would leave is not known beforehand."""
    if steps.state is None or not connection.in_atomic_block or abs(datetime.now(UTC) - timezone.now()) > CLOCK:
        return None
    try:
        words = (build.__module__, build.__qualname__, dates.today(), _told(args), _told(kwargs))
    except _Unkept:
        return None
    if steps.state == "" and connection.vendor == "postgresql":
        steps.number_anew()
    return hashlib.blake2b(f"{steps.state} {words!r}".encode(), digest_size=20).hexdigest()


def _told(value: Any) -> Any:
    if isinstance(value, PLAIN):
        return value
    if isinstance(value, models.Model):
        names = [field.attname for field in value._meta.concrete_fields]
        return value._meta.label, [(name, _told(value.__dict__.get(name))) for name in names]
    if isinstance(value, Mapping):
        return [(_told(key), _told(one)) for key, one in value.items()]
    if isinstance(value, list | tuple | models.QuerySet):
        return [_told(one) for one in value]
    if isinstance(value, set | frozenset):
        return sorted(map(repr, map(_told, value)))
    if is_dataclass(value) and not isinstance(value, type):
        return type(value).__qualname__, [_told(getattr(value, field.name)) for field in fields(value)]
    raise _Unkept
