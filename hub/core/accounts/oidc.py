"""The hub as a client of an OpenID Connect provider: code flow with PKCE, state and nonce; the signature of the identity is always verified.

Source: OpenID Connect Core 1.0 § 3.1 and Discovery 1.0 § 4; RFC 7636 (PKCE); RFC 9700 (best practice).
"""

import base64
import hashlib
import json
import secrets
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from ipaddress import ip_address
from socket import SHUT_RDWR, SOCK_STREAM, getaddrinfo, socket
from threading import Timer
from typing import Any
from urllib.parse import urlencode, urlsplit

import jwt
import requests
from django.conf import settings
from jwt import PyJWK, PyJWKSet
from jwt.exceptions import PyJWTError
from requests.adapters import HTTPAdapter
from urllib3.exceptions import HTTPError

from hub.core.accounts.errors import ProviderIsDown, ProviderIsPrivate, ProviderRefused

ALGORITHMS = ["RS256", "PS256", "ES256"]  # what a public key signs; never «none», never a shared secret
TIMEOUT = (3, 5)
SECONDS = 8  # for all the requests of one exchange: somebody waits, and holds a place that others want
MOST_BYTES = 500_000
LEEWAY_SECONDS = 30
LOOPBACK = {"127.0.0.1", "localhost", "::1"}
SCOPE = "openid email profile"


class _Cut(HTTPAdapter):
    """Cuts its connections when told: a timeout of requests begins anew with each byte that trickles in.

    Each goes to an address that was looked at: a name that is asked twice may answer otherwise.
    """

    def __init__(self) -> None:
        super().__init__()
        self.is_over = False
        self._sockets: list[socket] = []

    def get_connection_with_tls_context(self, *args: Any, **named: Any) -> Any:
        pool = super().get_connection_with_tls_context(*args, **named)
        pool.ConnectionCls = self._watched(pool.ConnectionCls)
        return pool

    def _watched(self, connection: Any) -> Any:
        cut = self

        class Watched(connection):
            _dns_host: str

            def _new_conn(self) -> Any:
                name = self._dns_host
                failed: Exception = OSError(name)
                try:
                    for self._dns_host in _addresses(name):
                        try:
                            return super()._new_conn()
                        except HTTPError as error:
                            failed = error
                finally:
                    self._dns_host = name  # what TLS checks
                raise failed

            def connect(self) -> None:
                super().connect()
                cut._sockets.append(self.sock)
                if cut.is_over:
                    raise TimeoutError

        return Watched

    def now(self) -> None:
        self.is_over = True
        for held in list(self._sockets):
            with suppress(OSError):  # closed already
                socket.shutdown(held, SHUT_RDWR)  # below TLS, whose own is not for another thread


@contextmanager
def _exchange() -> Iterator[requests.Session]:
    """The requests of one exchange, cut off together after SECONDS. Raises ProviderIsDown whatever failed on the way."""
    cut = _Cut()
    watch = Timer(SECONDS, cut.now)
    watch.daemon = True
    watch.start()
    try:
        with requests.Session() as session:
            session.mount("https://", cut)
            session.mount("http://", cut)
            session.trust_env = False  # a proxy would ask for the address in its own place
            yield session
    except (requests.RequestException, HTTPError, OSError) as error:
        raise ProviderIsDown from error
    except ProviderRefused:
        if cut.is_over:  # what was cut short is no answer
            raise ProviderIsDown from None
        raise
    finally:
        watch.cancel()


