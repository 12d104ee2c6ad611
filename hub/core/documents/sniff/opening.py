"""What an office document runs or fetches when it is opened: its XML parts, read as the program that opens them reads them.

Field codes and relationships: ECMA-376 part 1, § 17.16, and part 2; formulas: the same, § 18.17, and OpenFormula 1.3; links: OpenDocument 1.3.
What a reader clicks on is hers to follow, and is left alone.
"""

import re
from urllib.parse import unquote
from xml.parsers import expat

from hub.core.documents.errors import UploadRefused
from hub.core.documents.sniff.package import Budget

_INSTRUCTIONS = {"instrText", "delInstrText"}
_FORMULAS = {"f", "formula", "formula1", "formula2", "definedName", "calculatedColumnFormula", "totalsRowFormula"}
_ATTRIBUTES = {
    "Target", "href", "src", "action", "macro-name", "dde-application", "ddeService", "instr", "refreshOnLoad", "formula", "expression",
    "condition", "value",
}  # fmt: skip
# Links of text, of drawings and of image maps, in ODF, SVG and VML.
_CLICKED = {
    "a", "event-listener", "area-rectangle", "area-circle", "area-polygon", "shape", "group", "rect", "roundrect", "oval", "line", "polyline",
    "curve", "arc",
}  # fmt: skip
_READING_FIELDS = {"INCLUDEPICTURE", "INCLUDETEXT", "INCLUDE", "IMPORT", "LINK", "EMBED", "RD", "DATABASE"}
_MACRO = re.compile(r"\s*(?:vnd\.sun\.star\.script:|macro:|ppaction://macro)", re.IGNORECASE)
_ON_THIS_MACHINE = re.compile(
    r"file:(?:[\\/]{3}|//localhost/|[\\/]{0,2}(?=[a-z]:)|/)?(?![\\/])|data:|vnd\.sun\.star\.(?:package|graphicobject):", re.IGNORECASE
)
_ANOTHER = re.compile(r"[\\/]{2}|[a-z][a-z0-9+.-]+:", re.IGNORECASE)  # a drive has one letter
_KEYWORD = re.compile(r"\W*(\w+)")
_ASIDE = re.compile(r"""\"[^"]*\"|'([^']*)'|\{[^{}]*\}|\[([^\[\]]*)\]""")  # texts, names of sheets, constants, references
_DDE = re.compile(r"[^|]*\|[^|]*!")
_CALL = re.compile(r"(?<!\w)(WEBSERVICE|IMAGE|RTD|DDE|CALL|REGISTER(?:\.ID)?|EXEC)\s*\(", re.IGNORECASE)
_LONGEST_CODE = 65_536  # characters; Excel stops at 8,192
_DEEPEST_FIELD = 100


class Part:
    """One XML part, fed piece by piece. Raises UploadRefused at what it would run or fetch, or when it is damaged."""

    def __init__(self, budget: Budget) -> None:
        self._budget = budget
        self._open: list[str] = []  # elements whose text is read
        self._formula = ""
        self._fields: list[str | None] = [""]  # codes of the fields inside one another, None once their result has begun
        self._parser = expat.ParserCreate()
        self._parser.buffer_text = True
        self._parser.StartElementHandler = self._start

    def feed(self, piece: bytes, *, is_last: bool = False) -> None:
        try:
            self._parser.Parse(piece, is_last)
        except expat.ExpatError:
            raise UploadRefused("damaged") from None

    def close(self) -> None:
        self.feed(b"", is_last=True)
        for code in self._fields:
            _refuse_field(code)

    def _start(self, tag: str, attributes: dict[str, str]) -> None:
        self._budget.read(1 + len(attributes))
        local = _local(tag)
        if local in _FORMULAS or local in _INSTRUCTIONS or (local == "t" and len(self._fields) > 1):
            self._open.append(local)
            self._parser.CharacterDataHandler, self._parser.EndElementHandler = self._take, self._end
        elif local == "fldChar":
            self._turn({_local(name): value for name, value in attributes.items()}.get("fldCharType", ""))
        elif local == "source-code":
            raise UploadRefused("macros")
        for name, value in attributes.items():
            short = _local(name)
            if short in _ATTRIBUTES and value:
                _refuse_attribute(local, short, value, attributes)

    def _take(self, text: str) -> None:
        if self._open[-1] in _FORMULAS:
            self._formula = _bounded(self._formula + text)
            return
        # What a field inside another shows is a piece of the code of the other.
        least = 1 if self._open[-1] == "t" else 0
        for at in range(len(self._fields) - 1, least - 1, -1):
            code = self._fields[at]
            if code is not None:
                self._fields[at] = _bounded(code + text)
                return

    def _end(self, tag: str) -> None:
        if _local(tag) != self._open[-1]:
            return
        if self._open.pop() in _FORMULAS:
            formula, self._formula = self._formula, ""
            _refuse_formula(formula)
        if not self._open:
            self._parser.CharacterDataHandler = self._parser.EndElementHandler = None

    def _turn(self, kind: str) -> None:
        if kind == "begin":
            self._fields.append("")
            if len(self._fields) > _DEEPEST_FIELD:
                raise UploadRefused("too_complex")
        elif kind in {"separate", "end"} and len(self._fields) > 1:
            _refuse_field(self._fields.pop())
            if kind == "separate":
                self._fields.append(None)


