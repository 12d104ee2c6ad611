"""The folder of an embedded index: versions, the link to the one that serves, locks between processes.

- <root>/current -> v3      what readers open; swapped in one rename
- <root>/v3/hub.json        fingerprint of the schema and of the analyser that wrote it
- <root>/journal            keys changed while v4 is being built
- <root>/.writer .rebuild   flock files: released by the kernel when their holder dies, never deleted
"""

import fcntl
import json
import os
import shutil
import time
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from pathlib import Path

from search.errors import EngineBusy


class IndexFolder:
    def __init__(self, root: Path, fingerprint: str) -> None:
        self.root, self.fingerprint = root, fingerprint

    def current(self) -> Path | None:
        """The version that serves, when it was written by this very schema.

        A swap takes the version before away: whoever read the link just then finds nothing behind it, and reads the link again.
        """
        path = self._linked()
        while True:
            try:
                marker = json.loads((path / "hub.json").read_text())
            except (OSError, ValueError):
                before, path = path, self._linked()
                if path == before:
                    return None
            else:
                return path if isinstance(marker, dict) and marker.get("fingerprint") == self.fingerprint else None

    def new_version(self) -> Path:
        """An empty folder beside the one that serves; what a killed rebuild left is removed."""
        numbers = [int(path.name[1:]) for path in self.root.glob("v*") if path.name[1:].isdigit()]
        self._remove_all_but(self._linked())
        path = self.root / f"v{max(numbers, default=0) + 1}"
        path.mkdir(mode=0o700)
        return path

    def swap(self, path: Path) -> None:
        """Point readers to `path`; the version before goes at once (those who read it keep their open files)."""
        (path / "hub.json").write_text(json.dumps({"fingerprint": self.fingerprint}))
        link = self.root / ".next"
        link.unlink(missing_ok=True)
        link.symlink_to(path.name)
        link.replace(self.root / "current")
        self._remove_all_but(path)

    def abandon(self) -> None:
        """After a rebuild that failed: what serves stays, alone, and changes are noted no more."""
        self._journal.unlink(missing_ok=True)
        self._remove_all_but(self._linked())

    def _linked(self) -> Path:
        return Path(os.path.realpath(self.root / "current"))

    def _remove_all_but(self, kept: Path) -> None:
        for path in self.root.glob("v*"):
            if path.name[1:].isdigit() and path.resolve() != kept.resolve():
                shutil.rmtree(path, ignore_errors=True)

    @contextmanager
    def lock(self, name: str, *, wait_seconds: float) -> Iterator[None]:
        self.root.mkdir(parents=True, exist_ok=True, mode=0o700)
        deadline = time.monotonic() + wait_seconds
        with (self.root / f".{name}").open("a") as file:
            while True:
                try:
                    fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
                    break
                except BlockingIOError:
                    if time.monotonic() >= deadline:
                        raise EngineBusy(f"index de recherche : {name} occupé") from None
                    time.sleep(0.02)
            yield

    @property
    def _journal(self) -> Path:
        return self.root / "journal"

    def open_journal(self) -> None:
        self._journal.write_text("")

    def note(self, keys: Collection[str]) -> None:
        """Remember changed keys for the rebuild under way, if there is one."""
        if self._journal.exists():
            with self._journal.open("a") as file:
                file.writelines(f"{key}\n" for key in keys)

    def close_journal(self) -> set[str]:
        try:
            return set(self._journal.read_text().split())
        finally:
            self._journal.unlink(missing_ok=True)

    def size_bytes(self, path: Path) -> int:
        """Files may go while they are counted, by a merge or a swap."""
        with os.scandir(path) as files:
            return sum(_size(file) for file in files)


def _size(file: os.DirEntry[str]) -> int:
    try:
        return file.stat().st_size if file.is_file() else 0
    except FileNotFoundError:
        return 0
