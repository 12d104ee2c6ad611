"""The site's gate: who sends slowly, too much or nothing keeps nobody else waiting; what comes and goes is what was sent."""

import http.client
import json
import socket
import subprocess
import sys
import time
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

gate = Gate(application, threads=1, largest=200_000, room=150_000, share=2000, share_s=3)
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
def slow_sender(port, announced=1000, first=1):
    with socket.create_connection(("127.0.0.1", port), timeout=10) as sender:
        sender.sendall(f"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: {announced}\r\n\r\n{'x' * first}".encode())
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


@pytest.mark.parametrize("first", [1, 6900], ids=["from the start", "near the end"])
def test_an_octet_now_and_then_is_not_for_ever(site, first):
    port, _ = site
    with slow_sender(port, 7000, first) as sender:
        sender.settimeout(0.3)
        for _ in range(60):
            sender.sendall(b"x")
            try:
                answer = sender.recv(1000)
                break
            except TimeoutError:
                continue
    assert b" 408 " in answer.partition(b"\r\n")[0]


def test_who_sends_slowly_and_steadily_is_heard_to_the_end(site):
    port, _ = site
    with slow_sender(port, 10_001) as sender:
        for _ in range(5):
            time.sleep(0.8)
            sender.sendall(b"x" * 2000)
        assert b" 200 " in sender.recv(1000).partition(b"\r\n")[0]


def test_long_bodies_have_one_room_which_is_given_back_however_they_end(site):
    port, _ = site

    def send():
        return ask(port, "/", "POST", b"x" * 100_000)

    for sent in (1, 100_000):  # gone before its end; answered
        with slow_sender(port, 100_000, 1) as sender:
            assert wait_until(lambda: send()[0] == 503, 1)
            status, said, answer = send()
            assert (status, answer.headers["Retry-After"]) == (503, "30")
            assert said.decode() == "Trop de fichiers arrivent en même temps : recommencez dans un instant."
            assert ask(port, "/", "POST", b"x" * 1000)[0] == 200, "what stays in memory passes"
            sender.sendall(b"x" * (sent - 1))
        assert wait_until(lambda: send()[0] == 200, 10)
    with slow_sender(port, 100_000) as sender:
        assert b" 408 " in sender.recv(1000).partition(b"\r\n")[0]
        assert send()[0] == 200


def test_a_path_without_end_is_refused(site):
    port, log = site
    log.unlink(missing_ok=True)

    assert ask(port, "/noted" + "/a" * 4094)[0] == 414
    assert not log.exists()
    assert ask(port, "/" + "a" * 8191)[0] == 200


@pytest.mark.parametrize(
    ("method", "path", "headers", "title", "way"),
    [
        (
            "POST",
            "/",
            {"Content-Length": "200001"},
            "Un envoi trop lourd",
            "<p>Revenez à la page précédente : ce que vous y aviez écrit y est encore",
        ),
        ("GET", "/" + "a" * 8192, {}, "Une adresse trop longue", '<a href="/">Aller à l’accueil</a>'),
    ],
)
def test_a_browser_is_refused_with_a_page_and_a_program_with_a_sentence(site, method, path, headers, title, way):
    port, _ = site

    _, page, answer = ask(port, path, method, None, {**headers, "Accept": "text/html,*/*"})
    _, sentence, plain = ask(port, path, method, None, {**headers, "Accept": "application/json"})

    assert answer.headers["Content-Type"] == "text/html; charset=utf-8"
    assert [one in page.decode() for one in ('<html lang="fr">', f"<title>{title} –", f"<h1>{title}</h1>", sentence.decode(), way)] == [
        True
    ] * 5
    assert [one for one in (b"<script", b"<style", b"style=") if one in page] == []
    assert "style-src 'self'" in answer.headers["Content-Security-Policy"]
    assert (answer.headers["X-Content-Type-Options"], answer.headers["X-Frame-Options"]) == ("nosniff", "DENY")
    assert plain.headers["Content-Type"] == "text/plain; charset=utf-8"
    assert b"<" not in sentence


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
