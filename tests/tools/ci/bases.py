"""Databases migrated once, from which the tests copy theirs: `python -m tests.tools.ci.bases`, on the engine of HUB_TEST_DATABASE_URL.

SQLite: a file of .cache, kept between two runs. PostgreSQL: a template on the server of the run.
"""

import hashlib
import os
import sqlite3
import sys
from contextlib import closing
from pathlib import Path
from urllib.parse import urlsplit

ROOT = Path(__file__).resolve().parents[3]
KEPT = ROOT / ".cache" / "databases"
FLOORS = ("hub", "directory", "trainings", "workgroups", "search")
PLANTED_BY = {"apps.py", "roles.py", "tree.py"}  # what listens to post_migrate, and writes the first rows
TEMPLATE = "hub_template"


def kept() -> Path:
    """Named by all that makes a fresh database: migrations, data, what writes the first rows, versions of the libraries."""
    digest = hashlib.sha256((ROOT / "requirements-dev.lock").read_bytes())
    for floor in FLOORS:
        for path in sorted((ROOT / floor).rglob("*")):
            if path.is_file() and path.suffix != ".pyc" and ({"migrations", "data", "legal"} & set(path.parts) or path.name in PLANTED_BY):
                digest.update(f"{path.relative_to(ROOT)}\0".encode() + path.read_bytes())
    return KEPT / f"{digest.hexdigest()[:20]}.sqlite3"


def keep(made: Path) -> None:
    target = kept()
    KEPT.mkdir(parents=True, exist_ok=True)
    for older in KEPT.glob("*.sqlite3"):
        older.unlink(missing_ok=True)
    written = target.with_suffix(f".{os.getpid()}")  # two processes of one run may come here together
    with closing(sqlite3.connect(made)) as source, closing(sqlite3.connect(written)) as copy:
        source.backup(copy)
    written.replace(target)


def main() -> int:
    import django

    server = os.environ.get("HUB_TEST_DATABASE_URL")
    if not server and kept().exists():
        return 0
    os.environ["DJANGO_SETTINGS_MODULE"] = "hub.settings.test"
    if server:
        import psycopg

        with psycopg.connect(urlsplit(server)._replace(path="/postgres").geturl(), autocommit=True) as link:
            link.execute(f"CREATE DATABASE {TEMPLATE}")
        os.environ["HUB_TEST_DATABASE_URL"] = urlsplit(server)._replace(path=f"/{TEMPLATE}").geturl()
    django.setup()
    from django.core.management import call_command
    from django.db import connection

    if server:
        call_command("migrate", verbosity=0, interactive=False)
    else:
        keep(Path(connection.creation.create_test_db(verbosity=0)))
    return 0


if __name__ == "__main__":
    sys.exit(main())
