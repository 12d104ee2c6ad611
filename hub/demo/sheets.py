"""Papers that people of the demo would have scanned: one page, which says that it is an example."""

from hub.core.documents.formats import FORMATS
from hub.core.documents.sniff import Examined


def sheet(name: str, words: str) -> Examined:
    """A PDF whose page bears these words, which have no parenthesis and stand in cp1252."""
    text = f"BT /F 14 Tf 72 760 Td ({words}) Tj ET".encode("cp1252")
    objects = (
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R/Resources<</Font<</F 5 0 R>>>>>>",
        b"<</Length %d>>stream\n%b\nendstream" % (len(text), text),
        b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica/Encoding/WinAnsiEncoding>>",
    )
    data, places = b"%PDF-1.4\n", []
    for number, one in enumerate(objects, start=1):
        places.append(b"%010d 00000 n \n" % len(data))
        data += b"%d 0 obj%b endobj\n" % (number, one)
    table = b"xref\n0 6\n0000000000 65535 f \n%btrailer<</Root 1 0 R/Size 6>>\nstartxref\n%d\n" % (b"".join(places), len(data))
    return Examined(name, FORMATS["pdf"], data + table + b"%%EOF\n", pages=1)
