"""What comes out of a backup: one that is damaged or made up is refused with nothing touched, and a restore that fails goes back."""

import gzip
import hashlib
import io
import json
import shutil
import sqlite3
import subprocess
import tarfile
from contextlib import closing
from pathlib import Path
from types import SimpleNamespace

import pytest

from hub.core.audit import anchor
from hub.core.audit.errors import AnchorUnreadable
from hub.ops import backup, dumps
from hub.ops.errors import Refused
from hub.ops.identity import after_restore
from tests.ops.test_backup import empty_hub, hub  # noqa: F401 - fixtures

WHOLE = {"format": 1, "made_at": "2026-11-29T10:00:00+00:00", "engine": "sqlite", "migrations": ["accounts.0001_initial"], "members": {}}
DEEP = "[" * 200_000


def made_up(target: Path, members: dict[str, bytes], /, **facts) -> Path:
    """A backup whose digests are right and whose manifest is well formed, but for what is said otherwise."""
    listed = {name: {"size": len(content), "sha256": hashlib.sha256(content).hexdigest()} for name, content in members.items()}
    manifest = {**WHOLE, "members": listed, **facts}
    with tarfile.open(target, "w:gz") as archive:
        for name, content in {**members, backup.MANIFEST: json.dumps(manifest).encode()}.items():
            info = tarfile.TarInfo(name)
            info.size = len(content)
            archive.addfile(info, io.BytesIO(content))
    return target


def changed(source: Path, target: Path, contents: dict[str, bytes]) -> Path:
    """The backup with other bytes under some names."""
    with tarfile.open(source) as archive:
        found = {info.name: archive.extractfile(info).read() for info in archive}
    manifest = json.loads(found.pop(backup.MANIFEST))
    return made_up(target, {**found, **contents}, migrations=manifest["migrations"])


def a_database(path: Path, *lines: str) -> bytes:
    with closing(sqlite3.connect(path)) as link:
        for line in ("CREATE TABLE django_migrations (app, name)", "INSERT INTO django_migrations VALUES ('a', 'b')", *lines):
            link.execute(line)
        link.commit()
    return path.read_bytes()


def refused(done: subprocess.CompletedProcess[str], sentence: str) -> bool:
    assert sentence in done.stderr, done.stderr
    return (done.returncode, done.stderr.count("\n"), done.stdout, "Traceback" in done.stderr) == (1, 1, "", False)


@pytest.mark.parametrize(
    "facts",
    [
        *({name: None} for name in ("made_at", "migrations", "engine", "members", "format")),
        *({"migrations": wrong} for wrong in ([1, "a"], [["a"]], {"a": 1})),
        {"made_at": "hier"}, {"made_at": 5}, {"engine": ["sqlite"]}, {"engine": "mysql"},
        {"members": []}, {"format": "1"}, {"format": True, "engine": 1},
    ],
)  # fmt: skip
def test_a_manifest_is_what_a_backup_writes_or_is_refused(facts):
    assert backup.Manifest.read(json.dumps(WHOLE)).migrations == ["accounts.0001_initial"]
    for text in (json.dumps({**WHOLE, **facts}), json.dumps({name: fact for name, fact in WHOLE.items() if name not in facts})):
        with pytest.raises(ValueError, match=r"manifest|isoformat"):
            backup.Manifest.read(text)


@pytest.mark.parametrize("text", [DEEP, "[]", "null", "{", '"a"'])
def test_a_manifest_that_is_none_is_one_sentence(tmp_path, text):
    with tarfile.open(tmp_path / "x", "w:gz") as archive:
        info = tarfile.TarInfo(backup.MANIFEST)
        info.size = len(text)
        archive.addfile(info, io.BytesIO(text.encode()))
    (tmp_path / "place").mkdir()

    with pytest.raises(Refused, match="abîmée ou incomplète : rien n’a été touché"):
        backup.unpack(tmp_path / "x", tmp_path / "place")


def test_a_manifest_of_another_format_says_which():
    with pytest.raises(Refused, match="au format 2, ce hub lit le format 1"):
        backup.Manifest.read('{"format": 2}')


