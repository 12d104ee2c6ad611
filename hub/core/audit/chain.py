"""The arithmetic of the chain, the same for writing and for verifying.

digest = SHA-256 of the canonical JSON of every column but `digest`, `previous` included: one object, keys in the order of COLUMNS,
no spaces, non-ASCII escaped, moments in UTC with microseconds, ids as 32 hexadecimal digits, `data` as the canonical text that is stored.
What is read is hashed as it lies in the table: SQLite keeps whatever it is given, and a value in another spelling, which a query no longer
finds, is another value.
"""

import json
from collections.abc import Iterator
from datetime import datetime
from hashlib import sha256
from typing import Any
from uuid import UUID

from django.db import DatabaseError, connection
from django.db.models import DateTimeField, Func, TextField, UUIDField, Value
from django.db.models.functions import Cast, Replace

from hub.core.audit.errors import LineUnreadable
from hub.core.audit.models import AuditEntry

GENESIS = "0" * 64
FIELDS = AuditEntry._meta.concrete_fields
COLUMNS = tuple(field.attname for field in FIELDS if field.attname != "digest")
LOOSE = (DateTimeField, UUIDField)
AT = COLUMNS.index("at")
CHUNK = 10_000

Line = tuple[Any, ...]  # the values of COLUMNS, then the digest


def _stored() -> list[Any]:
    """The columns before Django reads them: an id with one dash too many, or a moment with a T, becomes like an honest one on the way."""
    if (
        connection.vendor == "sqlite"
    ):  # a plus before a column gives it as it is, of whatever type, and the driver finds no type to turn it into
        return [
            Func(one.attname, template="+%(expressions)s", output_field=TextField()) if isinstance(one, LOOSE) else one.attname
            for one in FIELDS
        ]
    # A uuid has one form here. It is read as text: making an object of it and going back would take half of the time of a verification.
    return [
        Replace(Cast(one.attname, TextField()), Value("-"), output_field=TextField()) if isinstance(one, UUIDField) else one.attname
        for one in FIELDS
    ]


def _line(stored: Line) -> Line:
    return (*stored[:AT], _moment(stored[AT]), *stored[AT + 1 :])


def _moment(stored: Any) -> str | None:
    """As it is hashed; None, which no line has, unless it is what Django writes: on SQLite `str` of the moment in UTC, without its zone."""
    if isinstance(stored, datetime):
        return _as_text(stored)
    try:
        moment = datetime.fromisoformat(stored)
    except (TypeError, ValueError):
        return None
    return f"{_as_text(moment)}+00:00" if moment.tzinfo is None and str(moment) == stored else None


def _as_text(value: datetime | UUID) -> str:
    return value.hex if isinstance(value, UUID) else value.isoformat(timespec="microseconds")


def _plain(value: Any) -> Any:
    """What JSON has no form for. Bytes, which SQLite keeps in a column of text, become what no column is."""
    return {"bytes": value.hex()} if isinstance(value, bytes) else _as_text(value)


_encode = json.JSONEncoder(separators=(",", ":"), default=_plain).encode
_canonical = json.JSONEncoder(separators=(",", ":"), sort_keys=True, allow_nan=False).encode


def canonical(data: dict[str, Any]) -> str:
    return _canonical(data)


def fingerprint(values: Line) -> str:
    """The digest of a line, from the values of COLUMNS in their order (a digest after them is left out)."""
    return sha256(_encode(dict(zip(COLUMNS, values, strict=False))).encode()).hexdigest()


def values_of(entry: AuditEntry) -> Line:
    return tuple(getattr(entry, name) for name in COLUMNS)


def lines(after: int | None = None) -> Iterator[Line]:
    """All lines in order, by chunks: nothing is locked and memory stays flat, whatever the length.

    Raises: LineUnreadable, once those before it were given.
    """
    rows, size = AuditEntry.objects.order_by("seq"), CHUNK
    while True:
        following = rows if after is None else rows.filter(seq__gt=after)
        try:
            chunk = list(following.values_list(*_stored())[:size])
        except DatabaseError as error:  # a text that is not UTF-8, a moment out of Python's reach: one by one, to say which
            if size == 1:
                following.exists()  # the database answers: the fault is the line's
                raise LineUnreadable from error
            size = 1
            continue
        if not chunk:
            return
        yield from map(_line, chunk)
        after = chunk[-1][0]
