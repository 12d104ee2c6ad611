"""Word, Excel, PowerPoint and LibreOffice documents: zips of XML that hold text and pictures, and nothing that acts."""

import re
from collections.abc import Iterator
from xml.parsers import expat

from hub.core.documents.errors import UploadRefused
from hub.core.documents.formats import BY_CONTENT_TYPE, OFFICE, spoken
from hub.core.documents.sniff.opening import Part
from hub.core.documents.sniff.package import Budget, Package
from hub.core.documents.sniff.signatures import ARCHIVES, EICAR, OLE, PROGRAMS

CONTENT_TYPES = "[Content_Types].xml"
MANIFEST = "META-INF/manifest.xml"
_MACROS = re.compile(
    r"(?:^|/)(?:vba(?:project|data)\.|vbaprojectsignature|activex/|macrosheets/|dialogsheets/)|^(?:basic|scripts)/.", re.IGNORECASE
)
_XML = (".xml", ".rels", ".rdf", ".svg", ".vml")
_HIDDEN = re.compile(rb"<!(?:DOCTYPE|ENTITY)")
_ENCODING = re.compile(rb"^[^>]{0,100}?encoding\s*=\s*[\"']([A-Za-z0-9_-]+)")
_ENCODINGS = {b"utf-8", b"utf8", b"utf-16", b"us-ascii", b"ascii", b"iso-8859-1"}
_EMBEDDED = re.compile(r"\.(?:docx|xlsx|pptx|odt|ods|odp)$", re.IGNORECASE)
_SMALL_PART = 2 * 1024 * 1024
_OVERLAP = 64


def examine(data: bytes, *, budget: Budget | None = None, depth: int = 0) -> str:
    """The format of the document. A chart's workbook inside it is examined too; nothing may lie deeper."""
    budget = budget or Budget()
    package = Package(data, budget)
    if not package.names:
        raise UploadRefused("archive")
    code = _ooxml(package) if CONTENT_TYPES in package.names else _open_document(package)
    for name in package.names:
        _examine_member(package, name, budget, depth)
    return code


def _ooxml(package: Package) -> str:
    kinds = [attributes.get("ContentType", "") for _, attributes in elements(package, CONTENT_TYPES)]
    if any("macroEnabled" in kind or "vbaProject" in kind for kind in kinds):
        raise UploadRefused("macros")
    for kind in kinds:
        main = kind.removesuffix(".main+xml")
        if main != kind and main in BY_CONTENT_TYPE:
            return BY_CONTENT_TYPE[main].code
    raise UploadRefused("unknown", accepted=spoken(OFFICE))


def _open_document(package: Package) -> str:
    if package.first() != "mimetype" or package.size("mimetype") > 100:
        raise UploadRefused("archive")
    found = BY_CONTENT_TYPE.get(package.read("mimetype").decode("ascii", "replace"))
    if found is None or found.code not in OFFICE:
        raise UploadRefused("archive")
    if MANIFEST in package.names and any(name.endswith("encryption-data") for name, _ in elements(package, MANIFEST)):
        raise UploadRefused("locked")
    return found.code


def _examine_member(package: Package, name: str, budget: Budget, depth: int) -> None:
    if _MACROS.search(name):
        raise UploadRefused("macros")
    tail, part = b"", None
    for number, chunk in enumerate(package.chunks(name)):
        if not number:
            is_xml = name.lower().endswith(_XML) or _is_xml(chunk)
            _refuse_start(chunk, name, is_xml)
            part = Part(budget) if is_xml else None
        window = tail + chunk
        if EICAR in window:
            raise UploadRefused("virus")
        if part:
            _refuse_hidden(window)
            part.feed(chunk.replace(b"<br>", b"<br/>") if name.lower().endswith(".vml") else chunk)  # Excel leaves it open in its notes
        tail = window[-_OVERLAP:]
    if part:
        part.close()
    if _EMBEDDED.search(name):
        if depth:
            raise UploadRefused("embedded", inner="sur plusieurs niveaux")
        examine(package.read(name), budget=budget, depth=depth + 1)


def _refuse_start(chunk: bytes, name: str, is_xml: bool) -> None:
    inner = name.rsplit("/", 1)[-1][-40:]
    if chunk.startswith(PROGRAMS) or chunk.startswith((OLE, *ARCHIVES)):
        raise UploadRefused("embedded", inner=inner)
    if chunk.startswith(b"PK\x03\x04") and not _EMBEDDED.search(name):
        raise UploadRefused("embedded", inner=inner)
    if is_xml and (declared := _ENCODING.match(chunk.replace(b"\0", b""))) and declared[1].lower() not in _ENCODINGS:
        raise UploadRefused("entities")


def _is_xml(start: bytes) -> bool:
    """Whatever its name: a relation, or the list of types, may say that any member is the document."""
    text = start.translate(None, b"\0").lstrip(b"\xef\xbb\xbf\xfe\xff \t\r\n")
    return text.startswith(b"<") or (not text and bool(start.strip(b"\0")))


def _refuse_hidden(window: bytes) -> None:
    """Without its zero bytes, UTF-16 text shows the same marks as UTF-8."""
    if _HIDDEN.search(window.replace(b"\0", b"")):
        raise UploadRefused("entities")


def elements(package: Package, name: str) -> Iterator[tuple[str, dict[str, str]]]:
    """The elements of a small XML part with their attributes, without a tree and without any DTD."""
    if package.size(name) > _SMALL_PART:
        raise UploadRefused("too_complex")
    content = package.read(name)
    _refuse_hidden(content)
    seen: list[tuple[str, dict[str, str]]] = []
    parser = expat.ParserCreate()
    parser.StartElementHandler = lambda tag, attributes: seen.append((tag, attributes))
    try:
        parser.Parse(content, True)
    except expat.ExpatError:
        raise UploadRefused("damaged") from None
    return iter(seen)