@pytest.mark.parametrize(
    "name",
    [
        "data/broker.sqlite3", "data/hub.sqlite3", "data/up.lock", "data/hub-erased.txt", "data/audit/head.lock", "data/search/v1/hub.json",
        "data/before-restore-20261101-101010/secret_key", "data/hub.json/a", "data/private", "data/media/../hub.sqlite3", "data",
        "hub.json", "database.sqlite3-wal", "autre/secret_key", "../data/secret_key", "/data/secret_key", "data/\x1b[2J",
    ],
)  # fmt: skip
def test_only_names_that_a_backup_writes_come_out_of_one(tmp_path, name):
    (tmp_path / "place").mkdir()

    with pytest.raises(Refused, match="n’est pas une sauvegarde") as caught:
        backup.unpack(made_up(tmp_path / "x", {"database.sqlite3": b"x", name: b"x"}), tmp_path / "place")

    assert "\x1b" not in str(caught.value)
    assert list((tmp_path / "place").iterdir()) == []


def gnu_sparse(size: int) -> bytes:
    """A header that says of a file without content that it has `size` octets."""
    header = bytearray(tarfile.TarInfo("data/media/x").tobuf(tarfile.GNU_FORMAT))
    header[156:157] = tarfile.GNUTYPE_SPARSE
    header[386:410] = b"%011o\0" % 0 * 2
    header[483:495] = b"%011o\0" % size
    header[148:156] = b"%06o\0 " % sum(b" " * 8 + header[:148] + header[156:])
    return bytes(header)


def pax(**facts: str) -> bytes:
    info = tarfile.TarInfo("data/media/x")
    info.pax_headers = {name.replace("_", "."): fact for name, fact in facts.items()}
    return info.tobuf(tarfile.PAX_FORMAT)


@pytest.mark.parametrize(
    "member",
    [
        gnu_sparse(50_000_000),
        pax(GNU_sparse_map="0,0", GNU_sparse_size="50000000", GNU_sparse_numblocks="1"),
        pax(GNU_sparse_major="1", GNU_sparse_minor="0", GNU_sparse_realsize="50000000") + b"1\n0\n0\n".ljust(512, b"\0"),
    ],
    ids=["gnu", "pax", "pax 1.0"],
)
def test_a_file_that_is_longer_than_what_is_sent_of_it_is_refused(tmp_path, member):
    (tmp_path / "x").write_bytes(gzip.compress(member + bytes(1024)))
    with tarfile.open(tmp_path / "x") as archive:
        assert [(info.issparse(), info.size) for info in archive] == [(True, 50_000_000)]
    (tmp_path / "place").mkdir()

    with pytest.raises(Refused, match="n’est pas une sauvegarde du hub : il contient « data/media/x »"):
        backup.unpack(tmp_path / "x", tmp_path / "place")

    assert list((tmp_path / "place").iterdir()) == []


def test_a_backup_that_does_not_fit_is_refused_before_it_is_written(tmp_path, monkeypatch):
    source = made_up(tmp_path / "x", {"database.sqlite3": b"x" * 300_000, **{f"data/media/{number}": b"" for number in range(100)}})
    (tmp_path / "place").mkdir()
    needed = 300_000 + 100 * backup.BLOCK_BYTES + source.stat().st_size  # the manifest is a member too

    def free(size):
        monkeypatch.setattr(shutil, "disk_usage", lambda folder: SimpleNamespace(free=backup.RESERVE_BYTES + size))

    for size in (299_999, 300_000 + 99 * backup.BLOCK_BYTES):
        free(size)
        with pytest.raises(Refused, match=r"ne tient pas sur le disque de .*, où 20\d\xa0Mo sont libres .*: rien n’a été touché"):
            backup.unpack(source, tmp_path / "place")
        assert list((tmp_path / "place").iterdir()) == []

    free(needed + 1_000_000)
    assert len(backup.unpack(source, tmp_path / "place").members) == 101


def test_members_that_the_manifest_does_not_name_are_not_written(tmp_path):
    source = made_up(
        tmp_path / "x", {"database.sqlite3": b"x", "data/media/a": b"abc"}, members={"database.sqlite3": {"size": 1, "sha256": ""}}
    )
    (tmp_path / "place").mkdir()

    with pytest.raises(Refused, match=r"abîmée \(data/media/a\) : rien n’a été touché"):
        backup.unpack(source, tmp_path / "place")

    assert list((tmp_path / "place").iterdir()) == []


