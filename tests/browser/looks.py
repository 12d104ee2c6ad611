"""What every page must hold to in a browser; each check gives what it found wrong, one line each."""

import random

# Targets under 24 px that a circle of 24 px cannot surround alone (WCAG 2.5.8); links in a sentence and the map are its exceptions.
CROWDED = """() => {
  const seen = [...document.querySelectorAll("a[href], button, summary, input, select, textarea")]
    .filter((e) => e.checkVisibility({visibilityProperty: true}) && !e.closest("svg, .vh"))
    .map((e) => [e, (e.closest("label.tick") ?? e).getBoundingClientRect()]).filter(([, box]) => box.width > 1);
  const inSentence = (e) => e.tagName === "A" && getComputedStyle(e).display.startsWith("inline")
    && e.parentElement.textContent.trim() !== e.textContent.trim();
  const near = (box, x, y) => Math.hypot(Math.max(box.x - x, 0, x - box.right), Math.max(box.y - y, 0, y - box.bottom)) < 12;
  return seen.filter(([e, box]) => Math.min(box.width, box.height) < 24 && !inSentence(e)
      && seen.some(([other, its]) => other !== e && !other.contains(e) && near(its, box.x + box.width / 2, box.y + box.height / 2)))
    .map(([e]) => e.outerHTML.slice(0, 90));
}"""
WIDER = """() => document.documentElement.scrollWidth - innerWidth <= 0 ? [] : [...document.querySelectorAll("main *, header *, footer *")]
  .filter((e) => e.getBoundingClientRect().right > innerWidth + 1 && !e.closest(".scroll, .vh")).slice(0, 3).map((e) => e.outerHTML.slice(0, 90))
  .concat("page")"""
# Spaces that may break where French typography wants none, and typewriter apostrophes, in what is read (not in code, nor in what is typed).
ROUGH = r"""() => {
  const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT), found = [];
  while (walk.nextNode()) {
    const text = walk.currentNode.nodeValue;
    if (walk.currentNode.parentElement.closest("script, style, code, textarea, pre")) continue;
    const wrong = text.match(/.{0,25}(?: [:;?!»](?=\s|$)|« |\p{L}'\p{L}|«(?=\p{L})|\p{L}»).{0,25}/u);
    if (wrong) found.push(wrong[0].trim());
  }
  return found;
}"""
FOCUSED_SUMMARY = "() => document.activeElement.matches('[data-hub-errors]')"


def at_width(page, width: int) -> list[str]:
    """Nothing wider than the screen, nothing too near to touch."""
    page.set_viewport_size({"width": width, "height": 800})
    wider, crowded = page.evaluate(WIDER), page.evaluate(CROWDED)
    return [f"{width} px, wider: {one}" for one in wider] + [f"{width} px, crowded: {one}" for one in crowded]


def wrongs(page, axe, *, dark: bool = False) -> list[str]:
    """All that is wrong with the page that is open, wide then narrow; its foldings are opened first."""
    page.evaluate("for (const fold of document.querySelectorAll('main details')) fold.open = true")
    found = [f"axe: {one}" for one in axe(page)]
    if dark:
        page.emulate_media(color_scheme="dark")
        found += [f"axe, dark: {one}" for one in axe(page, colours=True)]
        page.emulate_media(color_scheme="light")
    found += [f"typography: {one}" for one in page.evaluate(ROUGH)]
    found += at_width(page, 320) + at_width(page, 1280)
    return found + page.evaluate("window.refused ?? []")


REPORT_VIOLATIONS = """window.refused = [];
addEventListener("securitypolicyviolation", (e) => window.refused.push(`CSP: ${e.violatedDirective} ${e.blockedURI}`));"""


SCREENS = [(1280, "dark"), (320, "light")]


def in_the_dark_and_narrow(page, axe) -> list[str]:
    """What is wrong with the page as it is, wide in the dark and narrow in the light, its foldings open; axe looks at one of the two, drawn."""
    page.evaluate("for (const fold of document.querySelectorAll('main details')) fold.open = true")
    found, looked_at = [], random.choice(SCREENS)
    for width, scheme in SCREENS:
        page.set_viewport_size({"width": width, "height": 800})
        page.emulate_media(color_scheme=scheme)
        found += [f"{width} px, {scheme}: {one}" for one in (axe(page) if (width, scheme) == looked_at else [])]
        found += [f"{width} px, wider: {one}" for one in page.evaluate(WIDER)]
    page.set_viewport_size({"width": 1280, "height": 800})
    page.emulate_media(color_scheme="light")
    return found
