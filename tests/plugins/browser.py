"""Chromium for the tests marked `browser`: a page that fails its test when the console or the content security policy complains."""

import os
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from tests.tools.ci.needs import chromium, node_tools

os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")  # playwright's loop and the database share a thread

FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"]
FLAGS += ["--disable-component-update", "--disable-sync", "--disable-dev-shm-usage"]
LAPTOP, PHONE = {"width": 1280, "height": 900}, {"width": 320, "height": 720}
AXE_COLOURS = ["color-contrast", "link-in-text-block"]
AXE_TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]

MakePage = Callable[..., Page]


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    path = chromium()
    assert path, "Chromium is missing: bin/test installs it"
    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(executable_path=path, args=FLAGS)
        yield launched
        launched.close()


@pytest.fixture
def new_page(browser: Browser) -> Iterator[MakePage]:
    """Makes pages: new_page(viewport=PHONE, color_scheme="dark", java_script_enabled=False…). What the browser complains of fails the test;
    a test that provokes a complaint on purpose empties `page.complaints`."""
    contexts: list[BrowserContext] = []
    pages: list[Page] = []

    def make(**options: Any) -> Page:
        settings = {"viewport": LAPTOP, "locale": "fr-FR", "timezone_id": "Europe/Paris"} | options
        context = browser.new_context(**settings)
        context.set_default_timeout(30_000)
        contexts.append(context)
        page = context.new_page()
        page.complaints = _listen(page)  # type: ignore[attr-defined]
        pages.append(page)
        return page

    yield make
    complaints = [complaint for page in pages for complaint in page.complaints]  # type: ignore[attr-defined]
    for context in contexts:
        context.close()
    assert complaints == []


def _listen(page: Page) -> list[str]:
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(f"console: {message.text}") if message.type == "error" else None)
    page.on("pageerror", lambda error: complaints.append(f"script: {error}"))
    page.on("requestfinished", lambda request: complaints.append(f"third party: {request.url}") if _is_foreign(request.url) else None)
    page.on("requestfailed", lambda request: complaints.append(f"third party: {request.url}") if _is_foreign(request.url) else None)
    return complaints


def _is_foreign(url: str) -> bool:
    return url.startswith("http") and not url.startswith(("http://localhost:", "http://127.0.0.1:", "http://[::1]:"))


@pytest.fixture
def page(new_page: MakePage) -> Page:
    return new_page()


@pytest.fixture
def narrow_page(new_page: MakePage) -> Page:
    """A phone of 320 px."""
    return new_page(viewport=PHONE, is_mobile=True, has_touch=True)


@pytest.fixture(scope="session")
def axe() -> Callable[..., list[str]]:
    """axe(page) -> violations, one line each; axe(page, incomplete=True) -> what axe could not decide; axe(page, colours=True) -> what other
    colours alone can have changed: half of its time."""
    script = (node_tools() / "node_modules" / "axe-core" / "axe.min.js").read_text()

    def run(page: Page, *, incomplete: bool = False, colours: bool = False) -> list[str]:
        if not page.evaluate("() => 'axe' in window"):
            page.evaluate(script)
        asked = "incomplete" if incomplete else "violations"  # what is right is not told node by node: half of its time
        asking = {"runOnly": AXE_COLOURS if colours else AXE_TAGS, "resultTypes": [asked]}
        rules = page.evaluate("(asking) => axe.run(asking)", asking)[asked]
        return [f"{rule['id']} ({rule['impact']}): {' '.join(node['target'][0])}" for rule in rules for node in rule["nodes"]]

    return run
