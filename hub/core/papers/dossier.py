"""A proof file: several papers in one archive, with a manifest of their digests that anyone can check.

Deterministic: the same pieces give the same bytes. `SHA256SUMS` is read by `sha256sum -c`; `manifeste.json` says what each piece is.
Merging papers into one PDF would lose their tags and their conformance: an archive keeps each as it was sealed.
"""

import hashlib
import io
import json
import zipfile
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Any

FORMAT = "hub-dossier/1"
MANIFEST, SUMS = "manifeste.json", "SHA256SUMS"
_MOMENT = (1980, 1, 1, 0, 0, 0)  # the first that an archive can hold: when it was packed proves nothing


@dataclass(frozen=True)
class Piece:
    """One file of the archive. name: a relative path of ASCII letters, digits and «-._/»; facts: what the manifest says beside the digest."""

    name: str
    content: bytes
    facts: Mapping[str, str]


def pack(pieces: Sequence[Piece], *, about: Mapping[str, Any]) -> bytes:
    """Args: about: whose file this is, in JSON values. Raises: ValueError when two pieces have one name, or a name leads outside."""
    ordered = sorted(pieces, key=lambda piece: piece.name)
    names = [piece.name for piece in ordered]
    if len(set(names)) < len(names) or any(not _is_inside(name) or name in {MANIFEST, SUMS} for name in names):
        raise ValueError(f"Noms de fichiers refusés : {names}")
    lines = [
        {
            "file": piece.name,
            "sha256": _digest(piece.content),
            "size": len(piece.content),
            **{key: piece.facts[key] for key in sorted(piece.facts)},
        }
        for piece in ordered
    ]
    manifest = {"format": FORMAT, **about, "pieces": lines}
    sums = "".join(f"{line['sha256']}  {line['file']}\n" for line in lines)
    files = [(MANIFEST, json.dumps(manifest, ensure_ascii=False, indent=1).encode()), (SUMS, sums.encode())]
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_STORED) as packed:
        for name, content in [*files, *((piece.name, piece.content) for piece in ordered)]:
            entry = zipfile.ZipInfo(name, _MOMENT)
            entry.create_system, entry.external_attr = 3, 0o644 << 16
            packed.writestr(entry, content)
    return archive.getvalue()


def faults(archive: bytes) -> list[str]:
    """What does not hold in an archive, as French sentences; empty when it is, to the last bit, what `pack` made of its files."""
    try:
        with zipfile.ZipFile(io.BytesIO(archive)) as packed:
            if broken := packed.testzip():
                return [f"{broken} : fichier abîmé."]
            names = packed.namelist()
            manifest = json.loads(packed.read(MANIFEST))
            sums = packed.read(SUMS).decode()
            contents = {name: packed.read(name) for name in names}
        lines = {line["file"]: line for line in manifest["pieces"]}
    except (zipfile.BadZipFile, KeyError, ValueError, TypeError, RuntimeError, EOFError, OSError, zlib.error):
        return ["Ce fichier n’est pas un dossier de preuve, ou il est abîmé."]
    found = [f"{name} : présent, et absent du manifeste." for name in names if name not in {*lines, MANIFEST, SUMS}]
    for name, line in lines.items():
        if name not in contents:
            found.append(f"{name} : annoncé, et absent.")
        elif _digest(contents[name]) != line.get("sha256"):
            found.append(f"{name} : son empreinte n’est pas celle du manifeste.")
    if sums != "".join(f"{line.get('sha256')}  {name}\n" for name, line in lines.items()):
        found.append(f"{SUMS} : ne dit pas la même chose que le manifeste.")
    if not found and not _is_as_packed(archive, manifest, contents):
        found.append("Cette archive n’est pas, octet pour octet, celle que le hub a remise.")
    return found


def _is_as_packed(archive: bytes, manifest: dict[str, Any], contents: Mapping[str, bytes]) -> bool:
    """Whether packing again what it holds gives the same bytes: the digests say nothing of what an archive writes around its files."""
    about = {key: value for key, value in manifest.items() if key not in {"format", "pieces"}}
    digested = {"file", "sha256", "size"}
    try:
        pieces = [
            Piece(line["file"], contents[line["file"]], {key: value for key, value in line.items() if key not in digested})
            for line in manifest["pieces"]
        ]
        return pack(pieces, about=about) == archive
    except (ValueError, TypeError):
        return False


def _digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def _is_inside(name: str) -> bool:
    path = PurePosixPath(name)
    return name.isascii() and name == str(path) and not path.is_absolute() and ".." not in path.parts and set(name) <= _LETTERS


_LETTERS = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._/")
