"""A tiny process that outlives a supervisor killed with -9, just long enough to end what it left."""

import contextlib
import os
import signal
import time
from pathlib import Path

GRACE_SECONDS = 4.0  # every child already got SIGTERM from the kernel when the supervisor died


class Watchman:
    """Knows the process groups of the children through a pipe; acts when the pipe closes, which only the supervisor's end can cause."""

    def __init__(self) -> None:
        reader, self._writer = os.pipe()
        self.pid = os.fork()
        if self.pid == 0:
            os.close(self._writer)
            _watch(reader)
        os.close(reader)

    def know(self, group: int) -> None:
        os.write(self._writer, b"+%d\n" % group)

    def forget(self, group: int) -> None:
        os.write(self._writer, b"-%d\n" % group)

    def dismiss(self) -> None:
        """Once every group is forgotten it has nothing to do, and leaves before we do."""
        os.close(self._writer)
        with contextlib.suppress(ChildProcessError):
            os.waitpid(self.pid, 0)


def _watch(reader: int) -> None:
    os.setsid()
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGCHLD):
        signal.signal(number, signal.SIG_IGN)
    signal.set_wakeup_fd(-1)
    null = os.open(os.devnull, os.O_RDWR)
    for descriptor in (0, 1, 2):
        os.dup2(null, descriptor)
    os.closerange(3, reader)
    os.closerange(reader + 1, 256)  # among them the lock of the data folder: it must open again when the supervisor dies
    groups: set[int] = set()
    with os.fdopen(reader) as lines:
        for line in lines:
            (groups.add if line[0] == "+" else groups.discard)(int(line[1:]))
    deadline = time.monotonic() + GRACE_SECONDS
    while any(map(alive, groups)) and time.monotonic() < deadline:
        time.sleep(0.1)
    for group in groups:
        end(group, signal.SIGKILL)
    os._exit(0)


def alive(group: int) -> bool:
    """Whether a process of the group still runs; one that ended but that nobody has reaped does not count."""
    try:
        os.killpg(group, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        pass
    return not Path("/proc/self/stat").exists() or any(state not in "ZX" for state in _states(group))


def _states(group: int) -> list[str]:
    found = []
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            state, _parent, its_group, *_ = stat.read_text().rpartition(")")[2].split()  # the name before ")" may hold spaces
        except OSError:  # it ended while we looked
            continue
        if its_group == str(group):
            found.append(state)
    return found


def end(group: int, number: int) -> None:
    try:
        os.killpg(group, number)
    except (ProcessLookupError, PermissionError):  # nobody left
        return
