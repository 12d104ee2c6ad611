"""Signals, and two requests to the Linux kernel that make sure nothing outlives its parent. Elsewhere these two do nothing."""

import ctypes
import os
import signal
import sys
from collections.abc import Callable

PR_SET_PDEATHSIG = 1
PR_SET_CHILD_SUBREAPER = 36

_libc = ctypes.CDLL(None, use_errno=True) if sys.platform == "linux" else None


def _prctl(option: int, value: int) -> None:
    if _libc is not None:
        _libc.prctl(option, ctypes.c_ulong(value), 0, 0, 0)


def adopt_orphans() -> None:
    """A grandchild whose parent dies becomes our child, so that we can see it end."""
    _prctl(PR_SET_CHILD_SUBREAPER, 1)


def end_in_order() -> None:
    """Told to stop, leave as by an exception: what was half done is cleared on the way out."""
    for number in (signal.SIGTERM, signal.SIGHUP):
        if signal.getsignal(number) is not signal.SIG_IGN:  # under nohup, the end of the terminal is no reason to stop
            signal.signal(number, lambda received, frame: sys.exit(128 + received))


def tied_to_parent() -> Callable[[], None]:
    """What a new child runs before exec: SIGTERM when its parent dies, and no signal ignored from an interactive shell's background."""
    parent = os.getpid()

    def tie() -> None:
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGQUIT):
            signal.signal(number, signal.SIG_DFL)
        _prctl(PR_SET_PDEATHSIG, signal.SIGTERM)
        if os.getppid() != parent:  # it died between fork and here
            os._exit(1)

    return tie
