"""What the writers of a cluster tell each other, in a small index of its own: who writes, who rebuilds, and what changed meanwhile.

A lock is a document with an end; whoever dies with it loses it then. The clocks of the machines that write must agree within a few seconds.
"""

import time
import uuid
from collections.abc import Collection, Iterator
from contextlib import contextmanager, suppress
from hashlib import sha256
from typing import Any

from search.engines.wire import Wire
from search.errors import EngineBusy, EngineUnavailable

PAUSE_SECONDS = 0.05
PAGE = 2000


class Lock:
    def __init__(self, wire: Wire, path: str, seconds: float) -> None:
        self._wire, self._path, self._seconds = wire, path, seconds
        self._owner, self._version = uuid.uuid4().hex, ""

    def take(self) -> bool:
        """Whether nobody held it, or whoever did let its end pass."""
        status, answer = self._wire.write("PUT", self._path.replace("/_doc/", "/_create/"), self._held(), accepted=[409])
        if status == 409:
            status, answer = self._wire.write("GET", self._path, accepted=[404])
            if status == 404:
                return False
            if answer["_source"]["until"] > time.time():
                return False
            status, answer = self._wire.write("PUT", f"{self._path}?{_version(answer)}", self._held(), accepted=[409])
            if status == 409:
                return False
        self._version = _version(answer)
        return True

    def keep(self) -> None:
        """A new end. Raises: EngineBusy when somebody else has taken it."""
        status, answer = self._wire.write("PUT", f"{self._path}?{self._version}", self._held(), accepted=[409])
        if status == 409:
            raise EngineBusy("index de recherche : le verrou a été pris par un autre")
        self._version = _version(answer)

    def release(self) -> None:
        with suppress(EngineUnavailable):  # its end will come
            self._wire.write("DELETE", f"{self._path}?{self._version}", accepted=[404, 409])

    def _held(self) -> dict[str, Any]:
        return {"owner": self._owner, "until": time.time() + self._seconds}


class Control:
    def __init__(self, wire: Wire) -> None:
        self._wire = wire
        self.index = f"{wire.name}-control"

    @contextmanager
    def lock(self, name: str, *, wait_seconds: float, lease_seconds: float) -> Iterator[Lock]:
        lock, deadline = Lock(self._wire, f"/{self.index}/_doc/{name}", lease_seconds), time.monotonic() + wait_seconds
        while not lock.take():
            if time.monotonic() >= deadline:
                raise EngineBusy(f"index de recherche : {name} occupé")
            time.sleep(PAUSE_SECONDS)
        try:
            yield lock
        finally:
            lock.release()

    def note(self, keys: Collection[str]) -> None:
        """Remember changed keys for the rebuild under way, if there is one."""
        status, _ = self._wire.write("GET", f"/{self.index}/_doc/rebuild", accepted=[404])
        if status != 404 and keys:
            self._bulk([line for key in sorted(keys) for line in ({"index": {"_id": _mark(key)}}, {"journal": key})])

    def take_journal(self) -> set[str]:
        """The keys noted since the last time; they are forgotten."""
        found: set[str] = set()
        while True:
            body = {"size": PAGE, "query": {"exists": {"field": "journal"}}}
            status, answer = self._wire.write("POST", f"/{self.index}/_search", body, accepted=[404])
            hits = answer["hits"]["hits"] if status != 404 else []
            if not hits:
                return found
            found |= {hit["_source"]["journal"] for hit in hits}
            self._bulk([{"delete": {"_id": hit["_id"]}} for hit in hits])

    def checkpoint(self) -> str:
        status, answer = self._wire.write("GET", f"/{self.index}/_doc/checkpoint", accepted=[404])
        return str(answer["_source"]["checkpoint"]) if status != 404 else ""

    def set_checkpoint(self, value: str) -> None:
        self._wire.write("PUT", f"/{self.index}/_doc/checkpoint", {"checkpoint": value})

    def _bulk(self, lines: list[dict[str, Any]]) -> None:
        self._wire.write("POST", f"/{self.index}/_bulk?refresh=true", lines)


def _version(answer: dict[str, Any]) -> str:
    return f"if_seq_no={answer['_seq_no']}&if_primary_term={answer['_primary_term']}"


def _mark(key: str) -> str:
    return f"journal-{sha256(key.encode()).hexdigest()[:32]}"
