"""The sprite: which shapes it holds, and the markup that shows one."""

import re
from functools import cache
from pathlib import Path

from django.templatetags.static import static
from django.utils.html import format_html
from django.utils.safestring import SafeString

SPRITE = Path(__file__).parent / "static" / "ui" / "icons.svg"

# tone of a state -> class, shape; several states share a colour, none shares its shape
STATES = {
    "ok": ("ok", "s-ok"),
    "warn": ("warn", "s-warn"),
    "bad": ("bad", "s-bad"),
    "info": ("info", "s-info"),
    "wait": ("info", "s-wait"),
    "adapt": ("info", "s-adapt"),
    "later": ("warn", "s-later"),
    "no": ("bad", "s-no"),
    "draft": ("", "s-draft"),
    "none": ("", "s-none"),
}


@cache
def names() -> frozenset[str]:
    """Every shape of the sprite, with its prefix: i- icon, s- state, e- evidence."""
    return frozenset(re.findall(r'<symbol id="([\w-]+)"', SPRITE.read_text(encoding="utf-8")))


@cache
def icon(name: str) -> SafeString:
    """A decorative shape: the words beside it say what it means."""
    shape = name if name in names() else f"i-{name}"
    if shape not in names():
        raise ValueError(f"No shape {name!r} in icons.svg; there are {', '.join(sorted(names()))}.")
    return format_html('<svg class="i" aria-hidden="true"><use href="{}#{}"/></svg>', static("ui/icons.svg"), shape)


def state(tone: str, label: str) -> SafeString:
    """Shape, word and colour; any one of the three is enough to understand."""
    if tone not in STATES:
        raise ValueError(f"No tone {tone!r}; there are {', '.join(STATES)}.")
    name, shape = STATES[tone]
    return format_html('<span class="st{}">{}{}</span>', f" {name}" if name else "", icon(shape), label)
