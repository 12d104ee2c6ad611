"""What files are for. A package registers its kinds when it starts, in the `ready` of its app: `kinds.register("cv", "CV", PAPERS, 5 * MB)`."""

from collections.abc import Iterable
from dataclasses import dataclass

from hub.core.documents.errors import UnknownKind
from hub.core.documents.formats import FORMATS, HARD_LIMIT, MB, PAPERS


@dataclass(frozen=True)
class FileKind:
    """A purpose, with the formats and the size (bytes) that it accepts.

    `can_wait`: a file that the antivirus has not seen yet is kept in quarantine. What is shown as it stands, where no words could take its
    place, is refused instead.
    """

    code: str
    label: str
    formats: frozenset[str]
    max_bytes: int
    can_wait: bool = True


_kinds: dict[str, FileKind] = {}


def register(code: str, label: str, formats: Iterable[str] = PAPERS, max_bytes: int = 10 * MB, *, can_wait: bool = True) -> FileKind:
    """Declare a kind; twice the same is harmless. Raises ValueError for a format or a size that the hub does not take."""
    kind = FileKind(code, label, frozenset(formats), max_bytes, can_wait)
    if unknown := kind.formats - FORMATS.keys():
        raise ValueError(f"{code}: unknown formats {sorted(unknown)}")
    if not 0 < max_bytes <= HARD_LIMIT:
        raise ValueError(f"{code}: max_bytes must be between 1 and {HARD_LIMIT}")
    if _kinds.setdefault(code, kind) != kind:
        raise ValueError(f"{code}: registered twice with different limits")
    return kind


def get(code: str) -> FileKind:
    try:
        return _kinds[code]
    except KeyError:
        raise UnknownKind(code) from None


def label(code: str) -> str:
    """The label of a kind, also of one that is no longer registered."""
    return _kinds[code].label if code in _kinds else code


def registered() -> list[FileKind]:
    return sorted(_kinds.values(), key=lambda kind: kind.code)
