"""Reading back what was printed, as a person or a machine would."""

import io
import re
import subprocess
import unicodedata
from pathlib import Path

import pikepdf
import pypdfium2
from pikepdf import Array, Dictionary

CHECK = Path(__file__).parent.parent / "tools" / "verapdf" / "check.sh"
# What stands for a hyphen at the end of a line, according to the extractor.
_HYPHENS = re.compile("[-\u00ad\ufffe\u0002]\r?\n")


def pages(pdf):
    document = pypdfium2.PdfDocument(pdf)
    try:
        return [page.get_textpage().get_text_range() for page in document]
    finally:
        document.close()


def right_edge_mm(pdf):
    """How far to the right anything is printed."""
    document = pypdfium2.PdfDocument(pdf)
    edges = []
    for page in document:
        shown = page.get_textpage()
        edges += [shown.get_charbox(rank)[2] for rank in range(shown.count_chars())]
    document.close()
    return max(edges) * 25.4 / 72


def text(pdf):
    return "\n".join(pages(pdf))


def letters(value):
    """Letters and digits only: line breaks, hyphens and spaces are the typesetter's business."""
    value = _HYPHENS.sub("", unicodedata.normalize("NFKC", value))
    return re.sub(r"[\W_]", "", value)


def without_artifacts(pdf):
    """The file without headers, footers and other artifacts: what a screen reader says is what is left."""
    with pikepdf.open(io.BytesIO(pdf)) as document:
        for page in document.pages:
            kept, depth, hidden = [], 0, None
            for instruction in pikepdf.parse_content_stream(page):
                operator = str(instruction.operator)
                if operator in {"BMC", "BDC"}:
                    depth += 1
                    if hidden is None and str(instruction.operands[0]) == "/Artifact":
                        hidden = depth
                if hidden is None or operator not in {"Tj", "TJ"}:
                    kept.append(instruction)
                if operator == "EMC":
                    hidden = None if hidden == depth else hidden
                    depth -= 1
            page.Contents = document.make_stream(pikepdf.unparse_content_stream(kept))
        stripped = io.BytesIO()
        document.save(stripped)
    return stripped.getvalue()


def says(pdf, value):
    return letters(value) in letters(text(pdf))


def conforms(folder, **files):
    """What veraPDF says of these files as PDF/A-3a and PDF/UA-1; empty when it accepts them all."""
    paths = []
    for name, pdf in files.items():
        paths.append(folder / f"{name}.pdf")
        paths[-1].write_bytes(pdf)
    done = subprocess.run([CHECK, "3a,ua1", *paths], capture_output=True, text=True, check=False)
    assert done.stdout.count("PASS") + done.stdout.count("FAIL") == 2 * len(paths), done.stderr
    return "" if done.returncode == 0 else done.stdout


def elements(pdf):
    """The structure tree, as (tag, scope of a header or None, children)."""
    with pikepdf.open(io.BytesIO(pdf)) as document:
        return _children(document.Root.StructTreeRoot)


def _children(node):
    kids = node.get("/K")
    found = kids if isinstance(kids, Array) else [kids]
    return [_element(kid) for kid in found if isinstance(kid, Dictionary) and "/S" in kid]


def _element(node):
    attributes = node.get("/A", [])
    scopes = [str(one["/Scope"]) for one in (attributes if isinstance(attributes, Array) else [attributes]) if "/Scope" in one]
    return str(node.S), scopes[0] if scopes else None, _children(node)


def walk(found):
    for tag, scope, children in found:
        yield tag, scope, children
        yield from walk(children)
