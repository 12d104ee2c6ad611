"""The arithmetic of the chain, the same for writing and for verifying.

digest = SHA-256 of the canonical JSON of every column but `digest`, `previous` included: one object, keys in the order of COLUMNS,
no spaces, non-ASCII escaped, moments in UTC with microseconds, ids as 32 hexadecimal digits, `data` as the canonical text that is stored.
"""

import json
from collections.abc import Iterator
from datetime import datetime
from hashlib import sha256
from typing import Any
from uuid import UUID

from django.db.models import TextField, UUIDField, Value
from django.db.models.functions import Cast, Replace

from hub.core.audit.models import AuditEntry

GENESIS = "0" * 64
COLUMNS = tuple(field.attname for field in AuditEntry._meta.concrete_fields if field.attname != "digest")
CHUNK = 10_000
# Ids are read as text on both engines: turning them into UUIDs and back would take half of the time of a verification.
READ = [
    Replace(Cast(field.attname, TextField()), Value("-"), output_field=TextField()) if isinstance(field, UUIDField) else field.attname
    for field in AuditEntry._meta.concrete_fields
]

Line = tuple[Any, ...]  # the values of COLUMNS, then the digest


def _as_text(value: datetime | UUID) -> str:
    return value.hex if isinstance(value, UUID) else value.isoformat(timespec="microseconds")


_encode = json.JSONEncoder(separators=(",", ":"), default=_as_text).encode
_canonical = json.JSONEncoder(separators=(",", ":"), sort_keys=True, allow_nan=False).encode


def canonical(data: dict[str, Any]) -> str:
    return _canonical(data)


def fingerprint(values: Line) -> str:
    """The digest of a line, from the values of COLUMNS in their order (a digest after them is left out)."""
    return sha256(_encode(dict(zip(COLUMNS, values, strict=False))).encode()).hexdigest()


def values_of(entry: AuditEntry) -> Line:
    return tuple(getattr(entry, name) for name in COLUMNS)


def lines(after: int | None = None) -> Iterator[Line]:
    """All lines in order, by chunks: nothing is locked and memory stays flat, whatever the length."""
    rows = AuditEntry.objects.order_by("seq").values_list(*READ)
    while chunk := list((rows if after is None else rows.filter(seq__gt=after))[:CHUNK]):
        yield from chunk
        after = chunk[-1][0]
