"""The script that opens a sheet without network, with the list of files that it takes along.

Its text holds a digest of all of them: when one changes the script does, and a browser takes them all anew.
"""

import hashlib
import json
from functools import lru_cache
from pathlib import Path

from django.contrib.staticfiles import finders
from django.http import HttpRequest, HttpResponse
from django.templatetags.static import static
from django.views.decorators.http import require_GET

SCRIPT = Path(__file__).parent / "worker.js"
SHEET = "^/formations/sessions/[0-9a-f-]{36}/emargement/[0-9a-f-]{36}/"
ASSETS = (
    "ui/hub.css", "ui/theme.js", "ui/menu.js", "ui/forms.js", "ui/offline.js", "ui/suggest.js", "ui/mark.svg", "ui/icons.svg",
    "ui/fonts/source-sans-3-latin-wght-normal.woff2", "ui/fonts/bricolage-grotesque-latin-wght-normal.woff2",
    "attendance/sheet.js", "attendance/pad.js", "attendance/queue.js", "attendance/offline.js",
)  # fmt: skip


@lru_cache(maxsize=1)
def text() -> str:
    """The script as it is served; read once, as the files are."""
    digest = hashlib.sha256(SCRIPT.read_bytes())
    for name in ASSETS:
        digest.update(Path(str(finders.find(name))).read_bytes())
    facts = {"VERSION": digest.hexdigest()[:16], "ASSETS": [static(name) for name in ASSETS], "SHEET": SHEET}
    return "".join(f"const {name} = {json.dumps(value)};\n" for name, value in facts.items()) + SCRIPT.read_text(encoding="utf-8")


@require_GET
def script(request: HttpRequest) -> HttpResponse:
    return HttpResponse(text(), content_type="text/javascript; charset=utf-8")