def is_safe(url: str) -> bool:
    """https; on a hub that itself answers on this machine only, also http to this machine."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return False
    own = settings.PUBLIC_URL.scheme == "http" and settings.PUBLIC_URL.hostname in LOOPBACK
    return bool(parts.hostname) and not parts.username and (parts.scheme == "https" or (own and parts.hostname in LOOPBACK))


def _addresses(host: str) -> list[str]:
    """Where it is. Raises ProviderIsPrivate, on a hub that the internet reaches, when one of its addresses is not there too."""
    try:
        found = [str(row[4][0]) for row in getaddrinfo(host.strip("[]"), None, type=SOCK_STREAM)]
    except ValueError as error:  # no name of a host
        raise ProviderRefused("address") from error
    if settings.PUBLIC_URL.hostname not in LOOPBACK and not all(map(_is_public, found)):
        raise ProviderIsPrivate("private")
    return found


def _is_public(address: str) -> bool:
    """A global unicast address that stands for no other one (NAT64, 6to4)."""
    found = ip_address(address.partition("%")[0])
    if found.version == 6 and found.packed[0] >> 5 != 1:  # 2000::/3
        return False
    return found.is_global and not found.is_multicast


def discover(issuer: str) -> dict[str, Any]:
    """The provider's own description.

    Raises ProviderIsDown; ProviderIsPrivate; ProviderRefused when it speaks for another, or sends elsewhere than https.
    """
    with _exchange() as session:
        return _discover(session, issuer)


def _discover(session: requests.Session, issuer: str) -> dict[str, Any]:
    found = _json(session, "GET", issuer.rstrip("/") + "/.well-known/openid-configuration")
    asked = [found.get("token_endpoint"), found.get("jwks_uri"), found.get("userinfo_endpoint", issuer)]
    addresses = [found.get("authorization_endpoint"), *asked]
    if found.get("issuer") != issuer or not all(isinstance(address, str) and is_safe(address) for address in addresses):
        raise ProviderRefused("discovery")
    for address in asked:
        _addresses(urlsplit(address).hostname or "")
    return found


def begin(issuer: str, *, client_id: str, back: str, hint: str = "") -> tuple[str, dict[str, str]]:
    """Where to send the browser, and what its session must remember until it comes back."""
    memory = {name: secrets.token_urlsafe(32) for name in ("state", "nonce", "verifier")}
    challenge = base64.urlsafe_b64encode(hashlib.sha256(memory["verifier"].encode()).digest()).rstrip(b"=").decode()
    asked = {
        "response_type": "code", "client_id": client_id, "redirect_uri": back, "scope": SCOPE, "state": memory["state"],
        "nonce": memory["nonce"], "code_challenge": challenge, "code_challenge_method": "S256",
    }  # fmt: skip
    address = discover(issuer)["authorization_endpoint"]
    return f"{address}{'&' if '?' in address else '?'}{urlencode(asked)}", memory


def identity(issuer: str, *, client_id: str, client_secret: str, back: str, code: str, memory: Mapping[str, str]) -> dict[str, Any]:
    """The claims of the person who came back, verified. Raises ProviderIsDown, ProviderRefused."""
    posted = {
        "grant_type": "authorization_code", "code": code, "redirect_uri": back, "client_id": client_id, "client_secret": client_secret,
        "code_verifier": memory["verifier"],
    }  # fmt: skip
    with _exchange() as session:
        known = _discover(session, issuer)
        answer = _json(session, "POST", known["token_endpoint"], data=posted)
        keys = _json(session, "GET", known["jwks_uri"])
    return claims(str(answer.get("id_token", "")), keys=keys, issuer=issuer, client_id=client_id, nonce=memory["nonce"])


def claims(token: str, *, keys: Mapping[str, Any], issuer: str, client_id: str, nonce: str) -> dict[str, Any]:
    """Raises ProviderRefused unless one of the keys signed it, for this hub, now, in answer to this question."""
    try:
        key = _key_of(token, keys)
        required = ["iss", "sub", "aud", "exp", "iat", "nonce"]
        found: dict[str, Any] = jwt.decode(
            token, key.key, algorithms=ALGORITHMS, audience=client_id, issuer=issuer, leeway=LEEWAY_SECONDS, options={"require": required}
        )
    except (PyJWTError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise ProviderRefused(type(error).__name__) from error
    several = isinstance(found["aud"], list) and len(found["aud"]) > 1
    if (several or "azp" in found) and found.get("azp") != client_id:
        raise ProviderRefused("azp")
    if not secrets.compare_digest(str(found["nonce"]).encode(errors="replace"), nonce.encode()):
        raise ProviderRefused("nonce")
    return found


def _key_of(token: str, keys: Mapping[str, Any]) -> PyJWK:
    """The key that the token names, or the only one there is; it must be of the kind that the token claims."""
    header = jwt.get_unverified_header(token)
    usable = [key for key in PyJWKSet.from_dict(dict(keys)).keys if key.public_key_use in {None, "sig"}]
    named = [key for key in usable if key.key_id == header["kid"]] if "kid" in header else usable
    if len(named) != 1 or header["alg"] not in ALGORITHMS or {"RS": "RSA", "PS": "RSA", "ES": "EC"}[header["alg"][:2]] != named[0].key_type:
        raise ValueError("no key")
    return named[0]


def has_second_factor(found: Mapping[str, Any], counting: list[str]) -> bool:
    """Whether the provider says that it asked a second factor, in words that the organisation's record takes."""
    amr = found.get("amr")
    said = {str(word) for word in amr} if isinstance(amr, list) else set()
    return bool((said | {str(found.get("acr", ""))}) & set(filter(None, counting)))


def _json(session: requests.Session, method: str, url: str, **more: Any) -> dict[str, Any]:
    """No redirection is followed: the secret goes where the provider said, and nowhere else."""
    if not is_safe(url):
        raise ProviderRefused("address")
    with session.request(method, url, timeout=TIMEOUT, allow_redirects=False, stream=True, **more) as answer:
        if answer.status_code >= 500:
            raise ProviderIsDown
        body = answer.raw.read(MOST_BYTES + 1, decode_content=True)
    try:
        found = json.loads(body) if answer.status_code == 200 and len(body) <= MOST_BYTES else None
    except (ValueError, RecursionError) as error:
        raise ProviderRefused("json") from error
    if not isinstance(found, dict):
        raise ProviderRefused(f"HTTP {answer.status_code}")
    return found
