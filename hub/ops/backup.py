"""One file that holds a hub: its database as of one moment, its files, its keys; and the way back.

A tar in gzip. Members: `database.sqlite3` or `database.pgdump`, `data/…` (paths of the data folder), last `manifest.json`:
{"format": 1, "made_at": ISO, "engine": "sqlite" | "postgresql", "migrations": ["app.name"], "members": {name: {"size": bytes, "sha256": hex}}}.
Files that lie in a bucket are members as if they lay in the data folder, so that a backup goes back to either.
Nothing is touched before names, digests and the database have been checked. What is made anew from the rest is left out: index,
queue, compiled pages, logs.
"""

import fcntl
import hashlib
import io
import json
import os
import shutil
import sqlite3
import tarfile
import tempfile
import zlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path, PurePosixPath
from typing import IO, Any, Self

from django.core.files.storage import Storage

from hub.core.documents.formats import size_fr
from hub.core.kit.held import bytes_stay
from hub.core.kit.leftovers import remove_backups
from hub.core.kit.text import one_line
from hub.ops import bucket
from hub.ops.dumps import MEMBERS, Database, lacks_room
from hub.ops.errors import Refused

FORMAT = 1
MANIFEST = "manifest.json"
# The audit's head first: a head file older than the database is caught up, one newer would accuse the database of having been cut.
KEPT_FILES = ("audit/head.json", "secret_key", "hub.json", "accounts.json", "first_link.json")
KEPT_FOLDERS = ("seal", "media", "private", "mail")
SET_ASIDE = {"audit", *KEPT_FILES[1:], *KEPT_FOLDERS}
DRAFT = ".hub-draft-"  # then letters of its own: beside a backup with the day in its name comes another name the next day
CHUNK = 1 << 20
NAME_BYTES = 1 << 16  # of what tar says of a member before it: `write` has long paths alone to say
MANIFEST_BYTES = 1 << 28  # a million members
RESERVE_BYTES = 200 << 20  # that a restore leaves on the disk
BLOCK_BYTES = 4096  # what a file takes at least


@dataclass(frozen=True)
class Manifest:
    made_at: str
    engine: str
    migrations: list[str]
    members: dict[str, dict[str, Any]]

    @classmethod
    def read(cls, text: str) -> Self:
        """Raises: ValueError unless it is what `write` wrote; Refused when that was in another format."""
        try:
            found = json.loads(text)
        except RecursionError as error:
            raise ValueError(MANIFEST) from error
        if not isinstance(found, dict) or type(found.get("format")) is not int:
            raise ValueError(MANIFEST)
        if found["format"] != FORMAT:
            raise Refused(f"Cette sauvegarde est au format {found['format']}, ce hub lit le format {FORMAT}.")
        made_at, engine, migrations, members = (found.get(name) for name in ("made_at", "engine", "migrations", "members"))
        if not (
            isinstance(made_at, str)
            and isinstance(engine, str)
            and engine in MEMBERS
            and isinstance(migrations, list)
            and all(isinstance(name, str) for name in migrations)
            and isinstance(members, dict)
        ):
            raise ValueError(MANIFEST)
        return cls(datetime.fromisoformat(made_at).isoformat(timespec="seconds"), engine, migrations, members)


# -- out ---------------------------------------------------------------------------------------------------------------
def write(target: Path, *, data: Path, database: Database, migrations: list[str], buckets: Mapping[str, Storage] | None = None) -> Manifest:
    """Write the backup beside its place, then give it its name: a half of one never bears it. Returns: the manifest.

    Args: buckets, by the name of the folder («private», «media») whose files lie there instead.
    """
    members: dict[str, dict[str, Any]] = {}
    try:
        remove_backups(data)
        with (
            bytes_stay(data),
            tempfile.TemporaryDirectory(dir=data, prefix=".backup-") as folder,
            _draft(target) as file,
            tarfile.open(fileobj=file, mode="w:gz", compresslevel=6) as archive,
        ):
            _add(archive, members, f"data/{KEPT_FILES[0]}", data / KEPT_FILES[0])
            copy = Path(folder) / database.member
            database.dump(copy)
            _add(archive, members, database.member, copy)
            for path in sorted(_files(data, KEPT_FILES[1:] + KEPT_FOLDERS)):
                _add(archive, members, f"data/{path.relative_to(data)}", path)
            for name, storage in (buckets or {}).items():
                for member, path in bucket.copies(storage, Path(folder)):
                    _add(archive, members, f"data/{name}/{member}", path)
            manifest = Manifest(datetime.now(UTC).isoformat(timespec="seconds"), database.engine, migrations, members)
            _add_bytes(archive, MANIFEST, json.dumps({"format": FORMAT, **asdict(manifest)}, indent=1).encode())
    except (OSError, sqlite3.Error) as error:
        if lacks_room(error):
            raise Refused(f"Il n’y a plus de place sur le disque de {target.parent} ou de {data} : rien n’a été écrit.") from error
        raise Refused(f"La sauvegarde n’a pas pu être écrite ({getattr(error, 'strerror', error)}).") from error
    return manifest


