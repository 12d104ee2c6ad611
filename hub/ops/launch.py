"""What `bin/hub up` starts: the three long-lived processes, and how it knows that the site answers."""

import errno
import http.client
import os
import socket
import sys
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import urlsplit

from hub.ops.children import Child, rotate
from hub.ops.errors import Refused
from hub.ops.options import LOOPBACK, Options

WORKER = "celery -A hub worker -c 2 -l WARNING --without-gossip --without-mingle --max-tasks-per-child 500"
BEAT = "celery -A hub beat -l WARNING --pidfile="


def children(options: Options, data: Path) -> tuple[Child, ...]:
    """The site, the worker, the scheduler: in the order in which they start."""
    commands = [
        ("web", "site", ["hub.ops.web", "--host", options.host, "--port", str(options.port)]),
        ("worker", "tâches", WORKER.split()),
        ("beat", "horloge", [*BEAT.split(), "-s", str(data / "beat")]),
    ]
    found = tuple(Child(name, label, [sys.executable, "-m", *words], data / "logs" / f"{name}.log") for name, label, words in commands)
    for child in found:
        rotate(child.log)
    return found


def environment(options: Options, data: Path, given: Mapping[str, str]) -> dict[str, str]:
    """What every child reads. The public address is the one listened on, unless HUB_PUBLIC_URL says better."""
    if not given.get("HUB_PUBLIC_URL") and options.host in {"0.0.0.0", "::"}:  # noqa: S104 - refused, not bound
        raise Refused(f"Avec --host {options.host}, dites à quelle adresse le site est connu, dans HUB_PUBLIC_URL (voir docs/settings.md).")
    return {
        **given,
        "HUB_DATA": str(data),
        "HUB_PUBLIC_URL": given.get("HUB_PUBLIC_URL") or options.address,
        "DJANGO_SETTINGS_MODULE": given.get("DJANGO_SETTINGS_MODULE", "hub.settings.base"),
        "TZ": given.get("TZ") or "Europe/Paris",
        "PYTHONUNBUFFERED": "1",
    }


def refuse_far_demo(options: Options, public_url: str) -> None:
    """A demo lets anyone in with one click: it must not be reachable from another machine."""
    if options.host not in LOOPBACK:
        raise Refused(f"La démonstration n’écoute que sur cette machine (127.0.0.1, ::1 ou localhost) : --host {options.host} est refusé.")
    if urlsplit(public_url).hostname not in LOOPBACK:
        raise Refused(f"La démonstration n’est ouverte que sur cette machine : HUB_PUBLIC_URL={public_url} est refusé.")


def refuse_taken_port(options: Options) -> None:
    family = socket.AF_INET6 if ":" in options.host else socket.AF_INET
    with socket.socket(family) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((options.host, options.port))
        except OSError as error:
            if error.errno == errno.EADDRINUSE:
                raise Refused(f"Le port {options.port} est déjà pris sur {options.host} : choisissez-en un autre avec --port.") from error
            reason = os.strerror(error.errno) if error.errno and error.errno > 0 else str(error)
            raise Refused(f"Impossible d’écouter sur {options.host}:{options.port} ({reason}).") from error


def answer(options: Options, public_url: str) -> int | None:
    """Status of the home page, or None while nobody answers."""
    url = urlsplit(public_url)
    near = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(options.host, options.host)  # noqa: S104 - an address to call
    headers = {"Host": url.netloc} | ({"X-Forwarded-Proto": "https"} if url.scheme == "https" else {})
    connection = http.client.HTTPConnection(near, options.port, timeout=20)
    try:
        connection.request("GET", "/", headers=headers)
        return connection.getresponse().status
    except (OSError, http.client.HTTPException):
        return None
    finally:
        connection.close()
