"""Progress a person can read: finished lines stay, and on a terminal the line under way is rewritten in place."""

import sys
from typing import TextIO


class Progress:
    def __init__(self, stream: TextIO | None = None) -> None:
        self.stream = stream or sys.stdout
        self.live = self.stream.isatty()

    def step(self, label: str, done: int, total: int) -> None:
        """How far the thing under way is; the line stays once it is done."""
        line = f"  {label:<48} {done}/{total}"
        if done >= total:
            self.note(line.removeprefix("  "))
        elif self.live:
            self._write(f"\r\033[K{line}")

    def note(self, text: str) -> None:
        self._write(f"\r\033[K  {text}\n" if self.live else f"  {text}\n")

    def _write(self, text: str) -> None:
        self.stream.write(text)
        self.stream.flush()


class Indented:
    """A place for another command's output, set under our own lines."""

    def __init__(self, stream: TextIO | None = None) -> None:
        self.stream = stream or sys.stdout

    def write(self, text: str) -> None:
        self.stream.write("".join(f"    {line}" if line.strip() else line for line in text.splitlines(keepends=True)))

    def flush(self) -> None:
        self.stream.flush()

    def isatty(self) -> bool:
        return False  # the command writes finished lines only
