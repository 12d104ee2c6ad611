"""The real clamd of bin/test, and one that says what it is told to, to whoever calls."""

import os
import socket
import threading
from contextlib import contextmanager

CLAMD = os.environ.get("HUB_TEST_CLAMAV_URL", "")


@contextmanager
def saying(words: bytes):
    """Gives the address of an engine that reads a call to its end and answers these bytes, whatever was asked."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        threading.Thread(target=_answer, args=[server, words], daemon=True).start()
        yield f"tcp://127.0.0.1:{server.getsockname()[1]}"
        server.shutdown(socket.SHUT_RDWR)


def _answer(server, words):
    while True:
        try:
            line, _ = server.accept()
        except OSError:
            return
        with line:
            asked = b""
            while not asked.endswith((b"zPING\0", b"\0\0\0\0")) and (more := line.recv(1 << 16)):
                asked += more
            line.sendall(words)
