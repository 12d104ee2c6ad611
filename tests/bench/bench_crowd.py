"""Bar J2: twenty people on the thirty most used pages of the demo hub as it runs, with 12,000 people, 100,000 registrations and a million lines
of audit (decade.py): `python -m tests.bench.bench_crowd [--seconds 60]`.

Each of them opens a page, reads it for a second on average, opens another. The clients share the processors with the server: what is told is
also the ratio to a page that asks nothing of the hub (a small file that it serves), taken by the same people in the same minute.
"""

import argparse
import http.client
import os
import random
import re
import subprocess
import sys
import tempfile
import threading
import time
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import median
from urllib.parse import urlencode

from tests.bench.table import Measure, as_markdown, at_most, plain

ROOT = Path(__file__).resolve().parents[2]
PEOPLE, COOPERATIVES, USERS, SECONDS, READING_S = 12_000, 163, 20, 60, 1.0
P95_MS, LONGEST_MS = 150, 1000
TRIVIAL = "/static/ui/theme.js"
LISTS = (
    "/", "/moi/", "/cooperatives/", "/annuaire/", "/annuaire/?metier=F1106", "/annuaire/?q=enduit+chaux", "/annuaire/?departement=33",
    "/formations/", "/formations/sessions/", "/recherche/?q=devis", "/recherche/?q=enduits+Bordeaux", "/groupes/", "/services/",
    "/services/besoins/", "/services/offres/", "/vie/", "/vie/questions/", "/vie/agenda/", "/vie/actualites/", "/vie/ressources/",
    "/moi/avis/", "/annuaire/ma-fiche/",
)  # fmt: skip
ONE = r"[0-9a-f-]{36}/"
# the first page that each of these lists leads to: what follows the list's address in its own
LED_TO = {
    "/cooperatives/": r"(?!carte)[a-z0-9-]+/", "/annuaire/": ONE, "/formations/": r"(?!sessions|besoins|dossiers|nouvelle)[^/\"]+/[^/\"]+/",
    "/formations/sessions/": ONE, "/groupes/": r"(?!nouveau)[a-z0-9-]+/", "/vie/questions/": ONE, "/vie/agenda/": ONE, "/vie/ressources/": ONE,
}  # fmt: skip


