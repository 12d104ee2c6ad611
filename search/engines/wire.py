"""Requests to a search cluster, OpenSearch or Elasticsearch: short for readers, who do not wait again for one that has just failed.

The transport of the Elasticsearch client is used by itself. The client above it refuses every server that does not call itself
Elasticsearch, and asks in a media type of its own that OpenSearch does not speak.
"""

import time
from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import SplitResult, parse_qs, unquote, urlsplit

from elastic_transport import NodeConfig, Transport, TransportError
from elastic_transport.client_utils import basic_auth_to_header

from search.errors import EngineAway, EngineUnavailable

READ_SECONDS, WRITE_SECONDS = 0.8, 60.0
PAUSE_SECONDS = 10.0  # during which readers are answered without the cluster, after one of them waited in vain
AWAY = "le cluster de recherche ne répond pas"
NO_INDEX = "l’index de recherche n’est pas encore construit"


class ShardsAway(EngineAway):
    """The cluster answers, but the index that was asked is not there, for now or for ever."""


class Wire:
    """Args: an address as HUB_SEARCH_URL gives it; its path is the name that the indexes begin with."""

    def __init__(self, address: str) -> None:
        url = urlsplit(address)
        self.name = url.path.strip("/") or "hub"
        self._transport = Transport([_node(url)], max_retries=0, meta_header=False)
        self._away_until = 0.0

    def read(self, method: str, path: str, body: object = None) -> dict[str, Any]:
        """Raises: EngineAway, at once while the cluster is known to be; EngineUnavailable when there is no index."""
        if time.monotonic() < self._away_until:
            raise EngineAway(AWAY)
        try:
            status, found = self._asked_twice(method, path, body)
        except EngineAway:
            self._away_until = time.monotonic() + PAUSE_SECONDS
            raise
        if status >= 400:
            raise EngineUnavailable(NO_INDEX if status == 404 else _reason(found))
        return found

    def _asked_twice(self, method: str, path: str, body: object) -> tuple[int, dict[str, Any]]:
        """A reader that found the alias just before a swap finds nothing behind it, and asks again."""
        try:
            status, found = self._ask(method, path, body, READ_SECONDS)
        except ShardsAway:
            return self._ask(method, path, body, READ_SECONDS)
        return (status, found) if status != 404 else self._ask(method, path, body, READ_SECONDS)

    def write(self, method: str, path: str, body: object = None, *, accepted: Sequence[int] = ()) -> tuple[int, dict[str, Any]]:
        """Returns: status, answer. Raises: EngineAway, EngineUnavailable for a status of 400 or more that is not `accepted`."""
        status, found = self._ask(method, path, body, WRITE_SECONDS)
        if status >= 400 and status not in accepted:
            raise EngineUnavailable(NO_INDEX if status == 404 else _reason(found))
        return status, found

    def try_again(self) -> None:
        self._away_until = 0.0

    def _ask(self, method: str, path: str, body: object, seconds: float) -> tuple[int, dict[str, Any]]:
        media = "application/x-ndjson" if isinstance(body, list) else "application/json"
        headers = {"accept": "application/json", **({"content-type": media} if body is not None else {})}
        try:
            answer = self._transport.perform_request(method, path, body=body, headers=headers, request_timeout=seconds)
        except TransportError as error:
            raise EngineAway(f"{AWAY} ({type(error).__name__})") from error
        status, found = answer.meta.status, answer.body
        if status == 503:
            raise ShardsAway(f"{AWAY} (réponse 503)")
        if status in {401, 403, 429} or status >= 500:
            raise EngineAway(f"{AWAY} (réponse {status})")
        if not isinstance(found, Mapping):
            raise EngineAway(f"{AWAY} comme prévu")
        return status, dict(found)


def _node(url: SplitResult) -> NodeConfig:
    asked = parse_qs(url.query)
    return NodeConfig(
        scheme=url.scheme,
        host=url.hostname or "",
        port=url.port or (443 if url.scheme == "https" else 80),
        headers={"authorization": basic_auth_to_header((unquote(url.username), unquote(url.password or "")))} if url.username else {},
        ca_certs=asked["ca"][0] if "ca" in asked else None,
        http_compress=True,
    )


def _reason(answer: Mapping[str, Any]) -> str:
    error = answer.get("error")
    return str(error.get("reason") or error.get("type")) if isinstance(error, Mapping) else str(error)