@contextmanager
def _draft(target: Path) -> Iterator[IO[bytes]]:
    """A file beside the target, whose name it takes at the end. A lock says that its backup lives: what one that was killed left goes now."""
    for path in target.parent.glob(f"{DRAFT}*"):
        with suppress(OSError), open(path, "r+b") as left:
            fcntl.flock(left, fcntl.LOCK_EX | fcntl.LOCK_NB)
            path.unlink()
    descriptor, name = tempfile.mkstemp(prefix=DRAFT, dir=target.parent)  # for the owner's eyes
    try:
        with open(descriptor, "wb") as file:
            with suppress(OSError):  # a share without locks: its drafts stay
                fcntl.flock(file, fcntl.LOCK_EX)
            yield file
            file.flush()
            os.fsync(file.fileno())
            os.replace(name, target)
    finally:
        Path(name).unlink(missing_ok=True)


def _files(data: Path, names: tuple[str, ...]) -> Iterator[Path]:
    for name in names:
        place = data / name
        if place.is_file():
            yield place
        elif place.is_dir():
            yield from (path for path in place.rglob("*") if path.is_file() and not path.is_symlink())


def _add(archive: tarfile.TarFile, members: dict[str, dict[str, Any]], name: str, path: Path) -> None:
    """A file is read once: what is counted is what is kept. One that went meanwhile is not missed: none that a row names does (hub.core.kit.held)."""
    try:
        content = path.read_bytes() if path.stat().st_size < CHUNK else None
    except FileNotFoundError:
        return
    if content is not None:
        _add_bytes(archive, name, content)
        members[name] = {"size": len(content), "sha256": hashlib.sha256(content).hexdigest()}
        return
    with open(path, "rb") as file:
        info = tarfile.TarInfo(name)
        info.size, info.mode = os.fstat(file.fileno()).st_size, 0o600
        reader = _Hashing(file)
        archive.addfile(info, reader)
        members[name] = {"size": info.size, "sha256": reader.digest.hexdigest()}


def _add_bytes(archive: tarfile.TarFile, name: str, content: bytes) -> None:
    info = tarfile.TarInfo(name)
    info.size, info.mode = len(content), 0o600
    archive.addfile(info, io.BytesIO(content))


class _Hashing:
    """A file that is hashed while somebody reads it."""

    def __init__(self, file: IO[bytes]) -> None:
        self.file, self.digest = file, hashlib.sha256()

    def read(self, size: int = -1) -> bytes:
        block = self.file.read(size)
        self.digest.update(block)
        return block


# -- back --------------------------------------------------------------------------------------------------------------
def _is_ours(name: str) -> bool:
    """Whether `write` gives this name to a member."""
    place = PurePosixPath(name)
    if place.parts[:1] != ("data",):
        return name in {MANIFEST, *MEMBERS.values()}
    inner = place.relative_to("data")
    return str(inner) in KEPT_FILES or (len(inner.parts) > 1 and inner.parts[0] in KEPT_FOLDERS and ".." not in inner.parts)


class _Plain(tarfile.TarInfo):
    """A member as `write` makes one: what comes before it is short, and as many octets follow as it says."""

    @classmethod
    def frombuf(cls, buf: bytes | bytearray, encoding: str, errors: str) -> Self:
        info = super().frombuf(buf, encoding, errors)
        if info.type not in {tarfile.REGTYPE, tarfile.AREGTYPE} and info.size > NAME_BYTES:  # tarfile would read the whole of it in memory
            raise tarfile.HeaderError(info.name)
        return info

    @property
    def is_plain(self) -> bool:
        return self.type in {tarfile.REGTYPE, tarfile.AREGTYPE} and not self.issparse()


