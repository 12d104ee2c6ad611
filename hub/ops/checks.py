"""What `bin/hub status` and `/sante/` look at beside the jobs: mail, files and the antivirus. The search engine registers its own check."""

import shutil
import sqlite3
import tempfile
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.files.storage import FileSystemStorage, storages
from django.core.mail import get_connection
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.recorder import MigrationRecorder

from hub.core.documents import antivirus as clamav
from hub.core.documents.errors import AntivirusIsDown
from hub.core.documents.selectors import waiting
from hub.core.jobs import health
from hub.core.jobs.health import State
from hub.core.kit.dates import date_fr, hour_fr
from hub.core.kit.text import counted

GB = 1_000_000_000
LITTLE_GB, TOO_LITTLE_GB = 1.0, 0.1
DAMAGED = "La base de données est abîmée, et ne se lit plus : rétablissez une sauvegarde, le site arrêté (bin/hub restore FICHIER)."


def mail() -> tuple[State, str]:
    if settings.EMAIL_BACKEND.endswith("filebased.EmailBackend"):
        folder = settings.MAIL_FOLDER
        return (State.OK if settings.DEMO else State.WARN), f"Écrit dans {folder}, rien ne part (HUB_EMAIL_URL)"
    server = get_connection(timeout=2)
    server.open()
    server.close()
    return State.OK, f"{getattr(server, 'host', 'Serveur')} répond"


def storage() -> tuple[State, str]:
    """Whether the disk of the private files takes a byte, and how much it still holds; whether the bucket answers, when there is one."""
    place: Any = storages["private"]
    if not isinstance(place, FileSystemStorage):
        place.reach()
        return State.OK, f"Le seau «\u00a0{place.bucket_name}\u00a0» répond"
    folder = Path(settings.PRIVATE_ROOT)
    with tempfile.TemporaryFile(dir=folder) as probe:
        probe.write(b"1")
        probe.flush()
    free = shutil.disk_usage(folder).free / GB
    state = State.BAD if free < TOO_LITTLE_GB else State.WARN if free < LITTLE_GB else State.OK
    return state, f"{free:.1f}\u00a0Go libres".replace(".", ",", 1)


def antivirus() -> tuple[State, str] | None:
    """Whether clamd answers, and how many files wait for it in quarantine; without the setting nothing, unless some still wait."""
    try:
        number, since = waiting()
    except DatabaseError:  # which its own check says
        if clamav.is_set():
            raise
        return None
    waits = counted(number, "fichier en attente", "fichiers en attente")
    if since:
        waits += f" depuis le {date_fr(since)} à {hour_fr(since)}"
    if not clamav.is_set():
        return (State.WARN, f"HUB_CLAMAV_URL n’est plus réglé, {waits}") if number else None
    try:
        clamav.ping()
    except AntivirusIsDown:
        return State.BAD, f"ClamAV ne répond pas, {waits}"
    return (State.WARN if number else State.OK), f"ClamAV répond, {waits}"


def is_prepared() -> bool:
    """Whether `bin/hub up` or `prepare` has made the tables. Raises DatabaseError when the database does not answer."""
    return MigrationRecorder(connection).has_table()


def is_damaged(error: DatabaseError) -> bool:
    """Whether SQLite cannot read its own file any more."""
    code = getattr(error.__cause__, "sqlite_errorcode", sqlite3.SQLITE_OK)
    return code & 0xFF in {sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB}  # the rest of the code says where


def schema() -> tuple[State, str]:
    """Too slow for a page: only `bin/hub status` asks."""
    executor = MigrationExecutor(connection)
    behind = len(executor.migration_plan(executor.loader.graph.leaf_nodes()))
    return (State.BAD, f"{behind} étapes à faire : bin/hub up") if behind else (State.OK, "À jour")


def register_own() -> None:
    health.register("mail", mail, label="Courrier")
    health.register("storage", storage, label="Fichiers")
    health.register("antivirus", antivirus, label="Antivirus")
