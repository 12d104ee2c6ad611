"""Lists taken away: CSV rows in a stream, one page as JSON."""

import csv
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Any

from django.core.paginator import Page
from django.http import HttpRequest, HttpResponse, JsonResponse, StreamingHttpResponse

# What a spreadsheet takes for the start of a formula, the full-width forms included; the apostrophes in front are ours, or look like ours.
# A French spreadsheet parts cells at «;», whatever the file says: what follows one inside a text is a start too.
_START = r"(^|;)(?='*[=+\-@\t\r\n＝＋－＠])"
_OURS = r"(^|;)'(?='*[=+\-@\t\r\n＝＋－＠])"


def neutralise(text: str) -> str:
    """The text with an apostrophe in front of what a spreadsheet could run; `restore` gives the text back, whatever it was."""
    return re.sub(_START, r"\1'", text)


def restore(text: str) -> str:
    """What was typed, from a cell of our export: "'+33 1 99…" gives back "+33 1 99…"."""
    return re.sub(_OURS, r"\1", text)


def _cell(value: object) -> object:
    """Numbers stay numbers, even negative; all the rest is text, and text is neutralised."""
    if value is None:
        return ""
    if isinstance(value, int | float | Decimal) and not isinstance(value, bool):
        return value
    return neutralise(str(value))


class _Echo:
    """A file that keeps nothing: the writer gets each line back."""

    def write(self, line: str) -> str:
        return line


def csv_response(filename: str, columns: Sequence[str], rows: Iterable[Sequence[object]]) -> StreamingHttpResponse:
    """One header line, then the rows as they come.

    UTF-8 with its mark, which Excel needs to read accents; commas and CRLF as in RFC 4180; text that could run as a formula is neutralised.
    Args: filename without path, with its suffix; rows hold as many cells as there are columns, dates as ISO text or date objects.
    """
    writer = csv.writer(_Echo(), lineterminator="\r\n")

    def lines() -> Iterator[str]:
        yield "\ufeff" + writer.writerow([_cell(name) for name in columns])
        for row in rows:
            yield writer.writerow([_cell(value) for value in row])

    response = StreamingHttpResponse(lines(), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{re.sub(r"[^A-Za-z0-9._-]+", "-", filename)}"'
    return response


def json_page_response(request: HttpRequest, page: Page, to_dict: Callable[[Any], Mapping[str, Any]]) -> JsonResponse:
    """{"count": rows in all, "next": address of the next page or null, "results": the rows of this page}."""
    following = None
    if page.has_next():
        query = request.GET.copy()
        query["page"] = str(page.next_page_number())
        following = request.build_absolute_uri(f"{request.path}?{query.urlencode()}")
    body = {"count": page.paginator.count, "next": following, "results": [to_dict(row) for row in page.object_list]}
    return JsonResponse(body, json_dumps_params={"ensure_ascii": False})


def pdf_response(content: bytes, name: str) -> HttpResponse:
    """A PDF read in the browser, kept by nobody on the way."""
    response = HttpResponse(content, content_type="application/pdf")
    response["Content-Disposition"] = f'inline; filename="{name}.pdf"'
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "private, no-store"
    return response
