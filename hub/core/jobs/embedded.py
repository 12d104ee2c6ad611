"""The broker of a hub without Redis: Celery's SQLAlchemy transport on a SQLite file of its own.

Its messages are only nudges: what it loses when a process is killed is in the outbox.
"""

import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

from django.conf import settings

SCHEME = "sqla+sqlite:///"
POLL_SECONDS = 0.25  # 0.1 s answers faster and costs three times the idle CPU


def is_used(url: str) -> bool:
    return url.startswith(SCHEME)


def prepare() -> None:
    """Write-ahead log and quick polling, without which a message takes a second and writers block each other.

    The polling interval is a class attribute because the transport passes its options on to SQLAlchemy, which refuses that one.
    """
    import sqlalchemy
    from kombu.transport.sqlalchemy import Transport

    Transport.polling_interval = POLL_SECONDS

    @sqlalchemy.event.listens_for(sqlalchemy.engine.Engine, "connect")
    def tune(connection: Any, record: Any) -> None:
        with closing(connection.cursor()) as cursor:
            cursor.execute("PRAGMA journal_mode=WAL")
            cursor.execute("PRAGMA synchronous=NORMAL")


def purge() -> int:
    """The transport marks the messages it has handed out and never deletes them; do. Returns how many went."""
    url = settings.BROKER_URL
    path = Path(url.removeprefix(SCHEME))
    if not is_used(url) or not path.exists():
        return 0
    with closing(sqlite3.connect(path, timeout=5)) as connection, connection:
        if not connection.execute("SELECT 1 FROM sqlite_master WHERE name = 'kombu_message'").fetchone():
            return 0
        return connection.execute("DELETE FROM kombu_message WHERE visible = 0").rowcount
