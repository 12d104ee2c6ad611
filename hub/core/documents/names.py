"""File names as people see them: no path, no control or direction character, an extension that says what the file is."""

import re
import unicodedata

from hub.core.documents.formats import Format

MAX_LENGTH = 120
_ACTIVE = re.compile(
    r"\.(?=(?:exe|com|scr|bat|cmd|ps1|vbs|vbe|js|jse|mjs|hta|html?|xhtml|mhtml?|svgz?|xml|php\d?|phtml|jsp|aspx?|jar|msi|lnk|url|dll|sh|py)(?:\.|$))",
    re.IGNORECASE,
)


def extension_of(raw: str) -> str:
    """The lower-case extension of a name as received, without its dot; empty when there is none."""
    stem, dot, extension = _tidy(raw).rpartition(".")
    return extension.lower() if dot and stem and re.fullmatch(r"[A-Za-z0-9]{1,8}", extension) else ""


def clean_name(raw: str, file_format: Format) -> str:
    """The display name of a stored file, at most 120 characters, ended by an extension of its true format."""
    tidy = _tidy(raw)
    extension = extension_of(raw)
    stem = tidy[: -len(extension) - 1] if extension else tidy
    if extension not in file_format.extensions:
        extension = file_format.extensions[0]
    stem = _ACTIVE.sub("-", stem).strip(" .-_") or "fichier"
    return f"{stem[: MAX_LENGTH - len(extension) - 1].rstrip(' .')}.{extension}"


def _tidy(raw: str) -> str:
    last = re.split(r"[/\\]", unicodedata.normalize("NFC", raw[-500:]))[-1]
    plain = "".join(" " if unicodedata.category(c)[0] in "CZ" else c for c in last)
    return re.sub(r" +", " ", re.sub(r'[<>:"|?*%]', "-", plain)).strip(" .")
