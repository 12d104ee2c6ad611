from typing import Any

WIDTH = 24


class Bar:
    """A bar per step, redrawn in place on a terminal; elsewhere one line when the step is done."""

    def __init__(self, stream: Any) -> None:
        self.stream = stream
        self.live = stream.isatty()

    def __call__(self, label: str, done: int, total: int) -> None:
        filled = WIDTH * done // max(total, 1)
        line = f"  {label:<12} {'█' * filled}{'·' * (WIDTH - filled)} {done} / {total}"
        if self.live:
            self.stream.write(f"\r\033[K{line}", ending="\n" if done >= total else "")
        elif done >= total:
            self.stream.write(line)
        self.stream.flush()
