"""Two texts compared word by word."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Literal

Kind = Literal["same", "added", "removed"]
WORDS = re.compile(r"\n|[^\S\n]+|\w+|[^\w\s]")


@dataclass(frozen=True)
class Piece:
    kind: Kind
    text: str


def pieces(before: str, after: str) -> Iterator[Piece]:
    """The text with what is added and removed; changes parted by a space alone are one, so that a phrase is read whole."""
    old, new = WORDS.findall(before), WORDS.findall(after)
    added: list[str] = []
    removed: list[str] = []

    def changes() -> Iterator[Piece]:
        for kind, words in (("removed", removed), ("added", added)):
            if words:
                yield Piece("removed" if kind == "removed" else "added", "".join(words))
                words.clear()

    for kind, i, j, k, m in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        same = "".join(old[i:j])
        if kind != "equal":
            removed += old[i:j]
            added += new[k:m]
        elif same == " " and added and removed:
            removed.append(same)
            added.append(same)
        else:
            yield from changes()
            yield Piece("same", same)
    yield from changes()
