"""ClamAV (HUB_CLAMAV_URL), asked over a socket: a file is clean when clamd says so in its own words, and never for want of an answer.

Protocol: clamd(8), the commands PING and INSTREAM in their z form: what is sent and what is answered ends with a zero byte.
An engine that takes the call and says nothing is asked again only after a while, so that it does not hold every upload for twenty seconds.
One that still answers a PING is at work on a file too long for it: that one waits alone, unless three of them in a row say that it is stuck.
"""

import logging
import re
import socket
import struct
from collections.abc import Iterator
from time import monotonic
from urllib.parse import unquote, urlsplit

from django.conf import settings

from hub.core.documents.errors import AntivirusIsDown, FileIsUnread

logger = logging.getLogger(__name__)

CONNECT_SECONDS, TOTAL_SECONDS, PING_SECONDS, QUIET_SECONDS = 2.0, 20.0, 1.5, 30.0
PORT = 3310
CHUNK = 64 * 1024
LONGEST = 1024  # bytes of an answer: a name of a signature stays under 200
# What clamd finds, when it is told to say so (AlertExceedsMax), in a file too big or too deep to be read to its end.
NOT_READ = "Heuristics.Limits.Exceeded"
TOO_LONG = "INSTREAM size limit exceeded. ERROR"

IN_A_ROW = 3

_quiet_until = 0.0
_lasted = 0  # files in a row that were left before their answer came
_said = ""  # what the log has just said of it


def is_set() -> bool:
    return bool(settings.CLAMAV_URL)


def virus_in(data: bytes) -> str:
    """The name of the signature found in a file, empty when it is clean. Raises AntivirusIsDown when clamd says neither, or is not set any more;
    FileIsUnread, which is one, when it is there and does not get to the end of this file."""
    global _lasted, _said
    if not is_set() or monotonic() < _quiet_until:
        raise AntivirusIsDown
    try:
        answer = _ask(b"zINSTREAM\0" + b"".join(_chunks(data)), seconds=TOTAL_SECONDS)
    except AntivirusIsDown as down:
        if isinstance(down.__cause__, TimeoutError):
            _leave_alone_unless_it_answers()
            raise FileIsUnread from down
        raise
    _lasted = 0
    if answer == "stream: OK":
        _said = ""
        return ""
    found = re.fullmatch(r"stream: (\S+) FOUND", answer)
    if found is None or found[1].startswith(NOT_READ):
        _say(f"réponse « {answer[:80]} »")
        raise FileIsUnread if found or answer == TOO_LONG else AntivirusIsDown
    _said = ""
    return found[1]


def _say(words: str) -> None:
    """Once, until a file is read again or something else goes wrong: each file in quarantine asks every half minute."""
    global _said
    logger.log(logging.DEBUG if words == _said else logging.ERROR, "antivirus : %s", words)
    _said = words


def _leave_alone_unless_it_answers() -> None:
    """One file that lasts must not close the door to all others. Raises AntivirusIsDown."""
    global _quiet_until, _lasted
    _lasted += 1
    try:
        if _lasted >= IN_A_ROW:
            raise AntivirusIsDown
        ping()
    except AntivirusIsDown:
        _quiet_until, _lasted = monotonic() + QUIET_SECONDS, 0
        raise


def ping() -> None:
    """Raises AntivirusIsDown when clamd is not there, within two seconds."""
    if _ask(b"zPING\0", seconds=PING_SECONDS) != "PONG":
        raise AntivirusIsDown


def _chunks(data: bytes) -> Iterator[bytes]:
    """Each with its length before it, in four bytes; a length of zero ends the file."""
    for start in range(0, len(data), CHUNK):
        piece = data[start : start + CHUNK]
        yield struct.pack("!L", len(piece)) + piece
    yield struct.pack("!L", 0)


def _ask(words: bytes, *, seconds: float) -> str:
    """One question and its answer, without the zero byte; empty when the answer was cut short. Raises AntivirusIsDown."""
    end = monotonic() + seconds
    try:
        with _line(min(CONNECT_SECONDS, seconds)) as line:
            line.settimeout(_left(end))
            line.sendall(words)
            answer = b""
            while not answer.endswith(b"\0") and len(answer) < LONGEST:
                line.settimeout(_left(end))
                if not (piece := line.recv(LONGEST)):
                    break
                answer += piece
    except OSError as error:
        _say(type(error).__name__)
        raise AntivirusIsDown from error
    return answer[:-1].decode("utf-8", "replace") if answer.endswith(b"\0") else ""


def _line(seconds: float) -> socket.socket:
    url = urlsplit(settings.CLAMAV_URL)
    if url.scheme == "tcp":
        return socket.create_connection((url.hostname or "", url.port or PORT), timeout=seconds)
    line = socket.socket(socket.AF_UNIX)
    try:
        line.settimeout(seconds)
        line.connect(unquote(url.path))
    except BaseException:
        line.close()
        raise
    return line


def _left(end: float) -> float:
    if (seconds := end - monotonic()) <= 0:
        raise TimeoutError
    return seconds
