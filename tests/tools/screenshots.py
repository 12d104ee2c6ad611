"""Takes the pictures of docs/images from a demo that already runs, its year played (bin/hub demo --year); its people are invented.

    bin/screenshots http://127.0.0.1:8000 [--only dirigeante]

What to take is in tests/tools/pictures.py.
"""

import argparse
import shutil
import subprocess
from itertools import groupby
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, Error, Locator, Page, sync_playwright

from tests.plugins.browser import FLAGS
from tests.tools.ci.needs import chromium
from tests.tools.pictures import FIRST, PICTURES, SESSION, Picture, Who

IMAGES = Path(__file__).resolve().parents[2] / "docs" / "images"
LAPTOP: dict[str, Any] = {"viewport": {"width": 1280, "height": 900}}
PHONE: dict[str, Any] = {"viewport": {"width": 320, "height": 640}, "device_scale_factor": 2, "is_mobile": True, "has_touch": True}
HEAVIEST = 120_000  # bytes


def enter(page: Page, address: str, who: Who) -> None:
    """The one-click entry of this role; its absence means that the hub is no demo, or is not on this machine."""
    if who is Who.NOBODY:
        return
    page.goto(f"{address}/connexion/")
    page.locator("#demo-entrer ~ ul li", has_text=who.value).first.get_by_role("button").click()
    page.wait_for_load_state()


def take(page: Page, address: str, wanted: Picture) -> Path:
    page.goto(f"{address}{wanted.path}")
    for words in wanted.follow:
        named(page, words).first.click()
        page.wait_for_load_state()
    if wanted.at:
        page.get_by_role("heading", name=wanted.at).first.evaluate(
            "heading => scrollTo(0, (heading.closest('li') ?? heading).getBoundingClientRect().top + scrollY - 8)"
        )
    page.evaluate("document.fonts.ready")
    picture = IMAGES / wanted.name
    page.screenshot(path=picture, animations="disabled")
    lighten(picture)
    if picture.stat().st_size > HEAVIEST:
        raise SystemExit(f"{picture.name} pèse {picture.stat().st_size // 1000} ko, plus de {HEAVIEST // 1000}.")
    return picture


def named(page: Page, words: str) -> Locator:
    main = page.get_by_role("main")
    if words in {FIRST, SESSION}:
        return main.locator(words)
    return main.get_by_role("link", name=words).or_(main.get_by_role("button", name=words))


def lighten(picture: Path) -> None:
    """A palette is enough for a screen without photographs: large areas keep their exact colour, rare ones stay apart."""
    from PIL import Image

    with Image.open(picture) as full:
        small = full.convert("RGB").quantize(method=Image.Quantize.MAXCOVERAGE, kmeans=1, dither=Image.Dither.NONE)
    small.save(picture, optimize=True)
    if shutil.which("optipng"):
        subprocess.run(["optipng", "-quiet", str(picture)], check=True)


def take_all(browser: Browser, address: str, only: str) -> None:
    """One sitting for each person and each width."""
    wanted = sorted((one for one in PICTURES if one.name.startswith(only)), key=lambda one: (one.who, one.on_phone))
    for (who, on_phone), pictures in groupby(wanted, key=lambda one: (one.who, one.on_phone)):
        size = PHONE if on_phone else LAPTOP
        context = browser.new_context(**size, locale="fr-FR", timezone_id="Europe/Paris", color_scheme="light", reduced_motion="reduce")
        context.set_default_timeout(10_000)
        page = context.new_page()
        enter(page, address, who)
        for one in pictures:
            try:
                print(take(page, address, one).name)
            except Error as wrong:
                raise SystemExit(
                    f"{one.name} : {wrong.message.splitlines()[0]}. La démonstration a-t-elle son année (bin/hub demo --year) ?"
                ) from wrong
        context.close()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("address", help="adresse de la démonstration, http://127.0.0.1:8000")
    parser.add_argument("--only", default="", help="le début du nom des images à prendre")
    chosen = parser.parse_args()
    IMAGES.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium(), args=FLAGS)
        take_all(browser, chosen.address.rstrip("/"), chosen.only)
        browser.close()


if __name__ == "__main__":
    main()