def elsewhere(address: str) -> bool:
    """Whether it leads to another machine: a web address, a share of files, whatever the program that opens it may reach."""
    plain = unquote(address).lstrip("".join(map(chr, range(33))))
    return not _ON_THIS_MACHINE.match(plain) and bool(_ANOTHER.match(plain))


def _refuse_attribute(local: str, name: str, value: str, attributes: dict[str, str]) -> None:
    if name in {"href", "src"}:
        _refuse_link(local, value, attributes)
    elif name == "Target" and local == "Relationship":
        _refuse_relationship(value, attributes.get("Type", ""))
    elif name in {"formula", "expression", "condition"} or (name == "value" and local == "condition"):
        _refuse_formula(_bounded(value))
    elif name == "instr":
        _refuse_field(value)
    elif (name == "action" and _MACRO.match(value)) or name == "macro-name":
        raise UploadRefused("macros")
    elif name == "action" and (value.lower().startswith("ppaction://program") or value == "execute"):
        raise UploadRefused("acts", found="un programme derrière un objet")
    elif name in {"dde-application", "ddeService"}:
        raise UploadRefused("acts", found=f"DDE : {value[:40]}")
    elif name == "refreshOnLoad" and local in {"connection", "queryTable"} and value in {"1", "true"}:
        raise UploadRefused("remote", target="une connexion de données")


def _refuse_link(local: str, value: str, attributes: dict[str, str]) -> None:
    is_script = local == "event-listener" and not any(_local(name) == "action" for name in attributes)  # the other is a click on a slide
    if is_script or _MACRO.match(value):
        raise UploadRefused("macros")
    if local not in _CLICKED:
        _refuse_elsewhere(value)


def _refuse_relationship(target: str, kind: str) -> None:
    if kind.endswith("/aFChunk"):  # a page or a letter that Word turns into text, and whose pictures it fetches
        raise UploadRefused("embedded", inner=target.rpartition("/")[2][-40:])
    if not kind.endswith("/hyperlink"):
        _refuse_elsewhere(target)


def _refuse_elsewhere(address: str) -> None:
    """A part fetched on opening (template, picture, frame, table) tells where the reader is."""
    if elsewhere(address):
        raise UploadRefused("remote", target=address.strip()[:60])


def _refuse_field(code: str | None) -> None:
    keyword = _KEYWORD.match(code or "")
    if not code or not keyword:
        return
    if keyword[1].upper() in {"DDE", "DDEAUTO"}:
        raise UploadRefused("acts", found=f"champ {keyword[1].upper()}")
    if keyword[1].upper() in _READING_FIELDS:
        for word in re.split(r'[\s"“”]+', code):
            if re.search(r"[\\/]{2}", word):
                _refuse_elsewhere(word)


def _refuse_formula(formula: str) -> None:
    for found in _ASIDE.finditer(formula):
        name = (found[1] or found[2] or "").lstrip("'")
        if re.search(r"[\\/]{2}", name):  # «'Janvier:Mars'!A1» has no address
            _refuse_elsewhere(name)
    bare = _ASIDE.sub(" ", formula)
    if _DDE.match(bare):
        raise UploadRefused("acts", found=f"DDE : {formula.strip()[:40]}")
    if call := _CALL.search(bare):
        name = call[1].upper()
        raise UploadRefused("remote", target=name) if name in {"WEBSERVICE", "IMAGE"} else UploadRefused("acts", found=name)


def _bounded(code: str) -> str:
    if len(code) > _LONGEST_CODE:
        raise UploadRefused("too_complex")
    return code


def _local(name: str) -> str:
    return name.rpartition(":")[2] if ":" in name else name
