"""The data folder: private, held by one supervisor at a time, and able to remember what it is."""

import fcntl
import hashlib
import json
import os
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path
from typing import IO, Any

from hub.core.kit.leftovers import remove_unfinished
from hub.ops.errors import Refused

MEMORY = "hub.json"  # {"demo": bool, "public_url": str, "ready": digest, "people": int, "cooperatives": int, "coordinator": bool}
INDEX_FORM = ("analysis.py", "schema.py")  # of search: an index written by others is not read
_KNOWN = {MEMORY, "secret_key", "hub.sqlite3", "up.lock"}
_ROOMS = ("logs", "media", "private", "static")
# They read or change a hub that is there; all others may make one.
_NEED_HUB = {
    "audit", "backup", "convention", "dossier", "first_link", "jobs", "people_rebuild", "privacy", "rebuild_index", "rescue", "search", "status",
}  # fmt: skip


def no_hub(data: Path) -> str:
    return f"Il n’y a pas encore de hub dans {data} : lancez d’abord bin/hub up, ou dites le bon dossier avec --data."


class Folder:
    def __init__(self, path: Path) -> None:
        self.path = path
        self._held: IO[str] | None = None

    def admit(self, command: str) -> None:
        """Before anything is written, the secret key first of all. Raises: Refused when the command has no business in this folder."""
        names = self._names() if self.path.is_dir() else set()
        if command in _NEED_HUB and not names & _KNOWN:
            raise Refused(no_hub(self.path))

    def _names(self) -> set[str]:
        """Raises: Refused when they are of something other than a hub."""
        names = {entry.name for entry in self.path.iterdir()}
        if names - set(_ROOMS) and not names & _KNOWN:
            raise Refused(f"Le dossier {self.path} contient autre chose qu’un hub : choisissez un dossier vide avec --data.")
        return names

    def prepare(self) -> None:
        """Create it if need be, for its owner's eyes only.

        Raises: Refused when it cannot be written, or holds something other than a hub.
        """
        try:
            self.path.mkdir(mode=0o700, parents=True, exist_ok=True)
            self._names()
            self.path.chmod(0o700)
            for name in _ROOMS:
                (self.path / name).mkdir(mode=0o700, exist_ok=True)
        except OSError as error:
            raise Refused(f"Le dossier de données {self.path} ne peut pas être écrit ({error.strerror}).") from error

    def hold(self) -> None:
        """Keep the folder for this process until it ends, however it ends; what a killed restore or backup left goes.

        Raises: Refused when another supervisor holds it.
        """
        lock = open(self.path / "up.lock", "a+")  # noqa: SIM115 - open as long as the process lives
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            lock.seek(0)
            holder = lock.read().strip() or "un autre processus"
            lock.close()
            raise Refused(f"Un hub tourne déjà sur le dossier {self.path} ({holder}).") from error
        lock.truncate(0)
        lock.write(f"processus {os.getpid()}")
        lock.flush()
        self._held = lock
        remove_unfinished(self.path)

    def give_back(self) -> None:
        """What root made or put back belongs to the folder's owner, who runs the hub. Nothing of a folder that is not held is touched."""
        if self._held and os.geteuid() == 0:
            owner = self.path.stat()
            with suppress(PermissionError):  # a container's root, without that right: it is the owner there
                for path in self.path.rglob("*"):
                    os.chown(path, owner.st_uid, owner.st_gid, follow_symlinks=False)

    def release(self) -> None:
        if self._held:
            self._held.close()
            self._held = None

    def recall(self) -> dict[str, Any]:
        try:
            memory = json.loads((self.path / MEMORY).read_text())
        except FileNotFoundError:
            return {}
        except (OSError, ValueError, RecursionError) as error:
            raise Refused(f"Le fichier {self.path / MEMORY} est illisible ; retirez-le ou rétablissez une sauvegarde.") from error
        return memory if isinstance(memory, dict) else {}

    def remember(self, **facts: Any) -> dict[str, Any]:
        memory = {**self.recall(), **facts}
        draft = self.path / f"{MEMORY}.new"
        draft.write_text(json.dumps(memory, indent=1, ensure_ascii=False) + "\n")
        draft.chmod(0o600)
        draft.replace(self.path / MEMORY)
        return memory


def digest(root: Path, *facts: str) -> str:
    """What the data must be up to date with: own migrations, libraries, roles, vocabularies, form of the search index, and `facts` (database
    address…)."""
    total = hashlib.sha256()
    for fact in facts:
        total.update(fact.encode() + b"\0")
    for path in _shaping(root):
        total.update(str(path.relative_to(root)).encode() + b"\0")
        if path.suffix != ".py" or path.name in INDEX_FORM:  # a merged migration never changes, its name is enough
            total.update(hashlib.sha256(path.read_bytes()).digest())
    return total.hexdigest()


def _shaping(root: Path) -> Iterable[Path]:
    floors = [root / name for name in ("hub", "directory", "trainings", "workgroups", "search")]
    found = {root / "requirements.lock", *(root / "search" / name for name in INDEX_FORM)}
    for floor in floors:
        for folder, names, files in os.walk(floor):
            names[:] = [name for name in names if name not in {"static", "templates", "__pycache__"}]
            if Path(folder).name in {"migrations", "data"} or "data" in Path(folder).relative_to(root).parts:
                found |= {Path(folder, file) for file in files}
            found |= {Path(folder, file) for file in files if file.startswith("roles.") and not file.endswith((".py", ".pyc"))}
    return sorted(path for path in found if path.is_file())
