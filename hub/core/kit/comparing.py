"""Two texts compared word by word."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from difflib import Match, SequenceMatcher
from typing import Literal

Kind = Literal["same", "added", "removed"]
WORDS = re.compile(r"\n|[^\S\n]+|\w+|[^\w\s]")
MOST_PAIRS = 3_000_000


@dataclass(frozen=True)
class Piece:
    kind: Kind
    text: str


class _Matcher(SequenceMatcher[str]):
    """Stops looking for what is common once it has compared MOST_PAIRS words: «a a a …» against itself would take minutes. What it has not
    looked at is removed and added as a whole."""

    a: Sequence[str]
    b2j: dict[str, list[int]]  # where each word of the second stands
    left = MOST_PAIRS

    def find_longest_match(self, alo: int = 0, ahi: int | None = None, blo: int = 0, bhi: int | None = None) -> Match:
        self.left -= sum(len(self.b2j.get(word, ())) for word in self.a[alo:ahi])
        return super().find_longest_match(alo, ahi, blo, bhi) if self.left >= 0 else Match(alo, blo, 0)


def _common(old: Sequence[str], new: Sequence[str]) -> Iterator[tuple[int, int]]:
    """Where the same word stands in both, in order. Spaces are every second word of a text: they follow the words beside them."""
    here, there = ([at for at, word in enumerate(words) if not _is_blank(word)] for words in (old, new))
    last = (-1, -1)
    for i, j, size in _Matcher(None, [old[at] for at in here], [new[at] for at in there], autojunk=False).get_matching_blocks():
        for at, to in zip(here[i : i + size], there[j : j + size], strict=True):
            before = (at - 1, to - 1)
            if min(before) > -1 and before[0] > last[0] and before[1] > last[1] and _same_blank(old, new, before):
                yield before
            last = at, to
            yield last
            after = (at + 1, to + 1)
            if _same_blank(old, new, after):
                last = after
                yield after


def _is_blank(word: str) -> bool:
    return word.isspace() and word != "\n"


def _same_blank(old: Sequence[str], new: Sequence[str], at: tuple[int, int]) -> bool:
    i, j = at
    return i < len(old) and j < len(new) and old[i] == new[j] and _is_blank(old[i])


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

    i = j = 0
    for start, to, size in [*_runs(_common(old, new)), (len(old), len(new), 0)]:
        removed += old[i:start]
        added += new[j:to]
        i, j = start + size, to + size
        same = "".join(old[start:i])
        if same == " " and added and removed:
            removed.append(same)
            added.append(same)
        elif same:
            yield from changes()
            yield Piece("same", same)
    yield from changes()


def _runs(pairs: Iterable[tuple[int, int]]) -> list[tuple[int, int, int]]:
    """Pairs that follow each other in both as one: (where in the old, where in the new, how many)."""
    found: list[tuple[int, int, int]] = []
    for i, j in pairs:
        if found and (i, j) == (found[-1][0] + found[-1][2], found[-1][1] + found[-1][2]):
            start, to, size = found.pop()
            found.append((start, to, size + 1))
        else:
            found.append((i, j, 1))
    return found
