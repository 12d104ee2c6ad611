"""A zip that anybody can check: same members, same bytes; `MANIFESTE.sha256` is read by `sha256sum --check`."""

import hashlib
import io
import zipfile
from collections.abc import Mapping

MANIFEST = "MANIFESTE.sha256"
EPOCH = (1980, 1, 1, 0, 0, 0)  # the oldest moment that a zip can say


def archive(members: Mapping[str, bytes]) -> bytes:
    """Args: members, {path with slashes: bytes}; the manifest is added."""
    lines = "".join(f"{hashlib.sha256(data).hexdigest()}  {name}\n" for name, data in sorted(members.items()))
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as target:
        for name, data in [*sorted(members.items()), (MANIFEST, lines.encode())]:
            entry = zipfile.ZipInfo(name, EPOCH)
            entry.compress_type, entry.external_attr = zipfile.ZIP_DEFLATED, 0o644 << 16
            target.writestr(entry, data)
    return buffer.getvalue()