def unpack(source: Path, folder: Path) -> Manifest:
    """Read the whole backup into an empty folder and hold it against its manifest. Returns: the manifest.

    It is read twice: nothing is written of one whose members are not those of its manifest, or have no room.

    Raises: Refused when it is cut, damaged, not ours, or holds what no backup writes; when there is no room for it.
    """
    found: dict[str, dict[str, Any]] = {}
    try:
        manifest = _look_through(source, free_bytes=shutil.disk_usage(folder).free, place=folder.parent)
        with tarfile.open(source, "r:gz", tarinfo=_Plain) as archive:
            for info in archive:
                target = folder / info.name
                _make_private(target.parent)
                reader = _Hashing(archive.extractfile(info))  # type: ignore[arg-type]  # a file: it was looked at
                with open(os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
                    shutil.copyfileobj(reader, file, CHUNK)
                found[info.name] = {"size": info.size, "sha256": reader.digest.hexdigest()}
    except (OSError, EOFError, zlib.error, tarfile.TarError, ValueError) as error:
        if lacks_room(error):
            raise Refused(f"Il n’y a plus de place sur le disque de {folder.parent} : rien n’a été touché.") from error
        raise Refused("Cette sauvegarde est abîmée ou incomplète : rien n’a été touché.") from error
    del found[MANIFEST]
    _hold_against(manifest, found)
    return manifest


def _look_through(source: Path, *, free_bytes: int, place: Path) -> Manifest:
    """Returns: the manifest, which names each member with its size. Raises: Refused; what a damaged file makes of tarfile."""
    sizes: dict[str, dict[str, Any]] = {}
    needed, text = 0, b""
    with tarfile.open(source, "r:gz", tarinfo=_Plain) as archive:
        for info in archive:
            if not (info.is_plain and _is_ours(info.name)):  # type: ignore[attr-defined]  # a _Plain
                raise Refused(f"Ce fichier n’est pas une sauvegarde du hub : il contient « {one_line(info.name)[:200]} ».")
            needed += max(info.size, BLOCK_BYTES)
            if needed > free_bytes - RESERVE_BYTES:
                raise Refused(
                    f"Cette sauvegarde ne tient pas sur le disque de {place}, où {size_fr(free_bytes)} sont libres "
                    f"(elle en laisserait moins de {size_fr(RESERVE_BYTES)}) : rien n’a été touché."
                )
            if info.name in sizes or (info.name == MANIFEST and info.size > MANIFEST_BYTES):
                raise tarfile.ReadError(info.name)
            sizes[info.name] = {"size": info.size}
            if info.name == MANIFEST:
                text = archive.extractfile(info).read()  # type: ignore[union-attr]  # a file, above
        if len(archive.fileobj.read(CHUNK)) == CHUNK:  # to the very end, where the compression has its own sum; tar fills up 10 kB
            raise tarfile.ReadError(MANIFEST)
    manifest = Manifest.read(text.decode())
    del sizes[MANIFEST]
    _hold_against(manifest, sizes)
    return manifest


def _hold_against(manifest: Manifest, found: Mapping[str, Mapping[str, Any]]) -> None:
    """Raises: Refused unless each member is in the manifest with the facts that were found, and the other way round."""
    expected = manifest.members
    names = found.keys() | expected.keys()
    wrong = sorted(
        name
        for name in names
        if not (name in found and isinstance(expected.get(name), dict) and found[name].items() <= expected[name].items())
    )
    if wrong or names & set(MEMBERS.values()) != {MEMBERS[manifest.engine]}:
        raise Refused(f"Cette sauvegarde est abîmée ({one_line((wrong or [MANIFEST])[0])[:200]}) : rien n’a été touché.")


def _make_private(folder: Path) -> None:
    """For the owner's eyes, with all that leads there: `mkdir` gives its mode to the last one alone."""
    for place in (*reversed(folder.parents), folder):
        place.mkdir(mode=0o700, exist_ok=True)


@contextmanager
def put_back(
    folder: Path, *, data: Path, database: Database, aside: Path, buckets: Mapping[str, Storage] | None = None, listed: str = ""
) -> Iterator[None]:
    """Move what the data folder holds aside, and what was unpacked in its place; on a failure, here or within, everything goes back.

    A bucket only receives: files never change under their name, and what no row names is swept a day later.

    Args: listed, a file of the data folder that no backup holds, and that goes back too.
    Raises: Refused, which says what failed and that all is as before.
    """
    for name, storage in (buckets or {}).items():
        bucket.fill(storage, folder / "data" / name)
    aside.mkdir(mode=0o700)
    moved: list[str] = []
    is_cleared = is_replaced = False
    try:
        if database.exists():
            database.set_aside(aside / database.member)
        if listed and (data / listed).exists():
            shutil.copy2(data / listed, aside / listed)
        for name in SET_ASIDE:
            if (data / name).exists():
                (data / name).rename(aside / name)
                moved.append(name)
        is_cleared = True
        for entry in (folder / "data").iterdir():
            entry.rename(data / entry.name)
        is_replaced = database.engine == "postgresql"  # emptied, then filled; a file of SQLite changes wholly or not at all
        database.load(folder / database.member)
        is_replaced = True
        yield
    except BaseException as error:
        try:
            for name in SET_ASIDE if is_cleared else ():
                _remove(data / name)
            for name in moved:
                (aside / name).rename(data / name)
            if is_replaced:
                (folder / database.member).unlink(missing_ok=True)  # the room that the older one needs
                _go_back(database, aside / database.member)
            if listed and is_cleared:
                (aside / listed).replace(data / listed) if (aside / listed).exists() else _remove(data / listed)
            shutil.rmtree(aside)
        except Exception as again:
            raise Refused(f"La restauration a échoué, et le retour aussi ({again}) : ce qui était là est dans {aside}.") from error
        if isinstance(error, Exception):
            raise Refused(failed(error, data)) from error
        raise


def _go_back(database: Database, before: Path) -> None:
    if before.exists():
        database.load(before)
    else:
        database.remove()


def failed(error: Exception, data: Path) -> str:
    """What to say when a restore could not be done to its end."""
    why = f"il n’y a plus de place sur le disque de {data}" if lacks_room(error) else getattr(error, "strerror", None) or str(error)
    return f"La restauration a échoué ({one_line(why).rstrip('.')[:400] or type(error).__name__}) : tout a été remis comme avant."


def _remove(path: Path) -> None:
    if path.is_dir():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)
