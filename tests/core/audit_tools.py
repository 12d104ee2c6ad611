"""Chains to break, and the hands that break them behind the back of the models."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import pytest
from django.db import connection, transaction

from hub.core.audit import actions, anchor, services
from hub.core.audit.chain import COLUMNS, fingerprint
from hub.core.audit.models import AuditEntry, AuditHead
from hub.core.kit.identifiers import uuid7

TABLE, HEAD = AuditEntry._meta.db_table, "audit_audithead"


@dataclass(frozen=True)
class Someone:
    user_id: UUID | None = None
    organisation_id: UUID | None = None
    organisation_name: str = ""
    agreement_id: UUID | None = None
    is_coordinator: bool = False
    is_staff: bool = False


@dataclass(frozen=True)
class Thing:
    pk: UUID
    name: str


STAFF = Someone(uuid7(), uuid7(), "Bâti Commun", uuid7(), is_staff=True)


@pytest.fixture(autouse=True)
def own_folder(settings, tmp_path, monkeypatch):
    """Each test has a head file of its own, and the actions of these tests are forgotten after it."""
    settings.DATA_DIR = tmp_path
    with anchor._held():
        anchor._write(AuditHead())
    monkeypatch.setattr(actions, "_wordings", actions.registered())
    actions.register({"test.act": "Essai", "test.other": "Autre essai"})


def write(count: int, *, actor: Any = STAFF, **facts) -> None:
    """Lines, ten in a transaction; inside a test's own transaction the head file follows as it would after the commit."""
    for start in range(0, count, 10):
        with transaction.atomic():
            for n in range(start, min(count, start + 10)):
                services.record(
                    "test.act",
                    actor=actor,
                    kind="test.thing",
                    object_id=str(n),
                    label="Une chose",
                    data={"n": n, "é": ["à", None]},
                    **facts,
                )
    if connection.in_atomic_block:
        anchor.advance()


def sql(statement: str, *values: Any) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement.format(table=TABLE, head=HEAD), values)


def raw(seq: int) -> dict[str, Any]:
    return AuditEntry.objects.values().get(seq=seq)


def store(line: dict[str, Any]) -> None:
    """Insert a line as it is, whatever it says."""
    names = ", ".join(line)
    adapted = [_adapted(value) for value in line.values()]
    sql(f"INSERT INTO {{table}} ({names}) VALUES ({', '.join(['%s'] * len(line))})", *adapted)


def _adapted(value: Any) -> Any:
    """As Django stores it."""
    if isinstance(value, datetime):
        return connection.ops.adapt_datetimefield_value(value)
    return value.hex if isinstance(value, UUID) and connection.vendor == "sqlite" else value


def signed(line: dict[str, Any]) -> dict[str, Any]:
    """With the digest that its content deserves: what a careful forger would write."""
    return {**line, "digest": fingerprint(tuple(line[name] for name in COLUMNS))}


def set_head(count: int, digest: str) -> None:
    sql("UPDATE {head} SET count = %s, digest = %s", count, digest)


def shift(first: int, by: int) -> None:
    """Move the ranks of the lines from `first` on, without meeting one that is taken."""
    sql("UPDATE {table} SET seq = -seq WHERE seq >= %s", first)
    sql("UPDATE {table} SET seq = -seq + %s WHERE seq < 0", by)
