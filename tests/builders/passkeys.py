"""A passkey in software: it signs what a browser would have a telephone sign, and lies about whatever a test asks."""

import json
import os
from dataclasses import dataclass, field, replace
from hashlib import sha256
from typing import Any

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from fido2.cose import ES256
from fido2.utils import websafe_encode
from fido2.webauthn import Aaguid, AttestationObject, AttestedCredentialData, AuthenticatorData

FLAG = AuthenticatorData.FLAG


@dataclass(frozen=True)
class SoftKey:
    origin: str = "http://localhost"
    host: str = "localhost"
    verified: bool = True
    key: Any = field(default_factory=lambda: ec.generate_private_key(ec.SECP256R1()))
    pk: bytes = field(default_factory=lambda: os.urandom(16))
    owner: str = ""

    def lying(self, **facts: Any) -> "SoftKey":
        return replace(self, **facts)

    def create(self, options: dict[str, Any]) -> tuple["SoftKey", str]:
        """The key that now knows its owner, and what the browser posts."""
        public = ES256.from_cryptography_key(self.key.public_key())
        data = AuthenticatorData.create(
            sha256(self.host.encode()).digest(), self._flags | FLAG.AT, 0, AttestedCredentialData.create(Aaguid.NONE, self.pk, public)
        )
        attestation = AttestationObject.create("none", data, {})
        response = {"attestationObject": websafe_encode(attestation)}
        return replace(self, owner=options["user"]["id"]), self._posted("webauthn.create", options, response)

    def get(self, options: dict[str, Any]) -> str:
        data = AuthenticatorData.create(sha256(self.host.encode()).digest(), self._flags, 1)
        client = self._client("webauthn.get", options)
        signature = self.key.sign(data + sha256(client).digest(), ec.ECDSA(SHA256()))
        response = {"authenticatorData": websafe_encode(data), "signature": websafe_encode(signature), "userHandle": self.owner}
        return self._posted("webauthn.get", options, response)

    @property
    def _flags(self) -> FLAG:
        return FLAG.UP | FLAG.UV if self.verified else FLAG.UP

    def _client(self, kind: str, options: dict[str, Any]) -> bytes:
        return json.dumps({"type": kind, "challenge": options["challenge"], "origin": self.origin, "crossOrigin": False}).encode()

    def _posted(self, kind: str, options: dict[str, Any], response: dict[str, str]) -> str:
        code = websafe_encode(self.pk)
        response["clientDataJSON"] = websafe_encode(self._client(kind, options))
        return json.dumps({"type": "public-key", "id": code, "rawId": code, "response": response, "clientExtensionResults": {}})
