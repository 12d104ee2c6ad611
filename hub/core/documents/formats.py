"""The formats that the hub keeps: nothing outside this table is ever stored."""

from collections.abc import Iterable
from dataclasses import dataclass

from hub.core.kit.text import joined

MB = 1024 * 1024
HARD_LIMIT = 20 * MB
MAX_PIXELS = 25_000_000
MAX_PAGES = 2_000


@dataclass(frozen=True)
class Format:
    """`label` has its article, for sentences; the first extension is the one given to a file without any."""

    code: str
    label: str
    content_type: str
    extensions: tuple[str, ...]


_OPEN = "application/vnd.oasis.opendocument."
_OOXML = "application/vnd.openxmlformats-officedocument."
FORMATS: dict[str, Format] = {
    row.code: row
    for row in (
        Format("pdf", "un PDF", "application/pdf", ("pdf",)),
        Format("png", "une image PNG", "image/png", ("png",)),
        Format("jpeg", "une photo JPEG", "image/jpeg", ("jpg", "jpeg", "jpe", "jfif")),
        Format("webp", "une image WebP", "image/webp", ("webp",)),
        Format("gif", "une image GIF", "image/gif", ("gif",)),
        Format("odt", "un texte ODT", f"{_OPEN}text", ("odt",)),
        Format("ods", "un tableur ODS", f"{_OPEN}spreadsheet", ("ods",)),
        Format("odp", "une présentation ODP", f"{_OPEN}presentation", ("odp",)),
        Format("docx", "un document Word", f"{_OOXML}wordprocessingml.document", ("docx",)),
        Format("xlsx", "un classeur Excel", f"{_OOXML}spreadsheetml.sheet", ("xlsx",)),
        Format("pptx", "une présentation PowerPoint", f"{_OOXML}presentationml.presentation", ("pptx",)),
        Format("csv", "un tableau CSV", "text/csv", ("csv",)),
        Format("txt", "un texte", "text/plain", ("txt",)),
    )
}

PDF = frozenset({"pdf"})
IMAGES = frozenset({"png", "jpeg", "webp", "gif"})
OFFICE = frozenset({"odt", "ods", "odp", "docx", "xlsx", "pptx"})
TEXT = frozenset({"csv", "txt"})
PAPERS = PDF | IMAGES
ALL = frozenset(FORMATS)

BY_CONTENT_TYPE = {row.content_type: row for row in FORMATS.values()}
BY_EXTENSION = {extension: row for row in FORMATS.values() for extension in row.extensions}
# Shown in the browser on demand: pictures that the hub re-encoded, and PDF; all else is downloaded.
INLINE = frozenset({"application/pdf", "image/png", "image/jpeg", "image/webp"})

_FAMILIES = (
    (PDF, "un PDF"),
    (IMAGES, "une image (JPEG, PNG, WebP)"),
    (OFFICE, "un document (Word, Excel, PowerPoint ou LibreOffice)"),
    (frozenset({"csv"}), "un tableau CSV"),
    (frozenset({"txt"}), "un texte"),
)
_ADVICE = (
    (IMAGES, "Réduisez la photo, puis envoyez-la de nouveau."),
    (PDF, "Enregistrez-le sans les photos, ou en qualité réduite."),
    (OFFICE, "Enregistrez-le sans les photos, ou en PDF de qualité réduite."),
    (TEXT, "Envoyez-le en plusieurs fichiers."),
)


def spoken(codes: Iterable[str]) -> str:
    """«un PDF ou une image (JPEG, PNG, WebP)»: what a kind accepts, by families."""
    held = set(codes)
    return joined([label for family, label in _FAMILIES if family & held], "ou")


def advice(code: str | None) -> str:
    """How to make a file of this format smaller."""
    return next((text for family, text in _ADVICE if code in family), "Envoyez un fichier plus petit.")


def size_fr(size: int) -> str:
    """«14 Mo», «1,4 Mo», «320 ko»: a size in bytes as French writes it."""
    if size < MB:
        return f"{max(1, round(size / 1024))}\u00a0ko"
    megabytes = size / MB
    return (f"{megabytes:.1f}".replace(".", ",").removesuffix(",0") if megabytes < 10 else str(round(megabytes))) + "\u00a0Mo"
