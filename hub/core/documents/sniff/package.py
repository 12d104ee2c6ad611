"""A zip opened with care: its directory is measured before it is parsed, its members before they are unfolded."""

import io
import stat
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass

from hub.core.documents.errors import UploadRefused

_END = b"PK\x05\x06"
_END_SIZE = 22
MAX_ENTRIES = 2_000
MAX_DIRECTORY = 512 * 1024
MAX_UNFOLDED = 64 * 1024 * 1024
MAX_RATIO = 150  # honest office parts stay under 60; a bomb reaches 1,000
MAX_NODES = 8_000_000  # elements and attributes: 64 MB of cells hold seven million, read in two seconds
SMALL = 256 * 1024  # below it a high ratio harms nobody
_CHUNK = 256 * 1024


@dataclass
class Budget:
    """What one upload may unfold in all, documents inside documents included."""

    entries: int = MAX_ENTRIES
    unfolded: int = MAX_UNFOLDED
    nodes: int = MAX_NODES

    def spend(self, info: zipfile.ZipInfo) -> None:
        self.entries -= 1
        self.unfolded -= info.file_size
        ratio = info.file_size / max(info.compress_size, 1)
        if self.entries < 0 or self.unfolded < 0 or (info.file_size > SMALL and ratio > MAX_RATIO):
            raise UploadRefused("too_complex")

    def read(self, nodes: int) -> None:
        self.nodes -= nodes
        if self.nodes < 0:
            raise UploadRefused("too_complex")


class Package:
    """The members of a zip, by name; every one has been measured and has a name that stays inside."""

    def __init__(self, data: bytes, budget: Budget) -> None:
        _refuse_directory(data)
        try:
            self._zip = zipfile.ZipFile(io.BytesIO(data))
        except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError):
            raise UploadRefused("damaged") from None
        infos = self._zip.infolist()
        self._infos = {info.filename: info for info in infos}
        if len(infos) != len({name.lower() for name in self._infos}):
            raise UploadRefused("damaged")  # two members of one name: two readers would see two documents
        for info in infos:
            _refuse_member(info)
            budget.spend(info)

    @property
    def names(self) -> list[str]:
        return [info.filename for info in self._infos.values() if not info.is_dir()]

    def first(self) -> str:
        return next(iter(self._infos), "")

    def size(self, name: str) -> int:
        return self._infos[name].file_size

    def read(self, name: str) -> bytes:
        """A whole member; its size was measured, and is held to what the directory says."""
        return b"".join(self.chunks(name))

    def chunks(self, name: str) -> Iterator[bytes]:
        try:
            with self._zip.open(self._infos[name]) as member:
                while chunk := member.read(_CHUNK):
                    yield chunk
        except (zipfile.BadZipFile, NotImplementedError, EOFError, OSError, ValueError, RuntimeError) as error:
            raise UploadRefused("damaged") from error


def _refuse_directory(data: bytes) -> None:
    """The end record must be the very end, and what it says must fit: nothing before, between or behind.

    Layout: APPNOTE.TXT 6.3.10, § 4.3.16.
    """
    end = len(data) - _END_SIZE
    if end < 0 or data[end : end + 4] != _END:
        raise UploadRefused("polyglot" if _END in data[-66_000:] else "damaged")
    entries = int.from_bytes(data[end + 10 : end + 12], "little")
    size = int.from_bytes(data[end + 12 : end + 16], "little")
    offset = int.from_bytes(data[end + 16 : end + 20], "little")
    if entries > MAX_ENTRIES or size > MAX_DIRECTORY:
        raise UploadRefused("too_complex")
    if offset + size != end:
        raise UploadRefused("polyglot")


def _refuse_member(info: zipfile.ZipInfo) -> None:
    name = info.orig_filename  # before zipfile cuts it at a NUL
    parts = name.replace("\\", "/").split("/")
    if "\0" in name or "\\" in name or name.startswith("/") or ".." in parts or ":" in parts[0] or len(name) > 300:
        raise UploadRefused("damaged")
    if stat.S_ISLNK(info.external_attr >> 16):
        raise UploadRefused("damaged")
    if info.flag_bits & 0x1:
        raise UploadRefused("locked")
