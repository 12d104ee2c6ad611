"""Pictures: measured before they are decoded, decoded whole, drawn anew without EXIF, place, comments or anything appended."""

import io
from dataclasses import dataclass

from PIL import Image, ImageCms

from hub.core.documents.errors import UploadRefused
from hub.core.documents.formats import FORMATS, MAX_PIXELS, Format

MAX_SIDE = 4096  # an A4 page at 350 dots per inch; larger pictures are made smaller
_SAVE = {
    "jpeg": ("JPEG", {"quality": 88, "optimize": True, "progressive": True}),
    "png": ("PNG", {"compress_level": 6}),
    "webp": ("WEBP", {"quality": 88, "method": 4}),
}
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


@dataclass(frozen=True)
class Picture:
    data: bytes
    format: Format
    width: int
    height: int


def examine(data: bytes, found: Format) -> Picture:
    """The picture drawn anew; a still GIF becomes a PNG. Raises UploadRefused when it is huge, animated or cut short."""
    try:
        image = Image.open(io.BytesIO(data), formats=[found.code.upper()])
        _refuse_size(image)
        if found.code != "jpeg" and getattr(image, "is_animated", False):  # a phone's JPEG may hold a second view: the first is kept
            raise UploadRefused("animated")
        image.load()
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        raise UploadRefused("huge", limit=MAX_PIXELS // 1_000_000) from None
    except (OSError, SyntaxError, ValueError) as error:
        raise UploadRefused("damaged") from error
    kept = FORMATS["png"] if found.code == "gif" else found
    return _drawn_anew(image, kept)


def _refuse_size(image: Image.Image) -> None:
    width, height = image.size
    if width * height > MAX_PIXELS:
        raise UploadRefused("pixels", width=width, height=height, limit=MAX_PIXELS // 1_000_000)


def _drawn_anew(image: Image.Image, kept: Format) -> Picture:
    """Upright, at most MAX_SIDE on a side, in sRGB; Pillow writes what `info` holds, so it is emptied first."""
    profile, orientation = image.info.get("icc_profile"), image.getexif().get(_ORIENTATION, 1)
    image = _plain(image, opaque=kept.code == "jpeg")
    image.info = {}
    image.thumbnail((MAX_SIDE, MAX_SIDE), Image.Resampling.LANCZOS)
    if orientation in _UPRIGHT:
        image = image.transpose(_UPRIGHT[orientation])
    if profile:
        image = _in_srgb(image, profile)
    image.info = {}
    target, options = _SAVE[kept.code]
    out = io.BytesIO()
    image.save(out, target, **options)
    return Picture(out.getvalue(), kept, image.width, image.height)


def _plain(image: Image.Image, *, opaque: bool) -> Image.Image:
    """One of the modes that the target format can hold, transparency kept where it can be."""
    if image.mode in {"L", "RGB"} and "transparency" not in image.info:
        return image
    if image.mode.startswith("I"):
        return image.point(lambda value: value / 256).convert("L")
    if image.mode in {"1", "F"}:
        return image.convert("L")
    has_alpha = "transparency" in image.info or image.mode in {"RGBA", "LA", "PA", "La", "RGBa"}
    return image.convert("RGBA" if has_alpha and not opaque else "RGB")


def _in_srgb(image: Image.Image, profile: bytes) -> Image.Image:
    """Colours of a wide-gamut screen translated, so that the profile itself (which may name a device) is not kept."""
    if image.mode not in {"RGB", "RGBA"}:
        return image
    try:
        source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
        return ImageCms.profileToProfile(image, source, ImageCms.createProfile("sRGB")) or image
    except (ImageCms.PyCMSError, OSError, ValueError):
        return image
