"""A person who has a keyboard and no mouse: each stop of Tab is looked at, and a pointer that is pressed is an error."""

import pytest
from playwright.sync_api import TimeoutError

RING = """() => {
  const it = document.activeElement, style = getComputedStyle(it), box = it.getBoundingClientRect();
  const ring = style.outlineStyle === "none" ? 0 : parseFloat(style.outlineWidth);
  const top = document.elementFromPoint(box.x + box.width / 2, box.y + box.height / 2);
  return {ring, what: it.outerHTML.slice(0, 120), seen: !!top && (it.contains(top) || top.contains(it) || it.labels?.[0]?.contains(top))};
}"""
NO_MOUSE = "for (const kind of ['pointerdown', 'mousedown']) addEventListener(kind, () => console.error('no mouse here'), true);"


def tab_to(page, selector, *, most=80):
    """Press Tab until the element has the focus; on the way, each stop is seen. Fails when it cannot be reached."""
    for _ in range(most):
        if page.evaluate("(s) => document.activeElement.matches(s)", selector):
            return
        page.keyboard.press("Tab")
        there = page.evaluate(RING)
        if not there["what"].startswith("<body"):
            assert there["ring"] >= 2, there
            assert there["seen"], there
    pytest.fail(f"{selector} is not reached by Tab")


def go(page, selector, **options):
    """Tab to a link and follow it, or to a button and press it; the next page is there."""
    tab_to(page, selector, **options)
    with page.expect_navigation():
        page.keyboard.press("Enter")


def write(page, selector, words):
    """Tab to a field and type, over what it held."""
    tab_to(page, selector)
    page.keyboard.press("Control+A")
    page.keyboard.type(words)


def choose_file(page, selector):
    """Tab to a field of files and open its chooser.

    It is listened for well before: of a press that comes before Chromium knows that somebody listens, it opens its own, and no other after it.
    """
    page.on("filechooser", lambda chooser: None)
    tab_to(page, selector)
    for wait in (5_000, 10_000, 20_000):
        try:
            with page.expect_file_chooser(timeout=wait) as chooser:
                page.keyboard.press("Enter")
        except TimeoutError:
            continue
        return chooser.value
    return pytest.fail(f"{selector} opens no chooser")
