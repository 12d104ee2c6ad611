"""A PostgreSQL, a Redis, a ClamAV and a search node of our own: in a temporary folder, on a free port, gone with bin/test however it ends."""

import ctypes
import hashlib
import os
import pwd
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from tests.tools.ci.needs import Missing, clamd, postgresql_bin
from tests.tools.ci.stages import ROOT

FAST = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off", "jit": "off", "autovacuum": "off"} | {
    "wal_level": "minimal", "max_wal_senders": "0", "track_counts": "off", "track_activities": "off", "update_process_title": "off",
}  # fmt: skip
# In parts, so that an antivirus does not take this file for what it describes.
EICAR = b"X5O!P%@AP[4\\PZX54(P^)7CC)7}$" + b"EICAR-STANDARD-" + b"ANTIVIRUS-TEST-FILE!$H+H*"
OURS = b"hub-inter-cae-" + b"fichier-infecte"  # what the hub's own examination does not know
SERVING = {"max_connections": "200", "log_lock_waits": "on"}


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def postgresql() -> Iterator[str]:
    """Yields: its address, in the form of HUB_DATABASE_URL, by its socket: a question costs half of what it does through the network's loop."""
    folder, port = Path(tempfile.mkdtemp(prefix="hub-pg-")), free_port()
    programs = postgresql_bin() or Path()
    identity = _identity(folder)
    base = {"cwd": "/", "stdin": subprocess.DEVNULL, **identity}
    options = [f"-c{name}={value}" for name, value in (FAST | SERVING).items()]
    try:
        made = subprocess.run(
            [programs / "initdb", "-D", folder / "data", "-U", "hub", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8", "--no-sync"],
            **base, capture_output=True, text=True, check=False,
        )  # fmt: skip
        if made.returncode:
            raise Missing(f"initdb a échoué : {made.stderr[-500:]}")
        with open(folder / "log", "wb") as log:
            command = [programs / "postgres", "-D", folder / "data", "-h", "127.0.0.1", "-p", str(port), "-k", folder, *options]
            server = subprocess.Popen(command, **base, stdout=log, stderr=log, preexec_fn=_dies_with_us(signal.SIGQUIT))
        _wait(server, port, folder / "log")
        try:
            yield f"postgresql://hub@:{port}/hub?host={folder}"
        finally:
            _end(server, signal.SIGINT)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def redis() -> Iterator[str]:
    folder, port = Path(tempfile.mkdtemp(prefix="hub-redis-")), free_port()
    command = ["redis-server", "--port", str(port), "--bind", "127.0.0.1", "--save", "", "--dir", str(folder)]
    with _served(command, folder, port):
        yield f"redis://127.0.0.1:{port}/0"


@contextmanager
def antivirus() -> Iterator[str]:
    """A real clamd with two signatures of our own and the limits of clamd.conf, without network. Yields: its address, that of HUB_CLAMAV_URL."""
    folder, port = Path(tempfile.mkdtemp(prefix="hub-clamd-")), free_port()
    (folder / "hub.hdb").write_text(f"{hashlib.md5(EICAR, usedforsecurity=False).hexdigest()}:{len(EICAR)}:Hub.Test.Eicar\n")
    (folder / "hub.ndb").write_text(f"Hub.Test.Inside:0:*:{OURS.hex()}\n")
    own = {"DatabaseDirectory": folder, "LocalSocket": folder / "socket", "TCPSocket": port, "StreamMaxLength": "1M"}
    others = [line for line in (ROOT / "clamd.conf").read_text().splitlines() if line.partition(" ")[0] not in own]
    (folder / "conf").write_text("\n".join([*others, "TCPAddr 127.0.0.1", *(f"{name} {value}" for name, value in own.items()), ""]))
    with _served([clamd() or "clamd", "--foreground", f"--config-file={folder / 'conf'}"], folder, port):
        yield f"tcp://127.0.0.1:{port}"


@contextmanager
def _served(command: list[str], folder: Path, port: int, *, seconds: float = 30, ending: int = signal.SIGTERM) -> Iterator[None]:
    """A server that answers on its port while the block runs; then it is gone, and its folder with it."""
    try:
        with open(folder / "log", "wb") as log:
            quiet = {"stdin": subprocess.DEVNULL, "stdout": log, "stderr": log}
            server = subprocess.Popen(command, cwd="/", preexec_fn=_dies_with_us(signal.SIGTERM), **quiet)
        _wait(server, port, folder / "log", seconds)
        try:
            yield
        finally:
            _end(server, ending)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def opensearch(jars: Path) -> Iterator[str]:
    """One real node of OpenSearch from its published jars (tests/tools/opensearch). Yields: its address, that of HUB_SEARCH_URL without a name."""
    folder, port = Path(tempfile.mkdtemp(prefix="hub-search-")), free_port()
    (folder / "config").mkdir()
    java = [
        "java",
        "-Xms512m",
        "-Xmx512m",
        "-XX:TieredStopAtLevel=1",
        "-Dlog4j2.level=WARN",
        "-cp",
        f"{jars / 'classes'}:{jars / 'lib'}/*",
        "SearchNode",
    ]
    with _served(
        [*java, str(folder), str(port), str(free_port())], folder, port, seconds=120, ending=signal.SIGKILL
    ):  # its folder goes too
        yield f"http://127.0.0.1:{port}"


def _identity(folder: Path) -> dict[str, Any]:
    """PostgreSQL refuses to run as root: use the account that its package made."""
    if os.geteuid() != 0:
        return {}
    try:
        account = pwd.getpwnam("postgres")
    except KeyError:
        account = pwd.getpwnam("nobody")
    os.chown(folder, account.pw_uid, account.pw_gid)
    return {"user": account.pw_uid, "group": account.pw_gid, "extra_groups": []}


def _dies_with_us(number: int) -> Any:
    libc = ctypes.CDLL(None)
    return lambda: libc.prctl(1, ctypes.c_ulong(number), 0, 0, 0)


def _wait(server: subprocess.Popen[bytes], port: int, log: Path, seconds: float = 30) -> None:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline and server.poll() is None:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.1)
    raise Missing(f"Un serveur de test n’a pas démarré : {log.read_text(errors='replace')[-500:]}")


def _end(server: subprocess.Popen[bytes], number: int) -> None:
    server.send_signal(number)
    try:
        server.wait(10)
    except subprocess.TimeoutExpired:
        server.kill()
        server.wait()
