"""The site's gate: what a visitor sends is read without a thread, and handed over whole.

Read inside a thread of the application, as a WSGI server does, four people who send a form octet by octet would keep all four of them and nobody
else would be answered. Here a slow sender costs at most 64 kB of memory, or a file of what it announces for as long as it goes on sending; such
files have one room in each process, and who finds it full is told to come again. Nor does a slow reader keep a thread between two pieces of a
long answer.
"""

import asyncio
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from tempfile import SpooledTemporaryFile
from typing import IO, Any
from wsgiref.types import WSGIApplication

from hub.ops.refusals import Headers, Refused

SMALL = 2**16  # octets of a body that stay in memory
ROOM = 200 * 2**20  # for those that do not, in each process
LONGEST_PATH = 8192  # each one that leads nowhere is a line of the log


@dataclass
class Answer:
    """What the application says: `body` whole, or `rest`, its pieces still to come."""

    status: int = 500
    headers: Headers = field(default_factory=list)
    body: bytes = b""
    rest: Iterator[bytes] | None = None
    close: Any = None


class Gate:
    """A WSGI application as granian's RSGI serves it.

    Args: threads are those of the application in each process; largest the octets of a body; room those of all the bodies beyond 64 kB that are
    received or read at once; each share of a body, in octets, has share_s seconds to come. A trainer's poor network brings 20 kB in a second.
    """

    def __init__(
        self,
        application: WSGIApplication,
        *,
        threads: int,
        largest: int = 26 * 2**20,
        room: int = ROOM,
        share: int = 300_000,
        share_s: float = 30,
    ) -> None:
        self.application, self.threads = application, threads
        self.largest, self.room, self.share, self.share_s = largest, room, share, share_s
        self.pool: ThreadPoolExecutor | None = None

    def __rsgi_init__(self, loop: asyncio.AbstractEventLoop) -> None:
        """In each process, once it is forked. The loop, which only passes on, is not to wait five milliseconds behind a thread that computes."""
        sys.setswitchinterval(0.001)
        self.pool = ThreadPoolExecutor(self.threads, thread_name_prefix="site")

    async def __rsgi__(self, scope: Any, proto: Any) -> None:
        loop = asyncio.get_running_loop()
        try:
            size = self._announced(scope)
            with self._room_for(size), SpooledTemporaryFile(max_size=SMALL) as body:
                await self._read(proto, body, size)
                answer = await loop.run_in_executor(self.pool, self._answer, environ_of(scope, body, size))
        except Refused as refused:
            proto.response_str(refused.status, *refused.said(scope.headers.get("accept", ""), scope.method))
            return
        if answer.rest is None:
            if answer.body:
                proto.response_bytes(answer.status, answer.headers, answer.body)
            else:
                proto.response_empty(answer.status, answer.headers)
            return
        try:
            stream = proto.response_stream(answer.status, answer.headers)
            while piece := await loop.run_in_executor(self.pool, _next, answer.rest):
                await stream.send_bytes(piece)
        finally:
            await loop.run_in_executor(self.pool, answer.close)

    def _announced(self, scope: Any) -> int:
        """Returns: octets of the body that comes. Raises: Refused."""
        if len(scope.path) > LONGEST_PATH:
            raise Refused(414, "Cette adresse est trop longue.", "Une adresse trop longue")
        if "transfer-encoding" in scope.headers:
            raise Refused(411, "Cet envoi ne dit pas sa taille.", "Un envoi sans taille")
        size = int(scope.headers.get("content-length", "") or 0)  # the server has refused one that is no number
        if size > self.largest:
            raise Refused(413, "Un envoi de plus de 20 Mo ne passe pas.", "Un envoi trop lourd")
        return size

    @contextmanager
    def _room_for(self, size: int) -> Iterator[None]:
        """Raises: Refused. By what is announced: a file that has begun is to find its room to the end."""
        taken = size if size > SMALL else 0
        if taken > self.room:
            raise Refused(503, "Trop de fichiers arrivent en même temps : recommencez dans un instant.", "Trop d’envois à la fois")
        self.room -= taken
        try:
            yield
        finally:
            self.room += taken

    async def _read(self, proto: Any, body: IO[bytes], size: int) -> None:
        """Raises: Refused; what was cut short is never taken for the whole."""
        read, pieces = 0, aiter(proto)
        try:
            while read < size:
                due = min(size, read + self.share)
                async with asyncio.timeout(self.share_s):
                    while read < due:
                        read += body.write(await anext(pieces))
        except StopAsyncIteration:
            raise Refused(400, "L’envoi est incomplet : recommencez.", "Un envoi incomplet") from None
        except TimeoutError:
            raise Refused(
                408, "L’envoi s’est arrêté en chemin, ou venait trop lentement : recommencez.", "Un envoi arrêté en chemin"
            ) from None
        body.seek(0)

    def _answer(self, environ: dict[str, Any]) -> Answer:
        """In a thread of the application."""
        answer = Answer()

        def start_response(status: str, headers: Headers, exc_info: Any = None) -> Any:
            answer.status, answer.headers = int(status.partition(" ")[0]), headers

        said = self.application(environ, start_response)
        answer.close = getattr(said, "close", _nothing)
        if getattr(said, "streaming", False):
            answer.rest = iter(said)
            return answer
        try:
            answer.body = b"".join(said)
        finally:
            answer.close()
        return answer


def environ_of(scope: Any, body: IO[bytes], size: int) -> dict[str, Any]:
    """PEP 3333; the path comes decoded. A name with an underscore could pass for another header that a proxy of ours writes: it is left out."""
    server, _, port = scope.server.rpartition(":")
    environ = {
        "REQUEST_METHOD": scope.method, "SCRIPT_NAME": "", "PATH_INFO": scope.path.encode("utf-8", "surrogateescape").decode("latin-1"),
        "QUERY_STRING": scope.query_string, "SERVER_NAME": server, "SERVER_PORT": port, "SERVER_PROTOCOL": f"HTTP/{scope.http_version}",
        "REMOTE_ADDR": scope.client.rpartition(":")[0].strip("[]"), "CONTENT_LENGTH": str(size) if size else "",
        "wsgi.version": (1, 0), "wsgi.url_scheme": scope.scheme, "wsgi.input": body, "wsgi.errors": sys.stderr,
        "wsgi.multithread": True, "wsgi.multiprocess": True, "wsgi.run_once": False,
    }  # fmt: skip
    for name, value in scope.headers.items():
        if "_" in name or name == "content-length":
            continue
        key = "CONTENT_TYPE" if name == "content-type" else f"HTTP_{name.upper().replace('-', '_')}"
        joint = "; " if name == "cookie" else ","
        environ[key] = f"{environ[key]}{joint}{value}" if key in environ else value
    environ.setdefault("HTTP_HOST", scope.authority or scope.server)
    return environ


def _next(pieces: Iterator[bytes]) -> bytes:
    """The next piece that holds something; empty at the end."""
    return next((piece for piece in pieces if piece), b"")


def _nothing() -> None:
    pass
