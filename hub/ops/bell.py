"""Signals as events that a loop can wait for."""

import os
import select
import signal
from types import FrameType

_STOPPING = (signal.SIGINT, signal.SIGTERM)


class Bell:
    """Rings when somebody asks to stop or a child ends. Its handlers are set whatever the shell did: `command &` ignores SIGINT."""

    def __init__(self) -> None:
        self.stops = 0
        self._reader, writer = os.pipe()
        for descriptor in (self._reader, writer):
            os.set_blocking(descriptor, False)
        signal.set_wakeup_fd(writer, warn_on_full_buffer=False)
        for number in _STOPPING:
            signal.signal(number, self._stop)
        if signal.getsignal(signal.SIGHUP) is not signal.SIG_IGN:  # under nohup, the end of the terminal is no reason to stop
            signal.signal(signal.SIGHUP, self._stop)
        signal.signal(signal.SIGCHLD, lambda number, frame: None)

    def _stop(self, number: int, frame: FrameType | None) -> None:
        self.stops += 1

    def wait(self, seconds: float) -> None:
        """Sleep, but no longer than until the next signal."""
        if select.select([self._reader], [], [], max(seconds, 0.0))[0]:
            while True:
                try:
                    if not os.read(self._reader, 512):
                        return
                except BlockingIOError:
                    return
