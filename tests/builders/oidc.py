"""A real OpenID Connect provider in a thread: discovery, keys, authorisation with PKCE, tokens that it truly signs, and lies on demand."""

import base64
import hashlib
import json
import secrets
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from socketserver import StreamRequestHandler, ThreadingTCPServer
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import jwt
from cryptography.hazmat.primitives.asymmetric import rsa
from jwt.algorithms import RSAAlgorithm

CLIENT, SECRET = "hub", "le secret du hub"  # pragma: allowlist secret


class Idp:
    """What it says of the person is `claims`; tests change them, and whatever else it should do wrong, before the browser comes."""

    def __init__(self) -> None:
        self.issuer = ""
        self.key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
        self.claims: dict[str, Any] = {}
        self.discovery: dict[str, Any] = {}
        self.sign = self.rs256
        self.down = False
        self.codes: dict[str, dict[str, str]] = {}
        self.token_requests: list[dict[str, str]] = []

    def rs256(self, claims: dict[str, Any]) -> str:
        return jwt.encode(claims, self.key, algorithm="RS256", headers={"kid": "une"})

    def answer(self, method: str, path: str, query: dict[str, str], posted: dict[str, str]) -> tuple[int, dict[str, Any] | str]:
        if self.down:
            return 503, {}
        if path.endswith("/.well-known/openid-configuration"):
            here = {name: f"{self.issuer}/{word}" for name, word in
                    {"authorization_endpoint": "authorize", "token_endpoint": "token", "jwks_uri": "keys"}.items()}  # fmt: skip
            return 200, {"issuer": self.issuer, **here, **self.discovery}
        if path == "/keys":
            public = json.loads(RSAAlgorithm.to_jwk(self.key.public_key()))
            return 200, {"keys": [public | {"kid": "une", "use": "sig", "alg": "RS256"}]}
        if path == "/authorize":
            code = secrets.token_urlsafe(8)
            self.codes[code] = query
            return 302, f"{query['redirect_uri']}?{urlencode({'code': code, 'state': query['state']})}"
        return self.token(posted)

    def token(self, posted: dict[str, str]) -> tuple[int, dict[str, Any]]:
        self.token_requests.append(posted)
        asked = self.codes.pop(posted.get("code", ""), None)
        challenge = base64.urlsafe_b64encode(hashlib.sha256(posted.get("code_verifier", "").encode()).digest()).rstrip(b"=").decode()
        if not asked or posted.get("client_secret") != SECRET or asked["code_challenge"] != challenge:
            return 400, {"error": "invalid_grant"}
        now = int(time.time())
        honest = {"iss": self.issuer, "sub": "42", "aud": CLIENT, "iat": now, "exp": now + 300, "nonce": asked["nonce"]}
        said = {name: value for name, value in (honest | self.claims).items() if value is not None}
        return 200, {"access_token": "x", "token_type": "Bearer", "id_token": self.sign(said)}


@contextmanager
def provider() -> Iterator[Idp]:
    idp = Idp()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.reply({})

        def do_POST(self) -> None:
            self.reply(_flat(self.rfile.read(int(self.headers["Content-Length"])).decode()))

        def reply(self, posted: dict[str, str]) -> None:
            address = urlsplit(self.path)
            status, body = idp.answer(self.command, address.path, _flat(address.query), posted)
            self.send_response(status)
            content = b""
            if isinstance(body, str):
                self.send_header("Location", body)
            else:
                content = json.dumps(body).encode()
                self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, *args: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
    idp.issuer = f"http://127.0.0.1:{server.server_address[1]}"
    try:
        yield idp
    finally:
        server.shutdown()
        server.server_close()


@contextmanager
def trickle(head: bytes, drop: bytes = b"") -> Iterator[str]:
    """A server that answers these bytes to whoever comes, then one drop at a time without end; without drops it hangs up. Gives its address."""
    over = threading.Event()

    class Handler(StreamRequestHandler):
        def handle(self) -> None:
            while self.rfile.readline().strip():
                pass
            with suppress(OSError):
                self.wfile.write(head)
                while drop and not over.wait(0.02):
                    self.wfile.write(drop)

    server = ThreadingTCPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        over.set()
        server.shutdown()
        server.server_close()


def _flat(query: str) -> dict[str, str]:
    return {name: values[0] for name, values in parse_qs(query).items()}
