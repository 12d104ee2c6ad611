"""The kinds of papers: each domain registers its own, with its template, when it starts.

Templates are read once and compiled from memory, under two fixed names (main.typ, lib.typ): the typesetter sees no folder, so a symbolic
link or a path in a template reaches nothing, its table of file names does not grow (65,535 per process), and the digest printed and
recorded with a paper is that of the very bytes compiled.
"""

import hashlib
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from dataclasses import fields as dataclass_fields
from functools import cache, cached_property
from importlib.metadata import version
from pathlib import Path
from typing import Any

from hub.core.papers.errors import DataRefused, TemplateRefused

HERE = Path(__file__).parent
FONTS = HERE / "fonts"
LIBRARY = HERE / "templates" / "typst" / "lib.typ"
RESERVED = "paper"  # the key under which number, version and date reach the template
_NAME = re.compile(r"[a-z][a-z0-9_]*")
_PACKAGE = re.compile(r"[\"']@")


@dataclass(frozen=True)
class Kind:
    """One kind of paper.

    label heads it («Convention de formation»); series is the prefix of its numbers («CF»); fields is the dataclass whose names are the
    keys of its data.
    """

    name: str
    label: str
    series: str
    source: bytes
    fields: type

    @cached_property
    def version(self) -> str:
        """Digest (64 hex) of all that shapes the bytes beside the data: this template, the library, the fonts, the engines."""
        digest = hashlib.sha256(_surroundings())
        digest.update(hashlib.sha256(self.source).digest())
        return digest.hexdigest()

    def check(self, data: Mapping[str, Any]) -> None:
        expected = {field.name for field in dataclass_fields(self.fields)}
        if strangers := sorted(set(data) ^ expected):
            raise DataRefused(f"{self.label} : champ absent ou inconnu : {', '.join(strangers)}.")


@cache
def library() -> bytes:
    return LIBRARY.read_bytes()


@cache
def _surroundings() -> bytes:
    digest = hashlib.sha256(library())
    for font in sorted(FONTS.glob("*.ttf")):
        digest.update(font.read_bytes())
    for engine in ("typst", "pikepdf"):
        digest.update(f"{engine}=={version(engine)}".encode())
    return digest.digest()


_kinds: dict[str, Kind] = {}


def register(name: str, *, template: Path, label: str, series: str, fields: type) -> Kind:
    """Registering twice the same kind is harmless; another template under a taken name is an error.

    Raises: TemplateRefused when the template imports a package: the typesetter would fetch it from the network.
    """
    source = template.read_bytes()
    if (
        not _NAME.fullmatch(name)
        or not re.fullmatch(r"[A-Z]{1,8}", series)
        or RESERVED in {field.name for field in dataclass_fields(fields)}
    ):
        raise TemplateRefused(f"Document refusé : {name}, série {series}.")
    if _PACKAGE.search(source.decode()):
        raise TemplateRefused(f"{template.name} importe un paquet du réseau.")
    kind = Kind(name, label, series, source, fields)
    if _kinds.setdefault(name, kind) != kind:
        raise TemplateRefused(f"Deux gabarits pour « {name} ».")
    return kind


def get(name: str) -> Kind:
    if name not in _kinds:
        raise TemplateRefused(f"Aucun document ne s’appelle « {name} ».")
    return _kinds[name]


def registered() -> Iterator[Kind]:
    yield from sorted(_kinds.values(), key=lambda kind: kind.name)
