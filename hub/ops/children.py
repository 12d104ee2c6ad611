"""One long-lived child of the supervisor: a command, its log, its process group."""

import os
import shutil
import signal
import subprocess
import time
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path

from hub.ops import watchman
from hub.ops.kernel import tied_to_parent

LOG_BYTES = 5_000_000
LOGS_KEPT = 3
STABLE_SECONDS = 60.0
LONGEST_WAIT = 60.0


@dataclass
class Child:
    name: str  # also the name of its log
    label: str  # as the console calls it
    command: list[str]
    log: Path
    pid: int = 0
    started_at: float = 0.0
    failures: int = 0
    restart_at: float = 0.0
    _read: int = field(default=0, repr=False)

    @property
    def is_running(self) -> bool:
        return self.pid != 0

    def start(self, environ: Mapping[str, str], cwd: Path) -> None:
        self._read = self.log.stat().st_size if self.log.exists() else 0
        self.pid = spawn(self.command, environ=environ, cwd=cwd, log=self.log)
        self.started_at = time.monotonic()
        self.restart_at = 0.0

    def ended(self) -> float:
        """Note its end, sweep its group, plan its return. Returns: the seconds to wait before starting it again."""
        watchman.end(self.pid, signal.SIGKILL)  # a crashed server must not leave workers that hold the port
        if time.monotonic() - self.started_at > STABLE_SECONDS:
            self.failures = 0
        wait = min(2.0**self.failures, LONGEST_WAIT)
        self.failures += 1
        self.pid = 0
        self.restart_at = time.monotonic() + wait
        return wait

    def ask_to_stop(self) -> None:
        """Only the leader: it stops its own children in good order."""
        if self.pid:
            try:
                os.kill(self.pid, signal.SIGTERM)
            except ProcessLookupError:
                return

    def news(self) -> str:
        """What it wrote to its log since the last look."""
        try:
            with open(self.log, "rb") as log:
                if os.fstat(log.fileno()).st_size < self._read:  # it was emptied meanwhile
                    self._read = 0
                log.seek(self._read)
                fresh = log.read(200_000)
        except OSError:
            return ""
        self._read += len(fresh)
        return fresh.decode(errors="replace")


def spawn(command: list[str], *, environ: Mapping[str, str], cwd: Path, log: Path) -> int:
    """Start a command in its own session, so that Ctrl-C reaches the supervisor alone. Returns: its pid, which is also its group."""
    with open(log, "ab") as output:
        process = subprocess.Popen(  # noqa: S603 - our own commands
            command,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            env=dict(environ),
            cwd=cwd,
            start_new_session=True,
            preexec_fn=tied_to_parent(),
        )
    process.returncode = 0  # the supervisor reaps every child itself, orphans included
    return process.pid


def rotate(log: Path) -> None:
    """Push aside what a log that has grown too big holds: web.log.1 is the most recent of those kept.

    Who writes it appends, and goes on in the same file. What a full disk leaves no room to copy is lost, and its own room comes back.
    """
    if not log.exists() or log.stat().st_size < LOG_BYTES:
        return
    newest, *_ = kept = [log.with_name(f"{log.name}.{number}") for number in range(1, LOGS_KEPT + 1)]
    with suppress(OSError):
        for newer, older in reversed(list(pairwise(kept))):
            if newer.exists():
                newer.replace(older)
        shutil.copyfile(log, newest)
    with suppress(OSError):
        os.truncate(log, 0)
