"""PDF: read in a process of its own by hub.core.papers, the only room that knows the format; the verdict is put in words here."""

from hub.core.documents.errors import UploadRefused
from hub.core.documents.formats import MAX_PAGES
from hub.core.papers.inspection import inspect

_CODES = {
    "locked": "locked",
    "script": "pdf_script",
    "launch": "pdf_launch",
    "attachment": "pdf_attachment",
    "media": "pdf_media",
    "form": "pdf_form",
    "elsewhere": "pdf_elsewhere",
    "too_complex": "too_complex",
}


def examine(data: bytes) -> int:
    """The number of pages of a PDF that does nothing but show them."""
    if b"%%EOF" not in data[-2048:]:
        raise UploadRefused("damaged")
    seen = inspect(data)
    if seen.problem:
        raise UploadRefused(_CODES.get(seen.problem, "damaged"))
    if seen.pages > MAX_PAGES:
        raise UploadRefused("pages", pages=seen.pages, limit=MAX_PAGES)
    return seen.pages
