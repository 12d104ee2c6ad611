"""C2 and the killed worker, with real brokers and real processes: the outbox alone remembers."""

import os
import random
import shutil
import signal
import socket
import sqlite3
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from time import monotonic, sleep

import pytest

from hub.ops.kernel import tied_to_parent

ROOT = Path(__file__).resolve().parents[2]
SWEEP_SECONDS = 5
WORKER = ["worker", "-c", "2", "-l", "INFO", "--without-gossip", "--without-mingle"]


def until(holds: Callable[[], bool], *, seconds: float) -> float:
    """Wait for real processes. Returns how long it took; fails when it is too long."""
    start = monotonic()
    while not holds():
        assert monotonic() - start < seconds, f"not within {seconds} s"
        sleep(0.05)
    return monotonic() - start


class Redis:
    """A server without persistence, as in C2: what is killed is forgotten."""

    def __init__(self, folder: Path) -> None:
        self.socket = folder / "redis.sock"
        self.url = f"redis+socket://{self.socket}"
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        program = shutil.which("redis-server")
        assert program, "redis-server is missing: bin/test installs it"
        options = ["--port", "0", "--unixsocket", str(self.socket), "--save", "", "--appendonly", "no", "--dir", str(self.socket.parent)]
        self.process = subprocess.Popen([program, *options], stdout=subprocess.DEVNULL, preexec_fn=tied_to_parent())
        until(lambda: self.answers("PING") == b"+PONG\r\n", seconds=10)

    def answers(self, command: str) -> bytes:
        try:
            with closing(socket.socket(socket.AF_UNIX)) as connection:
                connection.connect(str(self.socket))
                connection.sendall(f"{command}\r\n".encode())
                return connection.recv(1000)
        except OSError:
            return b""

    def kill(self) -> None:
        if self.process:
            self.process.kill()
            self.process.wait()
            self.process = None
            self.socket.unlink(missing_ok=True)


class Hub:
    def __init__(self, folder: Path, broker_url: str) -> None:
        self.folder = folder
        inherited = {name: value for name, value in os.environ.items() if not name.startswith("HUB_")}
        own = {"HUB_DATA": str(folder), "HUB_BROKER_URL": broker_url, "DJANGO_SETTINGS_MODULE": "tests.core.jobs_drill.settings"}
        self.environ = inherited | own
        self.processes: list[subprocess.Popen[bytes]] = []
        (folder / "effects").mkdir()
        self.command("migrate", "-v", "0")

    def command(self, *words: str) -> None:
        subprocess.run([sys.executable, "-m", "django", *words], cwd=ROOT, env=self.environ, check=True, timeout=60)

    def celery(self, *words: str) -> subprocess.Popen[bytes]:
        log = open(self.folder / f"{words[0]}.log", "ab")  # noqa: SIM115  the process keeps it
        words = (sys.executable, "-m", "celery", "-A", "hub", *words)
        tie = tied_to_parent()  # a drill that is killed leaves nobody behind
        process = subprocess.Popen(words, cwd=ROOT, env=self.environ, stdout=log, stderr=log, start_new_session=True, preexec_fn=tie)
        log.close()
        self.processes.append(process)
        return process

    def log(self, name: str) -> str:
        path = self.folder / f"{name}.log"
        return path.read_text() if path.exists() else ""

    @property
    def effects(self) -> set[str]:
        return {path.name for path in (self.folder / "effects").iterdir() if not path.name.startswith(".")}

    @property
    def open_lines(self) -> int:
        with closing(sqlite3.connect(self.folder / "hub.sqlite3", timeout=20)) as database:
            found: tuple[int] = database.execute(
                "SELECT count(*) FROM jobs_outbox WHERE done_at IS NULL AND topic LIKE 'drill.%'"
            ).fetchone()
            return found[0]

    def kill(self, process: subprocess.Popen[bytes]) -> None:
        """kill -9 of a worker and its children, which share a group of their own."""
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        self.processes.remove(process)

    def stop(self) -> None:
        for process in list(self.processes):
            self.kill(process)


@pytest.fixture
def folder() -> Iterator[Path]:
    """Short, for the name of a socket is at most 107 characters long."""
    path = Path(tempfile.mkdtemp(prefix="drill-"))
    yield path
    shutil.rmtree(path, ignore_errors=True)


@pytest.fixture
def redis(folder: Path) -> Iterator[Redis]:
    server = Redis(folder)
    server.start()
    yield server
    server.kill()


@pytest.mark.full
def test_broker_wiped_and_killed_loses_nothing(folder, redis):
    hub = Hub(folder, redis.url)
    try:
        hub.command("emit", "0", "60")
        assert redis.answers("LLEN hub") == b":60\r\n", "the nudges did reach the broker"
        assert redis.answers("FLUSHALL") == b"+OK\r\n"
        redis.kill()
        hub.command("emit", "60", "40")  # the broker is down: the writes succeed all the same
        assert (hub.open_lines, hub.effects) == (100, set())

        redis.start()
        assert redis.answers("LLEN hub") == b":0\r\n", "nobody remembers, but the outbox"
        hub.celery(*WORKER)
        until(lambda: " ready." in hub.log("worker"), seconds=60)
        assert hub.effects == set(), "the bite: without the sweep nothing would ever start"
        hub.celery("beat", "-l", "INFO", "--pidfile=")
        until(lambda: "Sending due task tick" in hub.log("beat"), seconds=60)
        until(lambda: hub.open_lines == 0, seconds=2 * SWEEP_SECONDS)

        assert hub.effects == {str(n) for n in range(100)}
    finally:
        hub.stop()


@pytest.mark.full
@pytest.mark.parametrize("broker", ["embedded", "redis"])
def test_worker_killed_nine_times_loses_and_doubles_nothing(folder, broker, request):
    url = request.getfixturevalue("redis").url if broker == "redis" else ""
    hub = Hub(folder, url)
    hub.command("emit", "0", "150", "--pause", "300")
    try:
        hub.celery("beat", "-l", "INFO", "--pidfile=")
        for _ in range(9):
            before = len(hub.effects)
            worker = hub.celery(*WORKER)
            until(lambda seen=before: len(hub.effects) > seen or hub.open_lines == 0, seconds=60)
            sleep(random.uniform(0, 1.5))
            hub.kill(worker)
        hub.celery(*WORKER)
        until(lambda: hub.open_lines == 0, seconds=180)

        assert hub.effects == {str(n) for n in range(150)}
        assert all((folder / "effects" / str(n)).read_text().count("\n") == 5 for n in range(150)), "whole"
        assert len((folder / "starts").read_text().split()) > 150, "some run was interrupted, or the drill proves nothing"
    finally:
        hub.stop()