def test_what_tar_says_of_a_member_or_after_the_last_one_is_short(tmp_path):
    (tmp_path / "place").mkdir()
    long_header = pax(comment="a" * backup.NAME_BYTES)
    whole = gzip.decompress(made_up(tmp_path / "y", {"database.sqlite3": b"x"}).read_bytes())
    for content in (long_header + whole, whole + bytes(backup.CHUNK)):
        (tmp_path / "x").write_bytes(gzip.compress(content))
        with pytest.raises(Refused, match="abîmée ou incomplète : rien n’a été touché"):
            backup.unpack(tmp_path / "x", tmp_path / "place")
    assert list((tmp_path / "place").iterdir()) == []


def test_every_name_that_a_backup_writes_comes_out_of_one(tmp_path):
    (tmp_path / "place").mkdir()
    names = [*backup.KEPT_FILES, *(f"{folder}/a/b c.pdf" for folder in backup.KEPT_FOLDERS)]

    manifest = backup.unpack(
        made_up(tmp_path / "x", {"database.sqlite3": b"", **{f"data/{name}": b"x" for name in names}}), tmp_path / "place"
    )

    assert {str(path.relative_to(tmp_path / "place")) for path in (tmp_path / "place").rglob("*") if path.is_file()} == {
        *manifest.members,
        backup.MANIFEST,
    }


@pytest.mark.parametrize("members", [{}, {"database.pgdump": b""}, {"database.sqlite3": b"", "database.pgdump": b""}])
def test_a_backup_holds_the_one_database_that_it_says(tmp_path, members):
    (tmp_path / "place").mkdir()

    with pytest.raises(Refused, match="rien n’a été touché"):
        backup.unpack(made_up(tmp_path / "x", members), tmp_path / "place")


def test_a_database_of_sqlite_is_looked_at_before_it_takes_a_place(tmp_path):
    sqlite = backup.Database("sqlite", {"NAME": tmp_path / "hub.sqlite3"})
    whole = tmp_path / "entière ?#%41.sqlite3"
    a_database(whole, "CREATE TABLE t (x)", "CREATE INDEX i ON t (x)", *(f"INSERT INTO t VALUES ('{n:0500}')" for n in range(100)))
    sqlite.check(whole)
    content = whole.read_bytes()
    with closing(sqlite3.connect(tmp_path / "empty")) as link:
        link.execute("CREATE TABLE django_migrations (app, name)")
        link.commit()
    other, bad = (tmp_path / "empty").read_bytes(), tmp_path / "bad"

    for wrong in (b"", b"pas une base", content[:-4096], content[:20000] + b"\xff" * 4096 + content[24096:], other):
        bad.write_bytes(wrong)
        with pytest.raises(Refused, match="n’est pas celle d’un hub : rien n’a été touché"):
            sqlite.check(bad)


