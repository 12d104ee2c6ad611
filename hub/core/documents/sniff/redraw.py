"""A picture that came from outside, drawn anew by a process of its own: hostile bytes may cost that process, never the site.

Run as a script this file is that process: a picture on its input; on its output one JSON line, then the new picture. It therefore
imports nothing of the hub. What is decoded is counted before; each step frees what the step before held.
"""

import io
import json
import sys
from math import sqrt
from typing import Any

from PIL import Image, ImageCms

MAX_SIDE = 4096
MAX_SAMPLES = 27_000_000  # of the picture that is kept: an A4 page in colour at 300 dots per inch
MAX_OCTETS = 160_000_000  # of what is decoded, and of its conversion
_SAVE: dict[str, dict[str, Any]] = {
    "jpeg": {"quality": 88, "optimize": True, "progressive": True},
    "png": {"compress_level": 1},  # above, up to three times the time for a tenth of the size
}
_POINT = {"1": 1, "L": 1, "P": 1, "I;16": 2, "I;16B": 2}  # octets of a point; four in any other mode
_ORIENTATION = 0x0112
_UPRIGHT = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
Answer = tuple[dict[str, Any], bytes]


class Refused(Exception):
    """Its arguments: a code of UploadRefused, and the values of its sentence."""


def redraw(data: io.BytesIO, code: str, most: int) -> Answer:
    """A still picture of `code` (png, jpeg, webp, gif) and at most `most` points; raises Refused, and whatever a decoder raises."""
    try:
        return _drawn_anew(_decoded(data, code, most), code)
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        raise Refused("huge", {"limit": most // 1_000_000}) from None


def _decoded(data: io.BytesIO, code: str, most: int) -> Image.Image:
    if code == "webp":
        Image.MAX_IMAGE_PIXELS = most // 2  # Pillow refuses twice that before its decoder takes the memory of two canvases
    image: Any = Image.open(data, formats=[code.upper()])
    width, height = image.size
    if width * height > most:
        raise Refused("pixels", {"width": width, "height": height, "limit": most // 1_000_000})
    if code != "jpeg" and getattr(image, "is_animated", False):  # a phone's JPEG may hold a second view: the first is kept
        raise Refused("animated", {})
    if (_drafted if code == "jpeg" else _octets)(image) > MAX_OCTETS:
        raise Refused("unfolded", {"width": width, "height": height})
    if code == "webp":
        return _off_its_canvases(image, data)
    image.load()
    data.truncate(0)
    return image


def _off_its_canvases(image: Any, data: io.BytesIO) -> Image.Image:
    """A WebP, whose decoder keeps two canvases and a copy of the file, let go before the points are copied."""
    data.truncate(0)
    points, _ = image._decoder.get_next()
    image._decoder = None
    kept = Image.frombytes(image.mode, image.size, points, "raw", image.rawmode)
    kept.info = image.info
    return kept


def _octets(image: Image.Image) -> float:
    """Memory that the picture takes at the worst step until it is made smaller."""
    plain = _plain_mode(image)
    point = _POINT.get(plain, 4)
    converted = _POINT.get(image.mode, 4) + point if plain != image.mode else 0
    if plain == "RGBA":
        converted = max(converted, 2 * point)  # its transparency is multiplied in beside it
    return image.width * image.height * max(converted, point * (1 + _ratio(image, plain)))


def _drafted(image: Any) -> float:
    """As `_octets`, of a JPEG, which is decoded at a half of its sides when that is needed."""
    width, height = image.size
    parts = [across * down for _, across, down, _ in image.layer]
    # Of a progressive one the decoder holds every coefficient, whatever the size asked for.
    coefficients = 2 * width * height * sum(parts) / max(parts) if "progressive" in image.info else 0
    held = _octets(image)
    if coefficients + held > MAX_OCTETS:
        image.draft(None, (width // 2, height // 2))
        held = _octets(image)
    return coefficients + held


def _drawn_anew(image: Image.Image, code: str) -> Answer:
    """Upright, of a size that serves, in sRGB; Pillow writes what `info` holds, so it is emptied first."""
    profile, orientation = image.info.get("icc_profile"), image.getexif().get(_ORIENTATION, 1)
    image = _plain(image, _plain_mode(image))
    image.info = {}
    kept = "png" if image.mode == "RGBA" or code in {"png", "gif"} else "jpeg"  # to write WebP takes three times the time and the memory
    ratio = _ratio(image, image.mode)
    width, height = max(1, round(image.width * ratio)), max(1, round(image.height * ratio))
    if (width, height) != image.size:
        has_alpha = image.mode == "RGBA"
        image = image.convert("RGBa") if has_alpha else image
        image = image.resize((width, image.height), Image.Resampling.LANCZOS)  # one side, then the other: never three at once
        image = image.resize((width, height), Image.Resampling.LANCZOS)
        image = image.convert("RGBA") if has_alpha else image
    if orientation in _UPRIGHT:
        image = image.transpose(_UPRIGHT[orientation])
    if profile:
        image = _in_srgb(image, profile)
    image.info = {}
    out = io.BytesIO()
    image.save(out, kept.upper(), **_SAVE[kept])
    return {"format": kept, "width": image.width, "height": image.height}, out.getvalue()


def _ratio(image: Image.Image, mode: str) -> float:
    """Of a side of the picture that is kept to the one that came, once it is in `mode`."""
    samples = image.width * image.height * Image.getmodebands(mode)
    return min(1, MAX_SIDE / max(image.size), sqrt(MAX_SAMPLES / samples))


def _plain_mode(image: Image.Image) -> str:
    """One of the modes that the target format can hold, transparency kept where it can be."""
    if image.mode in {"L", "RGB"} and "transparency" not in image.info:
        return image.mode
    if image.mode.startswith("I") or image.mode in {"1", "F"}:
        return "L"
    return "RGBA" if "transparency" in image.info or image.mode in {"RGBA", "LA", "PA", "La", "RGBa"} else "RGB"


def _plain(image: Image.Image, mode: str) -> Image.Image:
    if image.mode.startswith("I"):
        return image.point(lambda value: value / 256).convert(mode)
    return image if image.mode == mode and "transparency" not in image.info else image.convert(mode)


def _in_srgb(image: Image.Image, profile: bytes) -> Image.Image:
    """Colours of a wide-gamut screen translated, so that the profile itself (which may name a device) is not kept."""
    if image.mode not in {"RGB", "RGBA"}:
        return image
    try:
        source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
        return ImageCms.profileToProfile(image, source, ImageCms.createProfile("sRGB")) or image
    except (ImageCms.PyCMSError, OSError, ValueError):
        return image


def _main(code: str, most: int) -> Answer:
    try:
        return redraw(io.BytesIO(sys.stdin.buffer.read()), code, most)
    except Refused as refusal:
        return {"refused": refusal.args[0], "values": refusal.args[1]}, b""
    except MemoryError:  # the parent says that it costs too much
        raise
    except Exception:  # hostile bytes make a decoder raise anything
        return {"refused": "damaged", "values": {}}, b""


if __name__ == "__main__":
    import resource

    _code, _most, _seconds, _memory = sys.argv[1], *map(int, sys.argv[2:5])
    resource.setrlimit(resource.RLIMIT_CPU, (_seconds, _seconds))
    resource.setrlimit(resource.RLIMIT_DATA, (_memory, _memory))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    _facts, _picture = _main(_code, _most)
    sys.stdout.buffer.write(json.dumps(_facts).encode() + b"\n" + _picture)
