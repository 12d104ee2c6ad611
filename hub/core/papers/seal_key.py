"""The key of the seal and its certificate, made once in the data folder, readable by the hub alone."""

import os
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import Self

from asn1crypto import keys
from asn1crypto import x509 as asn1_x509
from cryptography import x509
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.x509.oid import NameOID
from django.conf import settings

PEM = serialization.Encoding.PEM
DER = serialization.Encoding.DER
NAME = "Hub inter-CAE, cachet d’intégrité"
LIFE = timedelta(days=3652)


@dataclass(frozen=True)
class SealKey:
    """To renew it, move seal.pem away: a new one is made, and certificate-*.pem keeps the seals of the old one recognised."""

    private: ec.EllipticCurvePrivateKey
    certificate: asn1_x509.Certificate

    @property
    def der(self) -> keys.PrivateKeyInfo:
        plain = serialization.NoEncryption()
        return keys.PrivateKeyInfo.load(self.private.private_bytes(DER, serialization.PrivateFormat.PKCS8, plain))

    @classmethod
    def load_or_make(cls, folder: Path) -> Self:
        path = folder / "seal.pem"
        if not path.exists():
            _make(path)
        content = path.read_bytes()
        private = serialization.load_pem_private_key(content, password=None)
        if not isinstance(private, ec.EllipticCurvePrivateKey):
            raise ValueError(f"{path} ne contient pas de clé EC")
        certificate = x509.load_pem_x509_certificate(content)
        _publish(folder, certificate)
        return cls(private, asn1_x509.Certificate.load(certificate.public_bytes(DER)))

    @staticmethod
    def known(folder: Path) -> list[asn1_x509.Certificate]:
        """The certificates, present and past, of this hub's seals."""
        found = [x509.load_pem_x509_certificate(path.read_bytes()) for path in sorted(folder.glob("certificate-*.pem"))]
        return [asn1_x509.Certificate.load(certificate.public_bytes(DER)) for certificate in found]


def _make(path: Path) -> None:
    """Whole or not at all, and the first of two processes wins: written beside, then linked under its name."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    private = ec.generate_private_key(ec.SECP256R1())
    plain = private.private_bytes(PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    with NamedTemporaryFile(dir=path.parent, prefix=".seal-") as draft:  # 0600 by its maker
        draft.write(plain + _certificate(private).public_bytes(PEM))
        draft.flush()
        os.fsync(draft.fileno())
        try:
            os.link(draft.name, path)
        except FileExistsError:
            return


def _certificate(private: ec.EllipticCurvePrivateKey) -> x509.Certificate:
    host = settings.PUBLIC_URL.hostname or "hub"
    name = x509.Name([x509.NameAttribute(NameOID.ORGANIZATION_NAME, host), x509.NameAttribute(NameOID.COMMON_NAME, NAME)])
    now = datetime.now(UTC)
    usage = x509.KeyUsage(
        digital_signature=True, content_commitment=True, key_encipherment=False, data_encipherment=False, key_agreement=False,
        key_cert_sign=False, crl_sign=False, encipher_only=False, decipher_only=False,
    )  # fmt: skip
    builder = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(private.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(minutes=5))
        .not_valid_after(now + LIFE)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(usage, critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(private.public_key()), critical=False)
    )
    return builder.sign(private, SHA256())


def _publish(folder: Path, certificate: x509.Certificate) -> None:
    """The public half, for whoever checks a seal elsewhere."""
    path = folder / f"certificate-{certificate.fingerprint(SHA256()).hex()[:16]}.pem"
    if not path.exists():
        path.write_bytes(certificate.public_bytes(PEM))