@pytest.mark.full
@pytest.mark.both_databases
def test_a_dump_of_postgresql_is_looked_at_too(hub, tmp_path):
    dump = tmp_path / "dump"
    postgresql = backup.Database("postgresql", {})
    dump.write_bytes(b"PGDMP et rien d'autre")
    with pytest.raises(Refused, match="n’est pas celle d’un hub"):
        postgresql.check(dump)
    if hub.url:
        subprocess.run([dumps._program("pg_dump"), "--format=custom", f"--file={dump}", hub.url], check=True)
        postgresql.check(dump)
        content = dump.read_bytes()
        dump.write_bytes(content[: len(content) // 2])
        with pytest.raises(Refused, match="n’est pas celle d’un hub"):
            postgresql.check(dump)
        subprocess.run(
            [dumps._program("pg_dump"), "--format=custom", "--exclude-table-data=django_migrations", f"--file={dump}", hub.url], check=True
        )
        with pytest.raises(Refused, match="n’est pas celle d’un hub"):
            postgresql.check(dump)


@pytest.mark.parametrize("is_new", [False, True])
@pytest.mark.parametrize("stop", [RuntimeError, KeyboardInterrupt])
def test_what_fails_once_the_old_state_is_aside_puts_it_back(tmp_path, stop, is_new):
    data, place = tmp_path / "data", tmp_path / "place"
    (data / "audit").mkdir(parents=True)
    (place / "data" / "seal").mkdir(parents=True)
    (place / "data" / "secret_key").write_text("nouvelle")
    (data / "hub-erased.txt").write_text("avant")
    (data / "audit" / "head.json").write_text("avant")
    name = data / "hub.sqlite3"
    if not is_new:
        a_database(name, "CREATE TABLE before (x)")
    database = backup.Database("sqlite", {"NAME": name})
    a_database(place / database.member)

    with (
        pytest.raises(Refused if stop is RuntimeError else stop) as caught,
        backup.put_back(place, data=data, database=database, aside=data / "aside", listed="hub-erased.txt"),
    ):
        assert (data / "secret_key").read_text() == "nouvelle"
        (data / "audit").mkdir()  # as the first line of the audit does
        (data / "audit" / "head.json").write_text("après")
        (data / "hub-erased.txt").write_text("après")
        raise stop("au milieu\ndu chemin")

    if stop is RuntimeError:
        assert str(caught.value) == "La restauration a échoué (au milieu du chemin) : tout a été remis comme avant."
    assert sorted(path.name for path in data.iterdir()) == ["audit", "hub-erased.txt", *([] if is_new else ["hub.sqlite3"])]
    assert (data / "hub-erased.txt").read_text() == (data / "audit" / "head.json").read_text() == "avant"
    if not is_new:
        with closing(sqlite3.connect(name)) as link:
            assert link.execute("SELECT count(*) FROM before").fetchall() == [(0,)]


def test_a_list_that_was_not_there_goes_with_a_restore_that_failed(tmp_path):
    data, place = tmp_path / "data", tmp_path / "place"
    data.mkdir()
    (place / "data").mkdir(parents=True)
    database = backup.Database("sqlite", {"NAME": data / "hub.sqlite3"})
    a_database(place / database.member)

    with pytest.raises(Refused), backup.put_back(place, data=data, database=database, aside=data / "aside", listed="hub-erased.txt"):
        (data / "hub-erased.txt").write_text("après")
        raise RuntimeError

    assert list(data.iterdir()) == []


def test_a_database_set_aside_byte_for_byte_comes_back_with_its_journal(tmp_path):
    database = backup.Database("sqlite", {"NAME": tmp_path / "hub.sqlite3"})
    held = {"": b"plus une base", "-wal": b"journal"}
    for suffix, content in held.items():
        (tmp_path / f"aside{suffix}").write_bytes(content)
        (tmp_path / f"hub.sqlite3{suffix}").write_bytes(b"autre")

    database.load(tmp_path / "aside")

    assert {suffix: (tmp_path / f"hub.sqlite3{suffix}").read_bytes() for suffix in held} == held


def test_a_backup_says_of_the_place_nothing_and_of_the_rows_what_it_knows():
    theirs = {"demo": False, "public_url": "https://*", "ready": "a1", "people": True, "cooperatives": "16", "coordinator": True, "x": 1}

    assert after_restore({}, theirs, is_empty=True, host="hub.example.org") == {"demo": False, "ready": "a1", "coordinator": True}
    mine = {"demo": False, "public_url": "https://hub.example.org", "ready": "b2", "people": 60}
    assert after_restore(mine, theirs, is_empty=False, host="hub.example.org") == {
        "demo": False, "public_url": "https://hub.example.org", "ready": "a1", "coordinator": True,
    }  # fmt: skip
    assert after_restore({}, {"demo": True, "people": 60}, is_empty=True, host="127.0.0.1") == {"demo": True, "people": 60}


@pytest.mark.parametrize(
    ("mine", "theirs", "is_empty", "host", "said"),
    [
        ({"demo": False}, {"demo": True}, False, "127.0.0.1", "celle d’une démonstration, ce dossier porte un vrai hub"),
        ({}, {"demo": True}, False, "127.0.0.1", "celle d’une démonstration, ce dossier porte un vrai hub"),
        ({"demo": True}, {"demo": False}, False, "127.0.0.1", "celle d’un vrai hub, ce dossier porte une démonstration"),
        ({"demo": True}, {}, False, "127.0.0.1", "celle d’un vrai hub, ce dossier porte une démonstration"),
        ({}, {"demo": True}, True, "hub.example.org", "hub.example.org est refusé"),
    ],
)
def test_a_backup_makes_no_other_hub_of_a_folder(mine, theirs, is_empty, host, said):
    with pytest.raises(Refused, match=said):
        after_restore(mine, theirs, is_empty=is_empty, host=host)


@pytest.mark.parametrize(
    "text", ["{", "[]", "{}", DEEP, '{"count": Infinity, "digest": "", "at": ""}', '{"count": "x", "digest": "", "at": ""}']
)
def test_a_head_file_that_cannot_be_understood_is_dropped(settings, tmp_path, text):
    settings.DATA_DIR = tmp_path
    (tmp_path / "audit").mkdir()
    anchor.path().write_text(text)

    with pytest.raises(AnchorUnreadable):
        anchor.read()

    assert anchor.drop_unreadable() is True
    assert anchor.read() is None
    assert anchor.drop_unreadable() is False
    anchor.path().write_text('{"count": 3, "digest": "a", "at": "b"}')
    assert anchor.drop_unreadable() is False
    assert anchor.read().count == 3


@pytest.mark.full
def test_a_backup_that_is_made_up_touches_nothing(hub, tmp_path):
    if hub.url:
        pytest.skip("its members are those of SQLite")
    hub.run("backup", str(tmp_path / "good"))
    (hub.folder / "hub.json").write_text('{"demo": false, "public_url": "http://127.0.0.1:8123"}')
    before = hub.digests()
    rows = hub.query("SELECT count(*) FROM audit_auditentry")
    bad = tmp_path / "bad"
    cases = [
        ({"database.sqlite3": b"pas une base"}, "n’est pas celle d’un hub : rien n’a été touché"),
        ({"data/hub.json": b'{"demo": true}'}, "ce dossier porte un vrai hub"),
        ({"data/hub.json": DEEP.encode()}, "secret_key ou hub.json"),
        ({"data/secret_key": b"courte"}, "secret_key ou hub.json"),
        ({"database.sqlite3": a_database(tmp_path / "hollow")}, "tout a été remis comme avant"),
    ]
    for contents, sentence in cases:
        assert refused(hub.try_run("restore", str(changed(tmp_path / "good", bad, contents))), sentence)

        assert hub.digests() == before
        assert not list(hub.folder.glob("before-restore-*"))
        assert not list(hub.folder.glob(".restore-*"))
    assert hub.query("SELECT count(*) FROM audit_auditentry") == rows
    assert hub.run("audit", "verify").returncode == 0


@pytest.mark.full
def test_a_damaged_head_of_the_audit_does_not_stop_the_hub_that_comes_back(hub, tmp_path):
    if hub.url:
        pytest.skip("its members are those of SQLite")
    hub.run("audit", "anchor", "--reason", "sauvegarde")  # a chain that has a line
    hub.run("backup", str(tmp_path / "good"))
    (hub.folder / "hub.json").write_text('{"demo": false, "public_url": "http://127.0.0.1:8123"}')
    memory = {"demo": False, "public_url": "https://ailleurs.example.org", "coordinator": True}
    contents = {"data/audit/head.json": b"{", "data/hub.json": json.dumps(memory).encode()}

    said = hub.run("restore", str(changed(tmp_path / "good", tmp_path / "bad", contents))).stdout

    assert "était illisible dans cette sauvegarde" in said
    assert json.loads((hub.folder / "hub.json").read_text()) == {"demo": False, "public_url": "http://127.0.0.1:8123", "coordinator": True}
    assert hub.try_run("audit", "verify").returncode == 1
    hub.run("audit", "anchor", "--reason", "sauvegarde")
    assert hub.run("audit", "verify").returncode == 0


@pytest.mark.full
@pytest.mark.both_databases
def test_a_restore_that_fails_on_its_way_leaves_the_rows_that_were_there(hub, tmp_path):
    hub.run("backup", str(tmp_path / "good"))
    hub.run("audit", "anchor", "--reason", "sauvegarde")
    (hub.folder / "private" / "since").write_text("x")
    before, rows = hub.digests(), hub.query("SELECT digest FROM audit_auditentry")
    script = f"""
from django.core.management import call_command
from hub.ops.management.commands import restore
restore.privacy.erase_again = lambda known: 1 / 0  # past the migrations, the line of the audit and its head file
call_command("restore", {str(tmp_path / "good")!r})
"""

    done = hub.try_run("shell", "-c", script)

    assert done.returncode == 1
    assert "La restauration a échoué (division by zero) : tout a été remis comme avant." in done.stderr, done.stderr
    assert hub.digests() == before
    assert hub.query("SELECT digest FROM audit_auditentry") == rows
    assert not list(hub.folder.glob("before-restore-*"))
    assert hub.run("audit", "verify").returncode == 0
