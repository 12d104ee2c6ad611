"""Takes the pictures of docs/images from a demo that already runs; its people are invented."""

import argparse
import shutil
import subprocess
from pathlib import Path

from playwright.sync_api import Page, ViewportSize, sync_playwright

from tests.plugins.browser import FLAGS

IMAGES = Path(__file__).resolve().parents[2] / "docs" / "images"
SIZE: ViewportSize = {"width": 1280, "height": 960}
HEAVIEST = 200_000  # bytes


def enter(page: Page, address: str) -> None:
    """The one-click entry of a training manager; its absence means that the hub is no demo, or is not on this machine."""
    page.goto(f"{address}/connexion/")
    page.locator("#demo-entrer ~ ul li", has_text="chargée ou chargé de formation").first.get_by_role("button").click()
    page.wait_for_load_state()


def take(page: Page, url: str, name: str) -> Path:
    page.goto(url)
    page.evaluate("document.fonts.ready")
    picture = IMAGES / name
    page.screenshot(path=picture)
    lighten(picture)
    if picture.stat().st_size > HEAVIEST:
        raise SystemExit(f"{picture.name} pèse {picture.stat().st_size // 1000} ko, plus de {HEAVIEST // 1000}.")
    return picture


def lighten(picture: Path) -> None:
    """A palette of 128 colours is enough for a screen without photographs."""
    from PIL import Image

    with Image.open(picture) as full:
        small = full.convert("RGB").quantize(colors=128, method=Image.Quantize.MEDIANCUT, dither=Image.Dither.NONE)
    small.save(picture, optimize=True)
    if shutil.which("optipng"):
        subprocess.run(["optipng", "-quiet", str(picture)], check=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("address", help="adresse de la démonstration, http://127.0.0.1:8000")
    address = parser.parse_args().address.rstrip("/")
    IMAGES.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=FLAGS)
        page = browser.new_context(viewport=SIZE, locale="fr-FR", timezone_id="Europe/Paris", color_scheme="light").new_page()
        enter(page, address)
        take(page, f"{address}/annuaire/", "annuaire.png")
        page.goto(f"{address}/formations/sessions/")
        first = page.locator(".hit h2 a").first.get_attribute("href")
        take(page, f"{address}{first}", "session.png")
        browser.close()


if __name__ == "__main__":
    main()
