"""What the fonts of our papers have a glyph for, asked of the engine itself: a form refuses the rest, a fact already held shows a mark."""

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from hub.core.papers import engine
from hub.core.papers.canonical import clean
from hub.core.papers.errors import DataRefused

MARK = "□"
# Latin letters and French signs, which need no asking.
_USUAL = frozenset(map(chr, [*range(0x20, 0x7F), *range(0xA0, 0x180)])) | frozenset("\n\t’‘“”…–—•\u202f")


def unprintable(text: str) -> str:
    """The first character of a text that no paper can print, or nothing."""
    return next((one for one in clean(text) if not _prints(one)), "")


def marked(value: Any) -> Any:
    """The same structure, every such character replaced by a mark that can be seen."""
    if isinstance(value, str):
        return "".join(one if _prints(one) else MARK for one in value)
    if isinstance(value, Mapping):
        return {key: marked(inner) for key, inner in value.items()}
    return [marked(inner) for inner in value] if isinstance(value, list | tuple) else value


def _prints(character: str) -> bool:
    return character in _USUAL or _is_set(character)


@lru_cache(maxsize=10_000)
def _is_set(character: str) -> bool:
    """Asked once a process: a millisecond."""
    try:
        engine.set_alone(character)
    except DataRefused:
        return False
    return True
