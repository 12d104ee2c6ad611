"""Files that lie in a bucket, copied out for a backup and back in for a restore."""

import shutil
from collections.abc import Iterator, Mapping
from pathlib import Path

from django.core.files import File
from django.core.files.storage import FileSystemStorage, Storage, storages

from hub.core.documents.errors import StorageIsDown
from hub.ops.errors import Refused

DOWN = "Le stockage des fichiers ne répond pas (HUB_STORAGE_URL) : rien n’a été changé."


def in_use() -> Mapping[str, Storage]:
    """The storages that are no folder, by the name of the folder that they stand for."""
    kept = {"private": storages["private"], "media": storages["default"]}
    return {name: storage for name, storage in kept.items() if not isinstance(storage, FileSystemStorage)}


def copies(storage: Storage, folder: Path) -> Iterator[tuple[str, Path]]:
    """(name, copy on the disk) of each file, one at a time; one that went meanwhile is not missed: none that a row names does. Raises Refused."""
    place = folder / "copy"
    try:
        for name in _names(storage, ""):
            try:
                with storage.open(name, "rb") as source, open(place, "wb") as target:
                    shutil.copyfileobj(source, target)
            except FileNotFoundError:
                continue
            yield name, place
    except StorageIsDown as error:
        raise Refused(DOWN) from error


def _names(storage: Storage, folder: str) -> Iterator[str]:
    folders, files = storage.listdir(folder)
    yield from (f"{folder}{name}" for name in sorted(files) if name)
    for inner in sorted(folders):
        yield from _names(storage, f"{folder}{inner}/")


def fill(storage: Storage, folder: Path) -> None:
    """Send what is not there yet, then forget the folder. Raises Refused."""
    try:
        for path in sorted(path for path in folder.rglob("*") if path.is_file()):
            name = str(path.relative_to(folder))
            if not storage.exists(name):
                with open(path, "rb") as content:
                    storage.save(name, File(content))
    except StorageIsDown as error:
        raise Refused(DOWN) from error
    shutil.rmtree(folder, ignore_errors=True)
