"""Measures a page: queries, processor time against the bare page, weight of a first view."""

import gc
import io
import re
import sys
import time
from dataclasses import dataclass
from statistics import median

import brotli
from django.conf import settings
from django.contrib.staticfiles import finders
from django.core.handlers.wsgi import WSGIHandler
from django.db import connection
from django.test import override_settings
from django.test.utils import CaptureQueriesContext

ROUNDS, PER_ROUND, WARM_UP = 15, 10, 5
LINKED = re.compile(r'<(?:link|script|img|use)\b[^>]*?(?:href|src)="([^"#]+)')
IN_SHEETS = re.compile(r'url\("?([^")]+)"?\)')


def hub() -> WSGIHandler:
    return WSGIHandler()


def stock() -> WSGIHandler:
    with override_settings(MIDDLEWARE=settings.STOCK_MIDDLEWARE):
        return WSGIHandler()


@dataclass
class Site:
    """A handler and the cookie of whoever asks."""

    handler: WSGIHandler
    cookie: str = ""

    def get(self, address: str) -> bytes:
        path, _, query = address.partition("?")
        environ = {
            "REQUEST_METHOD": "GET", "PATH_INFO": path, "QUERY_STRING": query, "SERVER_NAME": "testserver", "SERVER_PORT": "80",
            "SERVER_PROTOCOL": "HTTP/1.1", "REMOTE_ADDR": "127.0.0.1", "HTTP_HOST": "testserver", "HTTP_COOKIE": self.cookie,
            "wsgi.input": io.BytesIO(), "wsgi.errors": sys.stderr, "wsgi.url_scheme": "http", "wsgi.version": (1, 0),
            "wsgi.multithread": False, "wsgi.multiprocess": False, "wsgi.run_once": False,
        }  # fmt: skip
        answered = []
        response = self.handler(environ, lambda status, headers, info=None: answered.append(status))
        body = b"".join(response)
        response.close()
        if not answered[0].startswith("200"):
            raise SystemExit(f"{address}: {answered[0]}")
        return body

    def queries(self, address: str) -> int:
        self.get(address)
        with CaptureQueriesContext(connection) as captured:
            self.get(address)
        return len(captured)


def cpu_ms(pages: dict[str, tuple[Site, str]]) -> dict[str, float]:
    """Median processor time of one request of this process, page by page, in interleaved rounds."""
    taken: dict[str, list[float]] = {name: [] for name in pages}
    for site, address in pages.values():
        for _ in range(WARM_UP):
            site.get(address)
    gc.collect()
    for _ in range(ROUNDS):
        for name, (site, address) in pages.items():
            start = time.process_time()
            for _ in range(PER_ROUND):
                site.get(address)
            taken[name].append((time.process_time() - start) / PER_ROUND * 1000)
    return {name: median(times) for name, times in taken.items()}


def first_view(body: bytes) -> tuple[int, int]:
    """(requests, bytes) of a page and all that it asks of this site, each body compressed apart with brotli 11."""
    text = body.decode()
    wanted = {address for address in LINKED.findall(text) if address.startswith(settings.STATIC_URL)}
    held: dict[str, bytes] = {}
    for address in sorted(wanted):
        held[address] = _static(address)
        if address.endswith(".css"):
            folder = address.rpartition("/")[0]
            held |= {
                f"{folder}/{name}": _static(f"{folder}/{name}") for name in IN_SHEETS.findall(held[address].decode()) if ":" not in name
            }
    return 1 + len(held), sum(len(brotli.compress(part, quality=11)) for part in (body, *held.values()))


def _static(address: str) -> bytes:
    path = finders.find(address.removeprefix(settings.STATIC_URL).split("?")[0])
    if not path:
        raise SystemExit(f"no static file: {address}")
    with open(path, "rb") as file:
        return file.read()
