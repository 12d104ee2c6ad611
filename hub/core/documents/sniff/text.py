"""Plain text and tables: UTF-8, no control characters, no page or script, no formula that a spreadsheet would run."""

import csv
import io
import re

from hub.core.documents.errors import UploadRefused
from hub.core.documents.sniff.signatures import MARKUP

_CONTROL = re.compile(r"[\x00-\x08\x0b\x0e-\x1f\x7f\u202a-\u202e\u2066-\u2069]")
# «=…» always computes; «+33 …», «-12,5» and «@pseudo» are honest unless they call, quote or refer.
_FORMULA = re.compile(r"^[\t\r\n ]*(?:=|[+\-@](?=[^ \t])[^\r\n]*[(|!])")
_MAX_CELLS = 1_000_000


def examine(data: bytes, extension: str) -> str:
    """«csv» or «txt», by the name: a table and a text hold the same bytes."""
    try:
        content = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise UploadRefused("charset") from None
    if re.search(rb"<\s*svg", data[:4096], re.IGNORECASE) or extension in {"svg", "svgz"}:
        raise UploadRefused("svg")
    if MARKUP.search(data) or content.lstrip().startswith(("<", "#!")):
        raise UploadRefused("markup")
    if control := _CONTROL.search(content):
        if control[0] == "\0":
            raise UploadRefused("charset")
        raise UploadRefused("damaged")
    if extension != "csv":
        return "txt"
    _refuse_formulas(content)
    return "csv"


def _refuse_formulas(content: str) -> None:
    delimiter = max(";,\t", key=content[:20_000].count)
    rows = csv.reader(io.StringIO(content, newline=""), delimiter=delimiter)
    cells = 0
    try:
        for row in rows:
            cells += len(row)
            if cells > _MAX_CELLS:
                raise UploadRefused("too_complex")
            formula = next((cell for cell in row if _FORMULA.match(cell)), None)
            if formula is not None:
                raise UploadRefused("formula", line=rows.line_num, cell=_shown(formula))
    except csv.Error:
        raise UploadRefused("table", line=rows.line_num) from None


def _shown(cell: str) -> str:
    cell = " ".join(cell.split())
    return cell if len(cell) <= 30 else f"{cell[:29]}…"
