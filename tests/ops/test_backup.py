"""H1: a hub is backed up while people write, wiped, restored by the documented commands; nothing is missing, nothing half done."""

import errno
import hashlib
import os
import shutil
import sqlite3
import subprocess
import sys
import tarfile
from contextlib import closing
from pathlib import Path
from urllib.parse import urlsplit

import psycopg
import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage, storages
from django.db.backends.sqlite3._functions import register

from hub.core.documents import kinds
from hub.core.documents import services as documents
from hub.core.documents.formats import ALL
from hub.core.jobs.models import Outbox
from hub.core.jobs.services import drain, emit
from hub.core.kit.identifiers import uuid7
from hub.core.papers.services import ERASE as ERASE_PAPER
from hub.core.privacy import ledger
from hub.ops import backup
from hub.ops.dumps import BESIDE
from hub.ops.errors import Refused
from hub.ops.folder import Folder
from hub.settings.env import Environment
from tests.builders.accounts import SYSTEM
from tests.builders.buckets import BUCKET, client, s3_server
from tests.tools.ci import bases

ROOT = Path(__file__).resolve().parents[2]
GROWS = {"audit_auditentry", "audit_audithead", "hub_cache"}  # the restore itself is audited, the cache begins anew
OPEN = ("django_session", "usersessions_usersession", "writing_feedkey")  # what reads in a person's name comes back closed
# Two rows in one transaction, over and over: a snapshot that cuts one in two has an address without its account.
STORM = """
from allauth.account.models import EmailAddress
from django.db import transaction
from hub.core.accounts.models import User
from hub.core.kit.identifiers import uuid7
print("ready", flush=True)
while True:
    with transaction.atomic():
        user = User.objects.create_user(f"{uuid7().hex}@example.org", None, first_name="Ada", last_name="Exemple")
        EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
"""
SIGNED_IN = """
from allauth.usersessions.models import UserSession
from django.contrib.sessions.backends.db import SessionStore
from hub.core.accounts.models import User
from hub.pages.writing.models import FeedKey
user, session = User.objects.first(), SessionStore()
session.create()
UserSession.objects.create(user=user, session_key=session.session_key, ip="127.0.0.1")
FeedKey.objects.create(user=user, digest="0" * 64)
"""