class Reader:
    """Somebody signed in, on a connection that stays open."""

    def __init__(self, port: int, email: str) -> None:
        self.client = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        self.cookies: dict[str, str] = {}
        page = self.ask("/connexion/")
        token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page)
        assert token is not None
        self.ask("/demo/entrer/", urlencode({"csrfmiddlewaretoken": token[1], "email": email}))

    def ask(self, address: str, body: str | None = None) -> str:
        """The text of a page. Raises: SystemExit when the hub answers neither with a page nor with the way to one."""
        headers = {"Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items())}
        if body is not None:
            headers |= {"Content-Type": "application/x-www-form-urlencoded"}
        self.client.request("GET" if body is None else "POST", address, body, headers)
        answer = self.client.getresponse()
        text = answer.read().decode("utf-8", "replace")
        for line in answer.headers.get_all("Set-Cookie", []):
            name, _, value = line.partition(";")[0].partition("=")
            self.cookies[name] = value
        if answer.status not in {200, 302}:
            raise SystemExit(f"{address}: {answer.status}")
        return text


@contextmanager
def hub(people: int, cooperatives: int) -> Iterator[tuple[int, list[str]]]:
    """The demo hub with its year and ten more, in a folder of its own. Yields: its port, the addresses of its one-click people."""
    from tests.ops.processes import free_port

    port = free_port()
    with tempfile.TemporaryDirectory(prefix="hub-bench-") as folder:
        environ = {name: value for name, value in os.environ.items() if not name.startswith(("HUB_", "DJANGO_"))} | {"HUB_DATA": folder}
        command = [sys.executable, "manage.py"]
        sized = ["--people", str(people), "--cooperatives", str(cooperatives)]
        server = subprocess.Popen([*command, "up", "--demo", "--port", str(port), *sized], cwd=ROOT, env=environ, stdout=subprocess.DEVNULL)
        try:
            emails = _people(port)
            for filled in ([*command, "demo", "--year"], [sys.executable, "-m", "tests.bench.decade"]):
                subprocess.run(filled, cwd=ROOT, env=environ, check=True, stdout=subprocess.DEVNULL)
            yield port, emails
        finally:
            server.terminate()
            server.wait(30)


def _people(port: int) -> list[str]:
    for _ in range(1200):
        try:
            client = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
            client.request("GET", "/connexion/")
            page = client.getresponse().read().decode()
        except OSError:
            time.sleep(0.25)  # a process starts: there is nothing to listen to but its port
            continue
        if found := re.findall(r'name="email" value="([^"]+)"', page):
            return list(dict.fromkeys(found))
        time.sleep(0.25)
    raise SystemExit("the demo hub did not start")


def measures(seconds: int = SECONDS, people: int = PEOPLE, cooperatives: int = COOPERATIVES) -> list[Measure]:
    with hub(people, cooperatives) as (port, emails):
        readers = [Reader(port, emails[rank % len(emails)]) for rank in range(USERS)]
        pages = [*LISTS, *_led_to(readers)]
        taken = _read(readers, [*pages, TRIVIAL], seconds)
    trivial = median(taken.pop(TRIVIAL))
    every = sorted(one for times in taken.values() for one in times)
    slowest = max(taken, key=lambda page: _p95(taken[page]))
    return [
        plain(
            "vingt personnes",
            f"{len(pages)} pages, {len(every)} demandes en {seconds} s, {people} personnes : médiane",
            median(every),
            "ms",
        ),
        at_most("vingt personnes", "p95", _p95(every), P95_MS, "ms"),
        at_most("vingt personnes", "la plus longue", every[-1], LONGEST_MS, "ms"),
        plain("vingt personnes", "médiane, sur celle d’un petit fichier", median(every) / trivial, "×"),
        plain("vingt personnes", f"la page la plus lente, {slowest} : p95", _p95(taken[slowest]), "ms"),
    ]


def _led_to(readers: list[Reader]) -> list[str]:
    """The first page of each list that all of them may open."""
    found = []
    for where, rest in LED_TO.items():
        links = re.findall(rf'href="({where}{rest})"', readers[0].ask(where).partition("<main")[2])
        link = next((one for one in dict.fromkeys(links) if all(_opens(reader, one) for reader in readers)), None)
        if link is None:
            raise SystemExit(f"{where} leads nowhere")
        found.append(link)
    return found


def _opens(reader: Reader, address: str) -> bool:
    try:
        reader.ask(address)
    except SystemExit:
        return False
    return True


def _read(readers: list[Reader], pages: list[str], seconds: int) -> dict[str, list[float]]:
    """{address: milliseconds of each request}. Each reads the pages in an order of her own, over and over."""
    taken: dict[str, list[float]] = defaultdict(list)
    for reader in readers[:4]:
        for page in pages:
            reader.ask(page)  # templates and plans of each worker are made once
    until = time.monotonic() + seconds

    def read(rank: int, reader: Reader) -> None:
        chance = random.Random(rank)
        while time.monotonic() < until:
            for page in chance.sample(pages, len(pages)):
                time.sleep(chance.expovariate(1 / READING_S))
                began = time.perf_counter()
                reader.ask(page)
                taken[page].append((time.perf_counter() - began) * 1000)
                if time.monotonic() > until:
                    return

    threads = [threading.Thread(target=read, args=(rank, reader)) for rank, reader in enumerate(readers)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return taken


def _p95(values: list[float]) -> float:
    return sorted(values)[round(0.95 * (len(values) - 1))]


def main() -> int:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--seconds", type=int, default=SECONDS)
    options.add_argument("--people", type=int, default=PEOPLE)
    options.add_argument("--cooperatives", type=int, default=COOPERATIVES)
    wanted = options.parse_args()
    found = measures(wanted.seconds, wanted.people, wanted.cooperatives)
    print(as_markdown(found))
    return 1 if any(one.is_held is False for one in found) else 0


if __name__ == "__main__":
    raise SystemExit(main())
