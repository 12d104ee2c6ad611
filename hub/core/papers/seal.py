"""The hub's integrity seal: PAdES B-B on EC P-256, with a certificate that the hub makes for itself.

It proves that a file left this hub and has not changed since. It is not the signature of a person, nor of a party to the paper, and no
authority vouches for the certificate: whoever relies on it gets the certificate from the hub. Sealed bytes differ at each sealing (moment,
random part of the signature): a paper is identified by the digest of its unsealed bytes.
"""

import io
import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from asn1crypto import algos, cms, x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from django.conf import settings
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign import fields, signers
from pyhanko.sign.validation import validate_pdf_signature
from pyhanko.sign.validation.status import SignatureCoverageLevel
from pyhanko_certvalidator import ValidationContext
from pyhanko_certvalidator.registry import SimpleCertificateStore

from hub.core.papers.seal_key import SealKey

FIELD = "CachetHub"
_METADATA = signers.PdfSignatureMetadata(
    field_name=FIELD,
    md_algorithm="sha256",
    reason="Cachet d’intégrité du hub ; ne vaut pas signature d’une personne",
    subfilter=fields.SigSeedSubFilter.PADES,
    certify=True,
    docmdp_permissions=fields.MDPPerm.FILL_FORMS,  # the parties may still add their own signatures
)


@dataclass(frozen=True)
class Verification:
    """What a file says of its seal; `covers_whole` is false when something was added after it, even something allowed."""

    intact: bool
    covers_whole: bool
    signer: str
    by_this_hub: bool

    @property
    def is_genuine(self) -> bool:
        return self.intact and self.covers_whole and self.by_this_hub


ABSENT = Verification(intact=False, covers_whole=False, signer="", by_this_hub=False)


class _Signer(signers.SimpleSigner):
    """The stock signer loads and checks the private key again at each signature: this one keeps it."""

    def __init__(self, key: SealKey) -> None:
        self._kept = key.private
        super().__init__(signing_cert=key.certificate, signing_key=key.der, cert_registry=SimpleCertificateStore())

    async def async_sign_raw(self, data: bytes, digest_algorithm: str, dry_run: bool = False) -> bytes:
        return self._kept.sign(data, ec.ECDSA(SHA256()))


@cache
def _signer(folder: Path) -> _Signer:
    return _Signer(SealKey.load_or_make(folder))


def _folder() -> Path:
    return Path(settings.DATA_DIR) / "seal"


def seal(pdf: bytes) -> bytes:
    """The file with the hub's seal appended; the bytes before it do not change. They must end with a newline (post.finish)."""
    writer = IncrementalPdfFileWriter(io.BytesIO(pdf))
    sealed = signers.PdfSigner(_METADATA, signer=_signer(_folder())).sign_pdf(writer)
    return bytes(sealed.getbuffer())


def verify(pdf: bytes) -> Verification:
    """Never raises: a file that cannot be read is not intact."""
    try:
        return _verified(pdf)
    except Exception:
        return ABSENT


def _verified(pdf: bytes) -> Verification:
    seals = [found for found in PdfFileReader(io.BytesIO(pdf), strict=True).embedded_signatures if found.field_name == FIELD]
    if len(seals) != 1:
        return ABSENT
    found = seals[0]
    certificate = found.signer_cert
    known = SealKey.known(_folder())
    status = validate_pdf_signature(found, ValidationContext(trust_roots=known, allow_fetching=False))
    return Verification(
        intact=status.intact and status.valid and status.docmdp_ok is not False and _is_canonical(pdf, found.byte_range, found.signed_data),
        covers_whole=status.coverage == SignatureCoverageLevel.ENTIRE_FILE,
        signer=str(certificate.subject.human_friendly),
        by_this_hub=certificate.dump() in {other.dump() for other in known},
    )


def _is_canonical(pdf: bytes, byte_range: list[int], signed: cms.SignedData) -> bool:
    """Whether the gap that no signature covers holds our envelope and not a bit else.

    A reader forgives there what it does not need: letter case, padding, version numbers. Built again from the parts that are signed, the
    envelope must come out the same.
    """
    gap = pdf[byte_range[1] : byte_range[2]]
    envelope = _envelope(signed).dump().hex().upper().encode()
    return bool(re.fullmatch(rb"<%b0*>" % envelope, gap))


def _envelope(signed: cms.SignedData) -> cms.ContentInfo:
    (signer,) = signed["signer_infos"]
    (certificate,) = signed["certificates"]
    sha256 = algos.DigestAlgorithm({"algorithm": "sha256"})
    holder: x509.Certificate = certificate.chosen
    info = cms.SignerInfo({
        "version": "v1",
        "sid": cms.SignerIdentifier({
            "issuer_and_serial_number": cms.IssuerAndSerialNumber({"issuer": holder.issuer, "serial_number": holder.serial_number})
        }),
        "digest_algorithm": sha256,
        "signature_algorithm": algos.SignedDigestAlgorithm({"algorithm": "sha256_ecdsa"}),
        "signed_attrs": signer["signed_attrs"],
        "signature": signer["signature"],
    })  # fmt: skip
    content = cms.SignedData({
        "version": "v1",
        "digest_algorithms": cms.DigestAlgorithms((sha256,)),
        "encap_content_info": {"content_type": "data"},
        "certificates": [certificate],
        "signer_infos": [info],
    })  # fmt: skip
    return cms.ContentInfo({"content_type": cms.ContentType("signed_data"), "content": content})
