"""The first bytes: which format this is, or which clear reason there is to refuse it at once."""

import io
import re
import zipfile

from hub.core.documents.errors import UploadRefused

# In two parts, so that an antivirus does not take this file for the test virus.
EICAR = b"EICAR-STANDARD-" + b"ANTIVIRUS-TEST-FILE"
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
PROGRAMS = (
    b"MZ", b"\x7fELF", b"\xfe\xed\xfa\xce", b"\xfe\xed\xfa\xcf", b"\xcf\xfa\xed\xfe", b"\xce\xfa\xed\xfe", b"\xca\xfe\xba\xbe", b"#!",
    b"\0asm", b"dex\n", b"L\0\0\0\x01\x14\x02\0",
)  # fmt: skip
ARCHIVES = (b"Rar!", b"7z\xbc\xaf\x27\x1c", b"\x1f\x8b", b"BZh", b"\xfd7zXZ", b"\x28\xb5\x2f\xfd", b"PK\x05\x06", b"PK\x07\x08", b"MSCF")
MARKUP = re.compile(
    rb"<\s*(?:!doctype\s+html|html|head|body|script|iframe|object|embed|svg|link|meta|base|form|\?php|%@)|\AMIME-Version:\s*1",
    re.IGNORECASE,
)
_MOVIES = (b"isom", b"iso2", b"mp41", b"mp42", b"avc1", b"qt  ", b"M4V ", b"M4A ", b"3gp4", b"3gp5")


def refuse_virus(data: bytes) -> None:
    if EICAR in data:
        raise UploadRefused("virus")


def detect(data: bytes, extension: str, accepted: str) -> str:
    """The code of a format, «zip» or «text» when only a closer look tells. `accepted` is what a refusal proposes."""
    head = data[:1024]
    if data.startswith(PROGRAMS):
        raise UploadRefused("program", accepted=accepted)
    if data.startswith(ARCHIVES) or data[257:262] == b"ustar":
        raise UploadRefused("archive")
    if data.startswith(OLE):
        raise UploadRefused("old_office")
    if head[4:8] == b"ftyp":
        _refuse_iso(head[8:12], accepted)
    code = _picture_or_pdf(data)
    if code:
        _refuse_second_format(data, head, code)
        return code
    if data.startswith(b"PK\x03\x04"):
        return "zip"
    if b"%PDF-" in head:
        raise UploadRefused("polyglot")
    if extension in {"pdf", "png", "jpg", "jpeg", "webp", "gif", "docx", "xlsx", "pptx", "odt", "ods", "odp"} and not MARKUP.search(head):
        raise UploadRefused("damaged")
    if b"\0" in head and not head.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise UploadRefused("unknown", accepted=accepted)
    return "text"


def _picture_or_pdf(data: bytes) -> str | None:
    if data.startswith(b"%PDF-"):
        return "pdf"
    if data.startswith(b"\x89PNG\r\n\x1a\n"):
        return "png"
    if data.startswith(b"\xff\xd8\xff"):
        return "jpeg"
    if data.startswith((b"GIF87a", b"GIF89a")):
        return "gif"
    if data.startswith(b"RIFF") and data[8:12] == b"WEBP":
        return "webp"
    return None


def _refuse_iso(brand: bytes, accepted: str) -> None:
    if brand in _MOVIES:
        raise UploadRefused("format", found="une vidéo ou un son", accepted=accepted)
    raise UploadRefused("heic")


def _refuse_second_format(data: bytes, head: bytes, code: str) -> None:
    """A reader starts at the end for zip, in the first kilobyte for PDF, anywhere near the top for a web page."""
    if code != "pdf" and b"%PDF-" in head:
        raise UploadRefused("polyglot")
    if MARKUP.search(head):
        raise UploadRefused("polyglot")
    if b"PK\x05\x06" in data[-66_000:]:
        try:
            zipfile.ZipFile(io.BytesIO(data)).close()
        except (zipfile.BadZipFile, ValueError, OSError):
            return
        raise UploadRefused("polyglot")
