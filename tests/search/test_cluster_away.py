"""A search cluster that does not answer, or answers nonsense: the site goes on, and what changed meanwhile is not lost."""

import socket
import threading
import time
from contextlib import contextmanager

import pytest
from django.core.management import CommandError, call_command

from hub.core.jobs.errors import TryLater
from hub.core.jobs.health import State
from search import index, tasks
from search.engines import engine
from search.engines.cluster import ClusterEngine
from search.errors import EngineAway
from search.plan import understand
from search.query import search, suggest
from tests.search.engines import fresh_address, made_engine
from tests.search.shelf import Reader, Shelf, publish
from tests.search.test_engine import ask

READER = Reader()


def answer(text, status="200 OK", media="application/json"):
    body = text.encode()
    return f"HTTP/1.1 {status}\r\nContent-Type: {media}\r\nContent-Length: {len(body)}\r\nConnection: close\r\n\r\n".encode() + body


FAULTS = {
    "hanging": None,
    "500": answer('{"error": "boom"}', "500 Internal Server Error"),
    "503": answer('{"error": {"type": "cluster_block_exception"}}', "503 Service Unavailable"),
    "401": answer('{"error": "no"}', "401 Unauthorized"),
    "garbage": answer('{"hits": '),
    "page of a proxy": answer("<html>Bad gateway</html>", media="text/html"),
    "list": answer("[]"),
    "another shape": answer('{"hits": {"hits": [{}]}, "aggregations": {"0": {}}}'),
    "cut": b"HTTP/1.1 200 OK\r\nContent-Length: 900\r\n\r\n{",
    "not http": b"220 mail ready\r\n",
}


@contextmanager
def faulty_server(reply):
    """Yields: address, and the list of what it was asked."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        asked, held = [], []

        def serve():
            while True:
                try:
                    connection, _ = server.accept()
                except OSError:
                    return
                held.append(connection)
                asked.append(connection.recv(65536)[:60])
                if reply is not None:
                    connection.sendall(reply)
                    connection.close()

        threading.Thread(target=serve, daemon=True).start()
        yield f"http://127.0.0.1:{server.getsockname()[1]}", asked
        server.shutdown(socket.SHUT_RDWR)
        for connection in held:
            connection.close()


@pytest.fixture
def people(monkeypatch):
    shelf = Shelf()
    publish(monkeypatch, shelf)
    return shelf


def timed(call):
    start = time.perf_counter()
    return call(), time.perf_counter() - start


def loaded_once():
    """Dictionaries and the client's libraries: a second or more, for the first question of a process."""
    understand("plombière")
    engine()


@pytest.mark.parametrize("fault", FAULTS)
def test_cluster_that_fails_leaves_a_plain_search_at_once(settings, people, fault):
    people.put("1", title="Plombière")
    people.put("2", title="Plombière", audiences=["federation"])
    with faulty_server(FAULTS[fault]) as (settings.SEARCH_URL, asked):
        loaded_once()
        first, waited = timed(lambda: search("plombière", reader=READER))
        before = len(asked)
        second, again = timed(lambda: search("plombière", reader=READER))

        assert [(one.is_plain, [found.id for found in one.found]) for one in (first, second)] == [(True, ["1"])] * 2
        assert waited <= 1.5
        if fault != "another shape":  # that one answers: only what it says is wrong
            assert again <= 0.3
            assert len(asked) == before
        assert suggest("plomb", reader=READER) == []


def test_refused_connection_leaves_a_plain_search(settings, people):
    people.put("1", title="Plombière")
    with socket.create_server(("127.0.0.1", 0)) as free:
        settings.SEARCH_URL = f"http://127.0.0.1:{free.getsockname()[1]}"

    assert search("plombière", reader=READER).is_plain
    assert tasks.state() == (State.WARN, "Recherche simplifiée : le cluster de recherche ne répond pas")
    assert index.differences() == ["L’index ne répond pas : le cluster de recherche ne répond pas (ConnectionError)."]


def test_what_changes_while_the_cluster_is_away_waits(settings, people):
    with faulty_server(FAULTS["503"]) as (settings.SEARCH_URL, _):
        for job in (lambda: tasks.update([{"kind": "person", "id": "1"}]), lambda: tasks.update_organisation({"id": "7"}), tasks.rebuild):
            with pytest.raises(TryLater):
                job()


def test_command_says_that_the_cluster_is_away(settings, people, capsys):
    with faulty_server(FAULTS["503"]) as (settings.SEARCH_URL, _):
        with pytest.raises(CommandError, match="L’index n’a pas pu être refait : le cluster de recherche ne répond pas"):
            call_command("rebuild_index")
        call_command("rebuild_index", "--or-later")

    assert "L’index sera refait plus tard" in capsys.readouterr().out


def test_password_goes_in_a_header_and_nowhere_else():
    with faulty_server(FAULTS["hanging"]) as (address, asked):
        engine = ClusterEngine(address.replace("//", "//hub:mot-secret@") + "/autre")  # pragma: allowlist secret
        with pytest.raises(EngineAway) as caught:
            ask(engine)

    assert asked[0].startswith(b"POST /autre-")
    assert "mot-secret" not in str(caught.value)


@pytest.mark.node
def test_cluster_that_comes_back_is_asked_again(settings, people):
    people.put("1", title="Plombière")
    with made_engine("cluster") as node:
        settings.SEARCH_URL = f"{fresh_address().rpartition('/')[0]}/{node._wire.name}"
        assert search("plombière", reader=READER).is_plain  # not built yet
        index.rebuild()
        assert not search("plombiere", reader=READER).is_plain
        assert tasks.state() == (State.OK, "1\u00a0fiche dans l’index d’un cluster")

        engine()._wire._away_until = time.monotonic() + 60
        people.put("2", title="Plombier")
        people.entries.pop("1")
        assert search("plombier", reader=READER).is_plain
        tasks.update([{"kind": "person", "id": "1"}, {"kind": "person", "id": "2"}])  # writers do not wait for readers
        engine().refresh()

        assert [one.id for one in search("plombière", reader=READER).found] == ["2"]
        assert index.differences() == []
