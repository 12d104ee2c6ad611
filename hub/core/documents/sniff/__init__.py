"""What a file really is, from its bytes: its name and the type that the browser announced prove nothing.

`examine` is the whole of it. A refusal is an UploadRefused; nothing else is raised, whatever the bytes.
Limits that bound time and memory: size before reading, pixels before decoding, entries and expansion before unzipping,
and a process of its own, limited in time and memory, for PDF.
"""

import hashlib
import logging
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from threading import Lock

from hub.core.documents.errors import UploadRefused
from hub.core.documents.formats import BY_EXTENSION, FORMATS, IMAGES, OFFICE, Format, advice, size_fr, spoken
from hub.core.documents.kinds import FileKind
from hub.core.documents.names import clean_name, extension_of
from hub.core.documents.sniff import images, office, pdf, signatures, text

logger = logging.getLogger(__name__)

PATIENCE_S = 1  # of a file, for the one before it
_EXAMINED = Lock()


@dataclass(frozen=True)
class Examined:
    """A file found good: bytes as they will be stored (a picture is drawn anew, without its metadata) and what is known of them.

    `is_clean`: the antivirus said so; false as long as nobody asked it.
    """

    name: str
    format: Format
    data: bytes
    width: int | None = None
    height: int | None = None
    pages: int | None = None
    is_clean: bool = False

    @property
    def sha256(self) -> str:
        return hashlib.sha256(self.data).hexdigest()


def examine(name: str, data: bytes, kind: FileKind) -> Examined:
    """Find the true format, and refuse what is empty, too big, disguised, active, damaged or not wanted for this kind."""
    try:
        return _examine(name, data, kind)
    except UploadRefused:
        raise
    except Exception as error:  # hostile bytes make a decoder raise anything: the person still gets a sentence
        logger.warning("examination failed: %s", type(error).__name__)
        raise UploadRefused("damaged") from error


def refuse_size(size: int, kind: FileKind, name: str = "") -> None:
    """The check that comes before any reading; `size` in bytes."""
    if not size:
        raise UploadRefused("empty")
    if size > kind.max_bytes:
        named = BY_EXTENSION.get(extension_of(name))
        raise UploadRefused("too_big", size=size_fr(size), limit=size_fr(kind.max_bytes), advice=advice(named.code if named else None))


def _examine(name: str, data: bytes, kind: FileKind) -> Examined:
    refuse_size(len(data), kind, name)
    accepted = spoken(kind.formats)
    signatures.refuse_virus(data)
    code = signatures.detect(data, extension_of(name), accepted)
    with _one_at_a_time():
        return _seen_through(name, data, kind, code)


@contextmanager
def _one_at_a_time() -> Iterator[None]:
    """In this process: whoever sends many costly files at once keeps one of its threads, and the others go on answering."""
    if not _EXAMINED.acquire(timeout=PATIENCE_S):
        raise UploadRefused("busy")
    try:
        yield
    finally:
        _EXAMINED.release()


def _seen_through(name: str, data: bytes, kind: FileKind, code: str) -> Examined:
    if code == "zip":
        code = office.examine(data)
    if code == "text":
        code = text.examine(data, extension_of(name))
    found = FORMATS[code]
    _refuse_lie(extension_of(name), found, kind)
    if code in IMAGES:
        picture = images.examine(data, found)
        return Examined(clean_name(name, picture.format), picture.format, picture.data, width=picture.width, height=picture.height)
    pages = pdf.examine(data) if code == "pdf" else None
    return Examined(clean_name(name, found), found, data, pages=pages)


def _refuse_lie(extension: str, found: Format, kind: FileKind) -> None:
    """A picture under the name of another kind of picture is an honest mistake (it is drawn anew); any other mismatch is not."""
    accepted = spoken(kind.formats)
    named = BY_EXTENSION.get(extension)
    if extension and named is None:
        raise UploadRefused("extension", extension=extension, accepted=accepted)
    if found.code not in kind.formats:
        raise UploadRefused("format", found=found.label, accepted=accepted)
    both_pictures = named is not None and {named.code, found.code} <= IMAGES
    if named is not None and named != found and not both_pictures:
        raise UploadRefused("lies", extension=extension, found=found.label)


__all__ = ["OFFICE", "Examined", "examine", "refuse_size"]
