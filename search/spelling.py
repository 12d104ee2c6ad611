"""How far two words are from each other, for the eye and for the ear."""

import re
from functools import lru_cache

_SOUNDS = tuple(
    (re.compile(pattern), sound)
    for pattern, sound in (
        (r"ph", "f"), (r"eau|au", "o"), (r"qu|ck|ch(?=[rl])|q", "k"), (r"c(?=[eiy])", "s"), (r"ch|sh", "C"), (r"c", "k"), (r"th", "t"),
        (r"ge(?=[ao])|g(?=[eiy])", "j"), (r"gu(?=[eiy])", "g"), (r"ai|ei|ay|ey", "e"), (r"y", "i"), (r"z", "s"), (r"h", ""),
        (r"(.)\1+", r"\1"), (r"(?<=..)e?[sxt]?$", ""),
    )
)  # fmt: skip
# What a word heard may begin with, when it is not written with its first letter.
_BEGINNINGS = {"f": ("ph",), "k": ("c", "qu"), "c": ("k", "s"), "s": ("c",), "q": ("k",), "o": ("au", "ho"), "e": ("he",), "i": ("y", "hi")}
_BEGINNINGS |= {"j": ("g",), "g": ("j",), "z": ("s",), "a": ("ha",), "u": ("hu",), "y": ("i", "hy")}


@lru_cache(maxsize=1 << 15)
def sound(word: str) -> str:
    """Words that a French reader says alike: «grafiste» and «graphiste»."""
    for pattern, replacement in _SOUNDS:
        word = pattern.sub(replacement, word)
    return word


def beginnings(word: str) -> tuple[str, ...]:
    """What the word that was meant may begin with: a slip seldom falls on the first letter, unless it sounds like another."""
    return (word[0], *_BEGINNINGS.get(word[0], ()), *((word[1],) if word[0] == "h" and len(word) > 1 else ()))


def is_near(one: str, other: str, at_most: int) -> bool:
    """Whether so few slips may part them: a cheap look before `distance`."""
    return abs(len(one) - len(other)) <= at_most and (_letters(one) ^ _letters(other)).bit_count() <= 2 * at_most


def distance(one: str, other: str, at_most: int) -> int | None:
    """Letters added, left out, replaced or swapped with the next (optimal string alignment); None above `at_most`."""
    if not is_near(one, other, at_most):
        return None
    before: list[int] = []
    row = list(range(len(other) + 1))
    for i, letter in enumerate(one, 1):
        earlier, before, row = before, row, [i]
        for j, its in enumerate(other, 1):
            cost = min(before[j] + 1, row[j - 1] + 1, before[j - 1] + (letter != its))
            if i > 1 and j > 1 and letter == other[j - 2] and its == one[i - 2]:
                cost = min(cost, earlier[j - 2] + 1)
            row.append(cost)
        if min(row) > at_most:
            return None
    return row[-1] if row[-1] <= at_most else None


@lru_cache(maxsize=1 << 15)
def _letters(word: str) -> int:
    """One bit per letter that the word has."""
    return sum(1 << (ord(letter) & 63) for letter in set(word))
