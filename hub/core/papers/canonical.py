"""What may be printed, in one canonical form: the same facts give the same bytes, in the register as on paper."""

import json
import unicodedata
from collections.abc import Mapping
from typing import Any

from hub.core.papers.errors import DataRefused

MAX_BYTES = 1_000_000
_ORDINARY = "\n\t"
# No glyph and no business in a paper: byte order mark, and the controls that would make a name read backwards.
_UNPRINTABLE = dict.fromkeys([0xFEFF, 0x200E, 0x200F, *range(0x202A, 0x202F), *range(0x2066, 0x206A)])


def clean(value: Any, path: str = "") -> Any:
    """The same structure with text in NFC, without control characters; numbers with a fraction are refused, their text is not unique."""
    if isinstance(value, str):
        return _text(value, path)
    if isinstance(value, bool | int) or value is None:
        return value
    if isinstance(value, Mapping):
        return {str(key): clean(inner, f"{path}.{key}".lstrip(".")) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [clean(inner, f"{path}.{index}".lstrip(".")) for index, inner in enumerate(value)]
    raise DataRefused(f"Le champ « {path} » n’est pas un texte : {type(value).__name__}.")


def _text(text: str, path: str) -> str:
    text = unicodedata.normalize("NFC", text.replace("\r\n", "\n").translate(_UNPRINTABLE))
    if any(unicodedata.category(character) == "Cs" for character in text):
        raise DataRefused(f"Le champ « {path} » contient un caractère mal codé.")
    return "".join(c for c in text if c in _ORDINARY or unicodedata.category(c) != "Cc")


def canonical(data: Mapping[str, Any]) -> str:
    """JSON with sorted keys and no spaces, of data that `clean` has seen.

    Raises: DataRefused over 1 MB, far above any real paper: the typesetter's memory is the process's own.
    """
    text = json.dumps(data, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    if len(text.encode()) > MAX_BYTES:
        raise DataRefused("Ce document est trop long pour être composé.")
    return text


def holders(data: Any, text: str) -> list[str]:
    """The whole strings that contain this text, to show a person where it stands."""
    if isinstance(data, str):
        return [data] if text in data else []
    inner = data.values() if isinstance(data, Mapping) else data if isinstance(data, list) else ()
    return [found for value in inner for found in holders(value, text)]
