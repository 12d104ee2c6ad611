"""WCAG 2.2 contrast of every pair of tokens, in both themes: 4.5 for text, 3 for lines, controls and focus."""

import re

import pytest

from hub.core.ui.bundle import PARTS

TEXT, PART = 4.5, 3.0
GROUNDS = ("paper", "ground", "sunk")
TINTS = ("accent-tint", "ok-tint", "warn-tint", "bad-tint")
PAIRS = [
    *[(ink, ground, TEXT) for ink in ("ink", "ink-2") for ground in (*GROUNDS, *TINTS)],
    *[(ink, ground, TEXT) for ink in ("accent", "accent-2") for ground in (*GROUNDS, *TINTS)],
    *[(ink, ground, TEXT) for ink in ("ok", "warn", "bad") for ground in (*GROUNDS, f"{ink}-tint")],
    *[(ink, ground, TEXT) for ink in ("a-dir", "a-train", "a-group", "a-serv", "a-life") for ground in GROUNDS],
    ("on-accent", "accent", TEXT),
    ("on-accent", "accent-2", TEXT),
    ("on-band", "band", TEXT),
    ("on-band", "band-2", TEXT),
    ("paper", "ink", TEXT),
    ("paper", "bad", TEXT),
    *[("line-2", ground, PART) for ground in ("paper", "ground")],
    *[("focus", ground, PART) for ground in (*GROUNDS, *TINTS)],
    ("m-5", "paper", PART),
]
CSS = (PARTS / "01-tokens.css").read_text(encoding="utf-8")


def theme(selector: str) -> dict[str, str]:
    body = CSS.split(selector + " {", 1)[1].split("}", 1)[0]
    return dict(re.findall(r"--([\w-]+):\s*(#[0-9a-f]{6})", body))


LIGHT = theme(":root")
DARK = theme(':root:not([data-theme="light"])')


def luminance(colour: str) -> float:
    channels = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(first: str, second: str) -> float:
    high, low = sorted((luminance(first), luminance(second)), reverse=True)
    return (high + 0.05) / (low + 0.05)


def test_contrast_measures_as_the_recommendation_does():
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)


@pytest.mark.parametrize("colours", [LIGHT, DARK], ids=["light", "dark"])
@pytest.mark.parametrize(("ink", "ground", "floor"), PAIRS)
def test_pair_is_readable(colours, ink, ground, floor):
    assert contrast(colours[ink], colours[ground]) >= floor


def test_dark_theme_is_the_same_by_system_and_by_choice():
    assert theme(':root[data-theme="dark"]') == DARK


def test_dark_theme_gives_every_colour():
    assert set(LIGHT) == set(DARK)


def test_every_token_that_is_used_exists():
    sheets = "".join(part.read_text(encoding="utf-8") for part in PARTS.glob("*.css"))
    declared = set(re.findall(r"(--[\w-]+)\s*:", sheets))

    assert set(re.findall(r"var\((--[\w-]+)", sheets)) <= declared
