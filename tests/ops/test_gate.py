"""The site's gate: who sends slowly, too much or nothing keeps nobody else waiting; what comes and goes is what was sent."""

import http.client
import json
import socket
import subprocess
import sys
from contextlib import ExitStack, closing, contextmanager
from select import select

import pytest

from hub.settings.env import ROOT
from tests.ops.processes import free_port, wait_until

pytestmark = pytest.mark.slow
SITE = """
import json, sys, time
from hub.ops.gate import Gate
from hub.ops.web import serve

class Pieces:
    streaming = True
    def __init__(self, log): self.log = log
    def __iter__(self):
        for number in range(200):
            yield b"" if number % 2 else b"x" * 65536
    def close(self): open(self.log, "a").write("closed")

def application(environ, start_response):
    path = environ["PATH_INFO"]
    start_response("201 Created" if path == "/made" else "200 OK", [("Content-Type", "text/plain"), ("Set-Cookie", "a=1"), ("Set-Cookie", "b=2")])
    if path == "/noted":
        open(sys.argv[2], "a").write(path)
    if path == "/pieces":
        return Pieces(sys.argv[2])
    if environ["REQUEST_METHOD"] == "HEAD":
        return []
    body = environ["wsgi.input"].read().decode("latin-1")
    return [json.dumps({**{k: v for k, v in environ.items() if isinstance(v, str)}, "body": body}).encode()]

gate = Gate(application, threads=1, largest=200_000, silence_s=0.6, whole_s=2)
serve(gate, "127.0.0.1", int(sys.argv[1]), processes=1, patience_ms=3000)
"""


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    folder, port = tmp_path_factory.mktemp("gate"), free_port()
    (folder / "site_.py").write_text(SITE)
    environ = {"PYTHONPATH": str(ROOT), "PATH": "/usr/bin:/bin"}
    server = subprocess.Popen([sys.executable, folder / "site_.py", str(port), folder / "log"], env=environ, cwd=folder)
    try:
        assert wait_until(lambda: answers(port), 20)
        yield port, folder / "log"
    finally:
        server.terminate()
        server.wait(20)


def answers(port):
    try:
        return ask(port, "/")[0] == 200
    except OSError:
        return False


def ask(port, path, method="GET", body=None, headers=None):
    with closing(http.client.HTTPConnection("127.0.0.1", port, timeout=10)) as client:
        client.request(method, path, body, headers or {})
        answer = client.getresponse()
        return answer.status, answer.read(), answer


@contextmanager
def slow_sender(port, announced=1000):
    with socket.create_connection(("127.0.0.1", port), timeout=10) as sender:
        sender.sendall(f"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: {announced}\r\n\r\nx".encode())
        yield sender


def test_slow_senders_keep_nobody_waiting_and_are_cut(site):
    port, _ = site
    with slow_sender(port) as one, slow_sender(port), slow_sender(port):
        assert ask(port, "/vite")[0] == 200
        assert b" 408 " in one.recv(1000).partition(b"\r\n")[0]


HALF = b"GET / HTTP/1.1\r\nHost: a\r\nX-"
ASKED = b"GET / HTTP/1.1\r\nHost: a\r\n\r\n"


@pytest.mark.parametrize(
    "said", [b"", b"G", b"PRI * HT", HALF, ASKED, ASKED + HALF], ids=["nothing", "octet", "http2", "half", "kept", "next"]
)
def test_a_connection_that_asks_for_nothing_more_is_closed(site, said):
    port, _ = site
    with socket.create_connection(("127.0.0.1", port), timeout=20) as visitor:
        visitor.sendall(said)
        while visitor.recv(65536):
            pass


def test_connections_that_say_nothing_keep_nobody_waiting(site):
    port, _ = site
    with ExitStack() as held:
        idle = [held.enter_context(socket.create_connection(("127.0.0.1", port), timeout=10)) for _ in range(800)]

        status = ask(port, "/")[0]

        held_still = len(idle) - len(select(idle, [], [], 0)[0])
    assert (status, held_still) == (200, len(idle)), "served beside them, not after their end"


def test_an_octet_now_and_then_is_not_for_ever(site):
    port, _ = site
    with slow_sender(port) as sender:
        sender.settimeout(0.3)
        for _ in range(20):
            sender.sendall(b"x")
            try:
                answer = sender.recv(1000)
                break
            except TimeoutError:
                continue
    assert b" 408 " in answer.partition(b"\r\n")[0]


def test_too_much_is_refused_before_it_comes(site):
    port, _ = site
    with slow_sender(port, 200_001) as sender:
        assert b" 413 " in sender.recv(1000).partition(b"\r\n")[0]


def test_what_does_not_say_its_size_or_is_cut_short_never_reaches_the_application(site):
    port, log = site
    log.unlink(missing_ok=True)
    with socket.create_connection(("127.0.0.1", port), timeout=10) as sender:
        sender.sendall(b"POST /noted HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n")
        assert b" 411 " in sender.recv(1000).partition(b"\r\n")[0]
    with socket.create_connection(("127.0.0.1", port), timeout=10) as sender:
        sender.sendall(b"POST /noted HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\nhalf")
        sender.shutdown(socket.SHUT_WR)
        sender.recv(1000)
    assert not log.exists()

    ask(port, "/noted", "POST", b"the whole")
    assert log.read_text() == "/noted"


def test_the_application_reads_what_was_sent(site):
    port, _ = site
    headers = {"Content-Type": "text/x", "X-Two": "deux", "X_Two": "faux", "Cookie": "a=1"}

    status, said, answer = ask(port, "/caf%C3%A9%2541/%FF?q=%C3%A9&r", "POST", b"\x00\xff" * 50_000, headers)
    heard = json.loads(said)

    assert status == 200
    assert heard["PATH_INFO"].encode("latin-1").startswith("/café%41/".encode())
    assert heard["QUERY_STRING"] == "q=%C3%A9&r"
    assert (heard["CONTENT_TYPE"], heard["CONTENT_LENGTH"], heard["HTTP_X_TWO"]) == ("text/x", "100000", "deux")
    assert (heard["HTTP_COOKIE"], heard["REMOTE_ADDR"], heard["HTTP_HOST"]) == ("a=1", "127.0.0.1", f"127.0.0.1:{port}")
    assert heard["body"].encode("latin-1") == b"\x00\xff" * 50_000
    assert answer.headers.get_all("Set-Cookie") == ["a=1", "b=2"]
    assert ask(port, "/made", "HEAD")[:2] == (201, b"")


def test_a_long_answer_goes_piece_by_piece_and_is_closed_though_nobody_reads_it_to_its_end(site):
    port, log = site
    log.unlink(missing_ok=True)

    assert len(ask(port, "/pieces")[1]) == 100 * 65536
    assert wait_until(lambda: log.exists() and log.read_text() == "closed", 5)

    with socket.create_connection(("127.0.0.1", port), timeout=10) as reader:
        reader.sendall(b"GET /pieces HTTP/1.1\r\nHost: a\r\n\r\n")
        reader.recv(100)
        assert ask(port, "/")[0] == 200, "a slow reader holds no thread"
    assert wait_until(lambda: log.read_text() == "closedclosed", 10)