class Hub:
    """A hub of its own: a data folder, and on PostgreSQL a database; copied from another, or made from nothing."""

    def __init__(self, folder: Path, server: str, like: "Hub | None" = None) -> None:
        self.folder = folder
        self.environ = {name: value for name, value in os.environ.items() if not name.startswith(("HUB_", "DJANGO_"))}
        self.environ |= {"HUB_DATA": str(folder)}
        self.url = ""
        if server:
            name = f"drill_{uuid7().hex[-12:]}"
            with psycopg.connect(urlsplit(server)._replace(path="/postgres").geturl(), autocommit=True) as link:
                template = urlsplit(like.url).path[1:] if like else os.environ.get("HUB_TEST_TEMPLATE", "template1")
                link.execute(f"CREATE DATABASE {name} TEMPLATE {template}")
            self.url = urlsplit(server)._replace(path=f"/{name}").geturl()
            self.environ["HUB_DATABASE_URL"] = self.url
        if like:
            shutil.copytree(like.folder, folder)
        else:
            folder.mkdir(mode=0o700)
            if not server and bases.kept().exists():
                shutil.copyfile(bases.kept(), folder / "hub.sqlite3")
            self.run("createcachetable")
            self.run("migrate", "--verbosity=0")

    def run(self, *words: str) -> subprocess.CompletedProcess[str]:
        done = self.try_run(*words)
        assert done.returncode == 0, done.stdout + done.stderr
        return done

    def try_run(self, *words: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "manage.py", *words], cwd=ROOT, env=self.environ, capture_output=True, text=True, check=False
        )

    def storm(self) -> subprocess.Popen[str]:
        command = [sys.executable, "manage.py", "shell", "-c", STORM]
        writer = subprocess.Popen(command, cwd=ROOT, env=self.environ, stdout=subprocess.PIPE, text=True)
        while "ready" not in writer.stdout.readline():
            assert writer.poll() is None
        return writer

    def query(self, sql: str) -> list[tuple]:
        if self.url:
            with psycopg.connect(self.url) as link:
                return link.execute(sql).fetchall()
        with closing(sqlite3.connect(self.folder / "hub.sqlite3")) as link:
            register(link)
            return link.execute(sql).fetchall()

    def digests(self) -> dict[str, str]:
        """Of every table and of every file that is kept."""
        if self.url:
            names = self.query("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
        else:
            names = self.query("SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite%'")
        found = {}
        for (name,) in names:
            if name not in {*GROWS, *OPEN} and "_fts" not in name:
                rows = sorted(repr(row) for row in self.query(f'SELECT * FROM "{name}"'))
                found[name] = hashlib.sha256("\n".join(rows).encode()).hexdigest()
        for place in ("media", "private", "secret_key"):
            for path in [self.folder / place, *(self.folder / place).rglob("*")]:
                if path.is_file():
                    found[str(path.relative_to(self.folder))] = hashlib.sha256(path.read_bytes()).hexdigest()
        return found

    def wipe(self) -> None:
        shutil.rmtree(self.folder)
        if self.url:
            with psycopg.connect(self.url, autocommit=True) as link:
                link.execute("DROP SCHEMA public CASCADE")
                link.execute("CREATE SCHEMA public")


@pytest.fixture(scope="module")
def empty_hub(tmp_path_factory):
    return Hub(tmp_path_factory.mktemp("empty") / "hub", os.environ.get("HUB_TEST_DATABASE_URL", ""))


@pytest.fixture
def hub(tmp_path, empty_hub):
    made = Hub(tmp_path / "hub", os.environ.get("HUB_TEST_DATABASE_URL", ""), like=empty_hub)
    for place, size in (("media/images/photo.jpg", 40_000), ("private/ab/piece.pdf", 3_000_000)):
        path = made.folder / place
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(os.urandom(size))
    return made


@pytest.mark.parametrize("run", ["usual", pytest.param("drill", marks=[pytest.mark.both_databases, pytest.mark.full])])
def test_a_hub_comes_back_whole_on_an_empty_machine(hub, tmp_path, run):
    hub.run("shell", "-c", STORM.replace("while True:", "for _ in range(20):") + SIGNED_IN)
    assert [hub.query(f"SELECT count(*) FROM {name}") for name in OPEN] == [[(1,)]] * len(OPEN)
    before, kept = hub.digests(), tmp_path / "hub.backup"
    hub.run("backup", str(kept))

    hub.wipe()
    said = hub.run("restore", str(kept)).stdout

    after = hub.digests()
    assert {name: digest for name, digest in after.items() if before.get(name) != digest} == {}
    assert before.keys() <= after.keys()
    assert len(before) > 60
    assert kept.stat().st_mode & 0o777 == 0o600
    assert {path.name for path in (hub.folder, *hub.folder.rglob("*")) if path.is_dir() and path.stat().st_mode & 0o077} == set()
    assert "Rétabli" in said
    assert [hub.query(f"SELECT count(*) FROM {name}") for name in OPEN] == [[(0,)]] * len(OPEN)
    assert "chacun se connecte de nouveau" in said
    assert "0 rôle est en cours, dont 0 à la coordination" in said.replace("\xa0", " ")
    assert "Aucune liste" not in said
    assert hub.run("audit", "verify").returncode == 0
    assert hub.query("SELECT action FROM audit_auditentry ORDER BY seq DESC LIMIT 1") == [("ops.restore",)]


@pytest.mark.full
@pytest.mark.both_databases
def test_who_was_erased_since_a_backup_does_not_come_back_with_it(hub, tmp_path):
    """E2, on an empty machine: what is left is the folder of the backups."""
    old, new, count = tmp_path / "old.backup", tmp_path / "new.backup", "SELECT count(*) FROM accounts_user WHERE last_name = 'Marais'"
    make = (
        "from hub.core.accounts.models import User; User.objects.create_user('ada@example.org', None, first_name='Ada', last_name='Marais')"
    )
    hub.run("shell", "-c", make)
    hub.run("backup", str(old))
    hub.run("privacy", "erase", "ada@example.org", "--yes")
    beside = (hub.folder / ledger.FILE).read_text()
    hub.run("backup", str(new))
    hub.wipe()

    said = hub.run("restore", str(old)).stdout.replace("\xa0", " ")

    assert "1 personne effacée de nouveau" in said
    assert "Aucune liste" not in said
    assert hub.query(count) == [(0,)]
    assert (tmp_path / ledger.FILE).read_text() == (hub.folder / ledger.FILE).read_text() == beside
    assert "Marais" not in beside
    assert hub.run("audit", "verify").returncode == 0


@pytest.mark.full
@pytest.mark.skipif(os.geteuid() != 0, reason="root alone gives a file away")
def test_what_root_restores_is_the_hub_s(hub, tmp_path):
    nobody, kept = 65534, tmp_path / "hub.backup"
    hub.run("backup", str(kept))
    os.chown(hub.folder, nobody, nobody)

    hub.run("restore", str(kept))

    assert {path.stat().st_uid for path in hub.folder.rglob("*")} == {nobody}


@pytest.mark.skipif(os.geteuid() != 0, reason="root alone gives a file away")
def test_a_folder_that_is_no_hub_keeps_its_owners(tmp_path):
    other = tmp_path / "other"
    other.mkdir()
    (other / "lettre.txt").write_text("x")
    os.chown(other, 65534, 65534)
    folder = Folder(other)

    with pytest.raises(Refused):
        folder.prepare()
    folder.give_back()

    assert (other / "lettre.txt").stat().st_uid == 0


@pytest.mark.full
def test_files_of_a_bucket_are_in_the_backup_and_go_back_to_it(hub, tmp_path):
    kept = tmp_path / "hub.backup"
    with s3_server() as url:
        hub.environ["HUB_STORAGE_URL"] = url
        bucket = client("http://" + url.rpartition("@")[2].partition("/")[0])
        files = {"private/ab/abcdef": os.urandom(3_000_000), "private/ff/one": b"1", "media/images/p.png": b"png"}
        for key, content in files.items():
            bucket.put_object(Bucket=BUCKET, Key=key, Body=content)
        hub.run("backup", str(kept))
        for key in files:
            bucket.delete_object(Bucket=BUCKET, Key=key)

        hub.run("restore", str(kept))

        found = {row["Key"] for row in bucket.list_objects_v2(Bucket=BUCKET)["Contents"]}
        assert files.keys() <= found
        assert {key: bucket.get_object(Bucket=BUCKET, Key=key)["Body"].read() for key in files} == files
    refused = hub.try_run("backup", str(tmp_path / "autre.backup"))
    assert (refused.returncode, "ne répond pas (HUB_STORAGE_URL)" in refused.stderr) == (1, True)
    assert not (tmp_path / "autre.backup").exists()


@pytest.mark.full
@pytest.mark.both_databases
def test_a_backup_under_writes_cuts_nothing_in_two(hub, tmp_path):
    kept = tmp_path / "hub.backup"
    writer = hub.storm()
    try:
        hub.run("backup", str(kept))
        during = hub.query("SELECT count(*) FROM accounts_user")[0][0]
    finally:
        writer.kill()
        writer.communicate()
    hub.run("restore", str(kept))

    people, addresses, orphans = (
        hub.query(sql)[0][0]
        for sql in (
            "SELECT count(*) FROM accounts_user", "SELECT count(*) FROM account_emailaddress",
            "SELECT count(*) FROM account_emailaddress WHERE user_id NOT IN (SELECT id FROM accounts_user)",
        )
    )  # fmt: skip
    assert 0 < people == addresses <= during
    assert orphans == 0
    assert list(hub.folder.glob("before-restore-*/database.*")), "what was there is set aside"
    if not hub.url:
        assert hub.query("PRAGMA integrity_check") == [("ok",)]


@pytest.mark.full
def test_a_damaged_or_cut_backup_is_refused_before_anything_is_touched(hub, tmp_path):
    kept, before = tmp_path / "hub.backup", hub.digests()
    hub.run("backup", str(kept))
    whole = kept.read_bytes()
    middle = len(whole) // 2
    bad, flipped = tmp_path / "bad.backup", whole[:middle] + bytes([whole[middle] ^ 1]) + whole[middle + 1 :]
    for number, broken in enumerate((whole[:middle], whole[:-1], flipped, b"", b"PK\x03\x04")):
        bad.write_bytes(broken)
        with pytest.raises(Refused, match="rien n’a été touché"):
            backup.unpack(bad, tmp_path / str(number))

    bad.write_bytes(flipped)
    done = hub.try_run("restore", str(bad))

    assert done.returncode == 1
    assert "rien n’a été touché" in done.stderr, done.stderr
    assert "Traceback" not in done.stderr
    assert hub.digests() == before
    assert not list(hub.folder.glob("before-restore-*"))


@pytest.mark.full
def test_a_database_that_cannot_be_read_any_more_is_set_aside_as_it_is_and_replaced(hub, tmp_path):
    hub.run("backup", str(tmp_path / "hub.tgz"))
    broken = hub.folder / "hub.sqlite3"
    broken.write_bytes(broken.read_bytes()[:8192] + os.urandom(200_000))
    for beside in BESIDE:
        Path(f"{broken}{beside}").unlink(missing_ok=True)
    held = broken.read_bytes()

    said = hub.try_run("audit", "verify")
    hub.run("restore", str(tmp_path / "hub.tgz"))

    assert (said.returncode, said.stderr.strip().startswith("La base de données est abîmée")) == (1, True)
    assert hub.query("PRAGMA integrity_check") == [("ok",)]
    (aside,) = hub.folder.glob("before-restore-*")
    assert (aside / "database.sqlite3").read_bytes() == held


@pytest.mark.parametrize("code", [sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED, sqlite3.SQLITE_FULL])
def test_a_database_that_is_busy_is_not_taken_for_one_that_cannot_be_read(tmp_path, monkeypatch, code):
    held = tmp_path / "hub.sqlite3"
    held.write_bytes(b"whole")
    refused = sqlite3.OperationalError("not now")
    refused.sqlite_errorcode = code
    monkeypatch.setattr(backup.Database, "dump", lambda *_: (_ for _ in ()).throw(refused))

    with pytest.raises(sqlite3.OperationalError):
        backup.Database("sqlite", {"NAME": held}).set_aside(tmp_path / "aside")

    assert not (tmp_path / "aside").exists()


@pytest.mark.django_db(transaction=True)
def test_a_file_removed_while_a_backup_is_made_is_in_it_and_goes_afterwards(settings, tmp_path):
    folder = settings.DATA_DIR = tmp_path / "hub"
    settings.STORAGES = {**settings.STORAGES, **Environment.read({"HUB_DATA": str(folder)}).storages}
    (folder / "private").mkdir(parents=True)
    settings.MEDIA_ROOT = folder / "media"
    kinds.register("tests.backup", "fichier d’essai", ALL, 1_000_000)
    file = documents.store_bytes("a.pdf", b"%PDF-1.7", "application/pdf", actor=SYSTEM, kind="tests.backup", audiences=["federation"])
    paper, document, picture = (
        storages["private"].save("papers/1.pdf", ContentFile(b"%PDF")),
        storages["private"].save("editorial/a.pdf", ContentFile(b"%PDF")),
        default_storage.save("images/a.png", ContentFile(b"png")),
    )

    class Removed(backup.Database):
        """Its rows go as soon as it was copied, and the worker does what is due."""

        def dump(self, target: Path) -> None:
            target.write_text("rows of the four")
            documents.delete(file, actor=SYSTEM)
            emit(ERASE_PAPER, {"path": paper})
            storages["private"].delete(document)  # as Wagtail does, once an editor gave another file
            default_storage.delete(picture)
            drain()

    manifest = backup.write(tmp_path / "x", data=folder, database=Removed("sqlite", {}), migrations=[])
    held = {f"data/private/{file.storage_name}", "data/private/papers/1.pdf", "data/private/editorial/a.pdf", "data/media/images/a.png"}
    during = {path for path in (folder / "private").rglob("*") if path.is_file()}
    Outbox.objects.update(available_at="2020-01-01T00:00:00Z")
    drain()

    assert manifest.members.keys() >= held
    assert len(during) == 3
    assert [path for path in folder.rglob("*") if path.is_file() and path.parts[-3] in {"private", "media"}] == []
    assert not Outbox.objects.filter(done_at=None).exists()


def _archive(path: Path, name: str, **facts) -> Path:
    with tarfile.open(path, "w:gz") as archive:
        info = tarfile.TarInfo(name)
        for key, value in facts.items():
            setattr(info, key, value)
        archive.addfile(info)
    return path


@pytest.mark.parametrize(
    ("name", "facts"),
    [("../dehors", {}), ("/etc/passwd", {}), ("data/a/../../b", {}), ("data/lien", {"type": tarfile.SYMTYPE, "linkname": "/etc/passwd"})],
)
def test_a_file_that_would_write_elsewhere_is_refused(tmp_path, name, facts):
    (tmp_path / "place").mkdir()

    with pytest.raises(Refused, match="n’est pas une sauvegarde"):
        backup.unpack(_archive(tmp_path / "x", name, **facts), tmp_path / "place")


def test_a_hub_that_runs_is_not_restored(tmp_path):
    folder = Folder(tmp_path / "hub")
    folder.prepare()
    folder.hold()
    kept = tmp_path / "x"
    kept.write_bytes(b"x")
    environ = {**os.environ, "HUB_DATA": str(folder.path), "DJANGO_SETTINGS_MODULE": "hub.settings.base"}

    try:
        done = subprocess.run(
            [sys.executable, "manage.py", "restore", str(kept)], cwd=ROOT, env=environ, capture_output=True, text=True, check=False
        )
    finally:
        folder.release()

    assert done.returncode == 1
    assert "Un hub tourne déjà" in done.stderr


def no_room(*args, **kwargs):
    raise OSError(errno.ENOSPC, "plein")


def test_without_room_a_backup_and_a_restore_say_so(tmp_path, monkeypatch):
    data, place, target = tmp_path / "data", tmp_path / "place", tmp_path / "x"
    data.mkdir()
    place.mkdir()
    (data / "secret_key").write_text("x")
    with closing(sqlite3.connect(data / "hub.sqlite3")) as link:
        link.execute("CREATE TABLE t (x)")
        link.commit()
    database = backup.Database("sqlite", {"NAME": data / "hub.sqlite3"})
    backup.write(target, data=data, database=database, migrations=[])
    before = target.read_bytes()

    with monkeypatch.context() as full, pytest.raises(Refused, match="plus de place sur le disque"):
        full.setattr(shutil, "copyfileobj", no_room)
        backup.unpack(target, place)
    with monkeypatch.context() as full, pytest.raises(Refused, match="plus de place sur le disque"):
        full.setattr(tarfile.TarFile, "addfile", no_room)
        backup.write(target, data=data, database=database, migrations=[])
    with monkeypatch.context() as full, pytest.raises(Refused, match="plus de place sur le disque"):
        full.setattr(backup.Database, "dump", lambda *args: _raise(sqlite3.OperationalError("database or disk is full")))
        backup.write(target, data=data, database=database, migrations=[])

    assert target.read_bytes() == before
    assert sorted(path.name for path in tmp_path.iterdir()) == ["data", "place", "x"]


def _raise(error):
    raise error


def test_a_failure_half_way_puts_everything_back(tmp_path, monkeypatch):
    data, place = tmp_path / "data", tmp_path / "place"
    (data / "media").mkdir(parents=True)
    (data / "media" / "a").write_text("ancien")
    (place / "data" / "media").mkdir(parents=True)
    (place / "data" / "media" / "a").write_text("nouveau")
    (place / "data" / "seal").mkdir()
    with closing(sqlite3.connect(data / "hub.sqlite3")) as link:
        link.execute("CREATE TABLE t (x)")
        link.commit()
    database = backup.Database("sqlite", {"NAME": data / "hub.sqlite3"})
    (place / database.member).write_bytes(b"")
    monkeypatch.setattr(shutil, "copyfile", no_room)

    with pytest.raises(Refused) as caught, backup.put_back(place, data=data, database=database, aside=tmp_path / "aside"):
        pass

    assert str(caught.value).startswith(f"La restauration a échoué (il n’y a plus de place sur le disque de {data})")
    assert not (tmp_path / "aside").exists()
    assert sorted(path.name for path in data.iterdir()) == ["hub.sqlite3", "media"]

    assert (data / "media" / "a").read_text() == "ancien"
    with closing(sqlite3.connect(data / "hub.sqlite3")) as link:
        assert link.execute("SELECT count(*) FROM t").fetchall() == [(0,)]
