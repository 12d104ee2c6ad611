"""What the fonts of our papers have a glyph for, asked of the engine itself: a form refuses the rest, a fact already held shows a mark."""

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from django.core.exceptions import ValidationError

from hub.core.papers import engine
from hub.core.papers.canonical import clean
from hub.core.papers.errors import DataRefused

# Latin letters and French signs, which need no asking.
_USUAL = frozenset(map(chr, [*range(0x20, 0x7F), *range(0xA0, 0x180)])) | frozenset("\n\t’‘“”…–—•\u202f")


def unprintable(text: str) -> str:
    """The characters of a text that no paper can print, each once, in order; empty when all can."""
    return "".join(one for one in dict.fromkeys(clean(text)) if not _prints(one))


def printable(text: str) -> None:
    """A validator: said while it is typed, not once the paper is due."""
    if odd := unprintable(text):
        raise ValidationError(f"Retirez « {odd} » : nos papiers impriment le latin, le grec et le cyrillique, sans émoji.")


def legible(value: Any) -> Any:
    """The same structure, with the code of a character («[U+674E]») where there is no glyph: one name stops no paper that others share."""
    if isinstance(value, str):
        codes = {ord(one): f"[U+{ord(one):04X}]" for one in unprintable(value)}
        return value.translate(codes) if codes else value
    if isinstance(value, Mapping):
        return {key: legible(inner) for key, inner in value.items()}
    return [legible(inner) for inner in value] if isinstance(value, list | tuple) else value


def _prints(character: str) -> bool:
    return character in _USUAL or _is_set(character)


@lru_cache(maxsize=10_000)
def _is_set(character: str) -> bool:
    """Asked once a process, a millisecond; behind a letter, for an accent that stands on one."""
    try:
        engine.set_alone(f"a{character}")
    except DataRefused:
        return False
    return True
