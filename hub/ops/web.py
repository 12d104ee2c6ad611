"""The site's server: the application is loaded once, then forked, which halves the time and the memory of a start."""

import argparse
import gc
import resource
import sys
from importlib import import_module
from pathlib import Path
from typing import Any, cast

from django.db import connections
from django.template.loader import get_template
from django.template.utils import get_app_template_dirs
from django.urls import get_resolver
from granian.constants import HTTPModes, Interfaces
from granian.http import HTTP1Settings
from granian.log import LogLevels
from granian.server import Server

from hub.ops.gate import Gate

PROCESSES, THREADS = 2, 2
AT_ONCE = 4096  # connections that one process holds: the gate, not their number, keeps the threads free
PATIENCE_MS = 20_000  # for a connection to send the whole of its headers, the first as the next
HEADERS = 32_768  # octets of them, and of what is kept of a body that comes faster than it is read


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--host", required=True)
    parser.add_argument("--port", required=True, type=int)
    options = parser.parse_args()
    gate = Gate(import_module("hub.wsgi").application, threads=THREADS)
    load()
    serve(gate, options.host, options.port)


def load() -> None:
    """What the first readers of each process would wait for: every view, every template of the hub's own. What lasts is not searched for garbage."""
    _ = get_resolver().url_patterns
    for folder in get_app_template_dirs("templates"):
        if not Path(folder).is_relative_to(sys.prefix):
            for path in Path(folder).rglob("*.html"):
                get_template(str(path.relative_to(folder)))
    connections.close_all()  # a connection must not be shared by two processes
    gc.collect()
    gc.freeze()


def serve(gate: Gate, host: str, port: int, *, processes: int = PROCESSES, patience_ms: int = PATIENCE_MS) -> None:
    """Until told to stop. HTTP/1 alone: where granian has to guess which version comes, a connection that says nothing is held for ever."""
    Server(
        "hub.wsgi:application",
        address=host,
        port=port,
        interface=Interfaces.RSGI,
        workers=processes,
        backpressure=min(AT_ONCE, _files() // 2),
        http=HTTPModes.http1,
        http1_settings=HTTP1Settings(header_read_timeout=patience_ms, max_buffer_size=HEADERS),
        websockets=False,
        respawn_failed_workers=True,
        respawn_interval=1.0,
        workers_kill_timeout=5,
        log_level=LogLevels.warning,
    ).serve(target_loader=lambda *args: cast(Any, gate), wrap_loader=False)


def _files() -> int:
    """Returns: how many files each process may have open from now on: a connection is one, a long body that it sends another."""
    _, limit = resource.getrlimit(resource.RLIMIT_NOFILE)
    most = 2 * AT_ONCE if limit == resource.RLIM_INFINITY else min(limit, 2 * AT_ONCE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, limit))
    return most


if __name__ == "__main__":
    main()
