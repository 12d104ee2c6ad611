"""Typst in process; the only module that imports it. Its traps, each guarded below, were met and measured:

- a compiler reuses the data of the document before when none is given: `sys_inputs` is passed at every call;
- two threads in one compiler fail («Already borrowed»): one compiler per thread;
- a process that has compiled and then forks hangs for ever in the child's first compile: the child refuses instead;
- a panic derives from BaseException; a text without glyph is an error only in PDF/A, a missing font only a warning.
"""

import json
import os
import re
import threading
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from typing import Any

import typst

from hub.core.papers import kinds
from hub.core.papers.canonical import canonical, clean, holders
from hub.core.papers.errors import DataRefused, DocumentError, TemplateRefused

_ALONE = b'#set document(title: "x")\n#set text(font: "Liberation Sans", fallback: false)\n#sys.inputs.text *#sys.inputs.text*'
STANDARDS: Any = ["a-3a", "ua-1"]  # the stub names its literals in a place that cannot be imported
_fonts = typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[str(kinds.FONTS)])
_local = threading.local()
_no_glyph = re.compile(r'the text `"(.+?)"` could not be displayed|disallowed codepoint `"(.+?)"`', re.DOTALL)


@dataclass(frozen=True)
class Attachment:
    """A text file (XML, JSON, CSV) carried inside the PDF; its name comes from code, never from data."""

    name: str
    text: str
    mime: str
    description: str
    relationship: str = "supplement"


class _Process:
    """Whether this process, or the one that it was forked from, has compiled."""

    used = False
    forked_after_use = False

    @classmethod
    def after_fork(cls) -> None:
        cls.forked_after_use = cls.used


os.register_at_fork(after_in_child=_Process.after_fork)


def _compiler() -> typst.Compiler:
    if not hasattr(_local, "compiler"):
        # The root holds fonts and nothing else: templates come as virtual files, no path leads anywhere.
        _local.compiler = typst.Compiler(root=str(kinds.FONTS), font_paths=_fonts)
    compiler: typst.Compiler = _local.compiler
    return compiler


def render(kind: str, data: Mapping[str, Any], *, timestamp: datetime, attachments: Sequence[Attachment] = ()) -> bytes:
    """The document as PDF/A-3a and PDF/UA-1; same kind, data, moment and attachments give the same bytes in every process.

    Args: data with the fields of the kind and `paper` (see imprint.py); timestamp aware.
    Raises: DataRefused when a text has no glyph, TemplateRefused when the template is at fault.
    """
    facts = clean(data)
    inputs = {"data": canonical(facts), "attachments": json.dumps([asdict(attachment) for attachment in attachments], ensure_ascii=False)}
    return _compile(kinds.get(kind).source, inputs, facts, timestamp)


def set_alone(text: str) -> None:
    """Set a text and nothing else, plain and bold, for its glyphs. Raises: DataRefused when it has none."""
    _compile(_ALONE, {"text": text}, text, datetime(2000, 1, 1, tzinfo=UTC))


def _compile(source: bytes, inputs: dict[str, str], facts: Any, timestamp: datetime) -> bytes:
    if _Process.forked_after_use:
        raise TemplateRefused("Le moteur de composition ne survit pas à un fork : lancer les processus avant de composer.")
    _Process.used = True
    files: Any = {"main.typ": source, "lib.typ": kinds.library()}  # the stub does not know of files in memory
    try:
        pdf, warnings = _compiler().compile_with_warnings(
            input=files,
            sys_inputs=inputs,
            pdf_standards=STANDARDS,
            timestamp=int(timestamp.timestamp()),
        )
    except typst.TypstError as error:
        raise _explained(error, facts) from error
    except BaseException as error:
        if type(error).__name__ != "PanicException":
            raise
        del _local.compiler
        raise TemplateRefused("Le moteur de composition s’est arrêté.") from error
    if warnings or not isinstance(pdf, bytes):
        raise TemplateRefused(f"Gabarit à corriger : {'; '.join(warning.message for warning in warnings)}")
    return pdf


def _explained(error: typst.TypstError, facts: Any) -> DocumentError:
    match = _no_glyph.search(error.message)
    if not match:
        return TemplateRefused(f"Gabarit à corriger : {error.message}")
    text = match[1] or match[2]
    where = next(iter(holders(facts, text)), text)
    inside = "" if where == text else f", dans « {where[:80]} »,"
    return DataRefused(
        f"Le texte « {text} »{inside} ne peut pas être imprimé : nos caractères couvrent le latin, le grec et le cyrillique."
    )
