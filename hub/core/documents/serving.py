"""How bytes that came from people leave the hub: never as something that acts on its address."""

from collections.abc import Iterator

from django.http import StreamingHttpResponse
from django.utils.http import content_disposition_header

from hub.core.documents.formats import INLINE

# No script, no request, no form, no origin; the browser's own viewers (PDF, pictures) need no more than their inline style.
SANDBOX = "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'self'; sandbox"


def file_response(
    content: Iterator[bytes], *, name: str, content_type: str, size: int, show: bool, cache: str = "private, no-store"
) -> StreamingHttpResponse:
    """The bytes as a download, or shown when asked and of a format that may be."""
    shown = show and content_type in INLINE
    charset = "; charset=utf-8" if content_type.startswith("text/") else ""
    response = StreamingHttpResponse(content, content_type=content_type + charset)
    response["Content-Length"] = str(size)
    response["Content-Disposition"] = content_disposition_header(not shown, name) or "attachment"
    response["Content-Security-Policy"] = SANDBOX
    response["X-Content-Type-Options"] = "nosniff"
    response["Cross-Origin-Resource-Policy"] = "same-origin"
    response["Cache-Control"] = cache
    response["Accept-Ranges"] = "none"
    return response
