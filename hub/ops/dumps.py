"""The database of a hub as one file, and back: SQLite's own copy, PostgreSQL's dump."""

import errno
import os
import shutil
import sqlite3
import subprocess
from collections.abc import Mapping
from contextlib import closing, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.db.backends.sqlite3._functions import register

from hub.ops.errors import Refused

MEMBERS = {"sqlite": "database.sqlite3", "postgresql": "database.pgdump"}  # by engine
BESIDE = ("-wal", "-shm")  # what SQLite keeps next to a database


@dataclass(frozen=True)
class Database:
    """Where the rows are, from Django's settings."""

    engine: str
    settings: Mapping[str, Any]

    @classmethod
    def of(cls, settings: Mapping[str, Any]) -> "Database":
        return cls("sqlite" if settings["ENGINE"].endswith("sqlite3") else "postgresql", settings)

    @property
    def member(self) -> str:
        return MEMBERS[self.engine]

    def check(self, copy: Path) -> None:
        """Raises: Refused when what a backup holds is damaged, or is no database of a hub."""
        if not (_is_sound_sqlite(copy) if self.engine == "sqlite" else _is_sound_dump(copy)):
            raise Refused("La base de données de cette sauvegarde est abîmée, ou n’est pas celle d’un hub : rien n’a été touché.")

    def dump(self, target: Path) -> None:
        """A copy as of one moment, while others write."""
        if self.engine == "sqlite":
            with closing(sqlite3.connect(self.settings["NAME"], timeout=60)) as source:
                register(source)  # constraints of the schema call Django's own functions
                source.execute("VACUUM INTO ?", [str(target)])
        else:
            _run_postgresql("pg_dump", self.settings, "--format=custom", "--no-owner", "--no-acl", f"--file={target}")

    def set_aside(self, target: Path) -> None:
        """What a restore replaces: a copy as of one moment, or the bytes of a database of SQLite that cannot be read any more, which may be
        why one restores."""
        try:
            self.dump(target)
        except sqlite3.DatabaseError as error:
            if lacks_room(error) or _is_held(error):
                raise
            target.unlink(missing_ok=True)
            for suffix in ("", *BESIDE):
                with suppress(FileNotFoundError):
                    shutil.copyfile(f"{self.settings['NAME']}{suffix}", f"{target}{suffix}")

    def load(self, source: Path) -> None:
        """Put the copy in place of what is there; on SQLite, wholly or not at all."""
        if self.engine == "sqlite":
            name = Path(self.settings["NAME"])
            draft = name.with_name(f".{name.name}.new")
            try:
                shutil.copyfile(source, draft)
                draft.chmod(0o600)
                for suffix in BESIDE:
                    Path(f"{name}{suffix}").unlink(missing_ok=True)
                draft.replace(name)
                for suffix in BESIDE:  # of one that was set aside byte for byte
                    with suppress(FileNotFoundError):
                        shutil.copyfile(f"{source}{suffix}", f"{name}{suffix}")
            finally:
                draft.unlink(missing_ok=True)
        else:
            _run_postgresql("psql", self.settings, "--quiet", "--command=DROP SCHEMA public CASCADE; CREATE SCHEMA public")
            _run_postgresql("pg_restore", self.settings, "--no-owner", "--no-acl", "--exit-on-error", "--single-transaction", str(source))

    def exists(self) -> bool:
        return self.engine == "postgresql" or Path(self.settings["NAME"]).exists()

    def remove(self) -> None:
        """Of SQLite, where there was none before."""
        for suffix in ("", *BESIDE):
            Path(f"{self.settings['NAME']}{suffix}").unlink(missing_ok=True)


def _is_sound_sqlite(copy: Path) -> bool:
    try:
        with closing(sqlite3.connect(f"{copy.as_uri()}?mode=ro&immutable=1", uri=True)) as link:
            register(link)  # constraints of the schema call Django's own functions
            is_whole = link.execute("PRAGMA quick_check(1)").fetchall() == [("ok",)]
            return is_whole and link.execute("SELECT app, name FROM django_migrations LIMIT 1").fetchone() is not None
    except sqlite3.Error:
        return False


def _is_sound_dump(copy: Path) -> bool:
    """Whether pg_restore can read it to its end, and it holds the rows of a hub's migrations: what can be known before it is loaded."""
    command = _program("pg_restore")
    asked = ([command, "--list", str(copy)], [command, "--file=/dev/null", str(copy)])
    listed, read = (subprocess.run(words, capture_output=True, text=True, check=False, errors="replace") for words in asked)  # noqa: S603
    return listed.returncode == read.returncode == 0 and " TABLE DATA public django_migrations " in listed.stdout


def _program(name: str) -> str:
    """Raises: Refused when PostgreSQL's own tools are missing."""
    newest = sorted(Path("/usr/lib/postgresql").glob(f"*/bin/{name}"), key=lambda path: float(path.parts[-3]))
    command = str(newest[-1]) if newest else shutil.which(name)
    if not command:
        raise Refused(f"Il manque {name} (sur Debian : apt-get install postgresql-client).")
    return command


def _run_postgresql(program: str, settings: Mapping[str, Any], *words: str) -> None:
    """Raises: Refused when PostgreSQL's own tools are missing, or say no."""
    command = _program(program)
    asked = {"PGHOST": settings["HOST"], "PGPORT": settings["PORT"], "PGUSER": settings["USER"], "PGPASSWORD": settings["PASSWORD"]}
    environ = os.environ | {name: str(value) for name, value in asked.items() if value}
    if mode := settings.get("OPTIONS", {}).get("sslmode"):
        environ["PGSSLMODE"] = mode
    words = (f"--dbname={settings['NAME']}", *words)
    done = subprocess.run([command, *words], env=environ, capture_output=True, text=True, check=False)  # noqa: S603 - a program of the system
    if done.returncode:
        raise Refused(f"{program} a refusé : {done.stderr.strip()[-400:]}")


def lacks_room(error: Exception) -> bool:
    if isinstance(error, OSError):
        return error.errno in {errno.ENOSPC, errno.EDQUOT}
    return getattr(error, "sqlite_errorcode", None) == sqlite3.SQLITE_FULL or "disk is full" in str(error)


def _is_held(error: sqlite3.Error) -> bool:
    """Whether somebody else writes: a database that is only busy is not one that cannot be read."""
    return getattr(error, "sqlite_errorcode", sqlite3.SQLITE_OK) & 0xFF in {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED}
