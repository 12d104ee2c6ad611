"""The style sheet that a page loads, written from its parts: `python -m hub.core.ui.bundle`.

One file, because the first view then costs one request for some 7 kB of brotli, without waiting for tokens before components;
not minified, because compression takes what a minifier would and people read the sheet in their browser's tools.
The parts are no static files: only the sheet is served.
"""

from pathlib import Path

HERE = Path(__file__).parent
PARTS = HERE / "styles"
SHEET = HERE / "static" / "ui" / "hub.css"
HEADER = "/* Written by hub/core/ui/bundle.py from hub/core/ui/styles/: change a part, not this file. */\n"


def compose() -> str:
    return HEADER + "\n".join(part.read_text(encoding="utf-8") for part in sorted(PARTS.glob("*.css")))


if __name__ == "__main__":
    SHEET.write_text(compose(), encoding="utf-8")
