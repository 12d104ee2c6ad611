"""Pictures: measured before they are decoded, decoded and drawn anew in a process of their own (redraw.py), one at a time."""

import json
import subprocess
import sys
from dataclasses import dataclass
from threading import RLock

from hub.core.documents.errors import UploadRefused
from hub.core.documents.formats import FORMATS, MAX_PIXELS, Format
from hub.core.documents.sniff import redraw

# A JPEG, which phones make, decodes at a half of its sides; the decoder of WebP takes twelve octets a point.
MOST = {"jpeg": 65_000_000, "webp": 12_500_000}
SECONDS = 2  # of processor, for one picture
MEMORY = 200 * 1024 * 1024  # of data, Python and Pillow included
ONE_AT_A_TIME = RLock()  # whoever decodes a picture in this process holds it: four at once would take four times the memory


@dataclass(frozen=True)
class Picture:
    data: bytes
    format: Format
    width: int
    height: int


def examine(data: bytes, found: Format) -> Picture:
    """The picture drawn anew; a still GIF becomes a PNG, a WebP that or a JPEG.

    Raises UploadRefused when it is huge, animated, cut short, or takes more than SECONDS or MEMORY.
    """
    most = MOST.get(found.code, MAX_PIXELS)
    command = [sys.executable, "-I", redraw.__file__, found.code, str(most), str(SECONDS), str(MEMORY)]
    with ONE_AT_A_TIME:
        try:
            done = subprocess.run(command, input=data, capture_output=True, timeout=30, check=False)  # noqa: S603  our own file
        except subprocess.TimeoutExpired:
            raise UploadRefused("too_costly") from None
    line, _, picture = done.stdout.partition(b"\n")
    if done.returncode:  # stopped at a limit before it could answer
        raise UploadRefused("too_costly")
    facts = json.loads(line)
    if "refused" in facts:
        raise UploadRefused(facts["refused"], **facts["values"])
    return Picture(picture, FORMATS[facts["format"]], facts["width"], facts["height"])
