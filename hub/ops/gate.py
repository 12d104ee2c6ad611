"""The site's gate: what a visitor sends is read without a thread, and handed over whole.

Read inside a thread of the application, as a WSGI server does, four people who send a form octet by octet would keep all four of them and nobody
else would be answered. Here a slow sender costs at most 64 kB of memory, and is cut after twenty silent seconds. Nor does a slow reader keep
a thread between two pieces of a long answer.
"""

import asyncio
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from tempfile import SpooledTemporaryFile
from typing import IO, Any
from wsgiref.types import WSGIApplication

Headers = list[tuple[str, str]]
TEXT: Headers = [("Content-Type", "text/plain; charset=utf-8"), ("Connection", "close")]


@dataclass
class Answer:
    """What the application says: `body` whole, or `rest`, its pieces still to come."""

    status: int = 500
    headers: Headers = field(default_factory=list)
    body: bytes = b""
    rest: Iterator[bytes] | None = None
    close: Any = None


class Refused(Exception):
    """Args: status, and a sentence."""


class Gate:
    """A WSGI application as granian's RSGI serves it.

    Args: threads are those of the application in each process; largest the octets of a body; silence_s and whole_s how long it may be waited for,
    between two pieces and in all.
    """

    def __init__(
        self, application: WSGIApplication, *, threads: int, largest: int = 26 * 2**20, silence_s: float = 20, whole_s: float = 900
    ) -> None:
        self.application, self.threads = application, threads
        self.largest, self.silence_s, self.whole_s = largest, silence_s, whole_s
        self.pool: ThreadPoolExecutor | None = None

    def __rsgi_init__(self, loop: asyncio.AbstractEventLoop) -> None:
        """In each process, once it is forked. The loop, which only passes on, is not to wait five milliseconds behind a thread that computes."""
        sys.setswitchinterval(0.001)
        self.pool = ThreadPoolExecutor(self.threads, thread_name_prefix="site")

    async def __rsgi__(self, scope: Any, proto: Any) -> None:
        loop = asyncio.get_running_loop()
        with SpooledTemporaryFile(max_size=2**16) as body:
            try:
                size = await self._read(scope, proto, body)
            except Refused as refused:
                status, sentence = refused.args
                proto.response_str(status, TEXT, sentence)
                return
            answer = await loop.run_in_executor(self.pool, self._answer, environ_of(scope, body, size))
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

    async def _read(self, scope: Any, proto: Any, body: IO[bytes]) -> int:
        """Returns: octets read. Raises: Refused; what was cut short is never taken for the whole."""
        announced = scope.headers.get("content-length", "")
        if "transfer-encoding" in scope.headers:
            raise Refused(411, "Cet envoi ne dit pas sa taille.")
        if int(announced or 0) > self.largest:  # the server has refused one that is no number
            raise Refused(413, "Un envoi de plus de 20 Mo ne passe pas.")
        if not announced:
            return 0
        size, pieces = 0, aiter(proto)
        try:
            async with asyncio.timeout(self.whole_s):
                while size < int(announced):
                    piece = await asyncio.wait_for(anext(pieces), self.silence_s)
                    size += len(piece)
                    body.write(piece)
        except StopAsyncIteration:
            raise Refused(400, "L’envoi est incomplet : recommencez.") from None
        except TimeoutError:
            raise Refused(408, "L’envoi s’est arrêté en chemin : recommencez.") from None
        body.seek(0)
        return size

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
