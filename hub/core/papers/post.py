"""One pass over the typeset file: headers of rows, smaller file, an end that a seal can be added to."""

import io
from typing import Any

import pikepdf
from pikepdf import Array, Dictionary, Name


def finish(pdf: bytes) -> bytes:
    """The same document with the first cell of every table row as its header; the same bytes in give the same bytes out.

    The typesetter cannot mark row headers (its `pdf.header-cell` is not offered to Python). It also ends the file without a newline, on
    which a later signature would break PDF/A (ISO 19005-3, 6.1.9): qpdf writes one.
    """
    with pikepdf.open(io.BytesIO(pdf)) as document:
        for element in document.objects:
            if isinstance(element, Dictionary) and element.get("/S") == Name.TR:
                _head_row(element)
        finished = io.BytesIO()
        document.save(finished, object_stream_mode=pikepdf.ObjectStreamMode.generate, deterministic_id=True, fix_metadata_version=False)
    return finished.getvalue()


def _head_row(row: Any) -> None:
    kids = row.get("/K")
    first = kids[0] if isinstance(kids, Array) and len(kids) else kids
    if not isinstance(first, Dictionary) or first.get("/S") != Name.TD:
        return  # a row of column headers has TH already
    first.S = Name.TH
    scope = Dictionary(O=Name.Table, Scope=Name.Row)
    attributes = first.get("/A")
    if attributes is None:
        first.A = scope
    elif isinstance(attributes, Array):
        attributes.append(scope)
    else:
        first.A = Array([attributes, scope])  # kept: it holds ColSpan and RowSpan
