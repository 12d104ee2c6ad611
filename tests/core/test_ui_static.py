import re
import xml.dom.minidom
from pathlib import Path

import brotli
import pytest

from hub.core.ui import bundle, icons

HUB = Path(bundle.HERE).parents[2]
STATIC = bundle.HERE / "static" / "ui"
FIRST_VIEW = ["hub.css", "theme.js", "menu.js", "forms.js", "offline.js", "icons.svg", "mark.svg"]
PAGES = HUB / "hub" / "pages" / "templates" / "pages"
GALLERY = [PAGES / "gallery.html", *sorted((PAGES / "gallery").glob("*.html"))]
OURS = sorted((bundle.HERE / "templates").rglob("*.html")) + GALLERY
TEMPLATES = sorted(path for name in ("hub", "directory", "trainings", "search") for path in (HUB / name).rglob("templates/**/*.html"))


def words(template: Path) -> str:
    """What a person reads in a template: no comments, tags, or markup."""
    text = re.sub(r"{% comment %}.*?{% endcomment %}|{#.*?#}", "", template.read_text(encoding="utf-8"), flags=re.S)
    text = re.sub(r'(?:include|page_links|counted:) ?"[^"]*"', "", text)
    return re.sub(r"{%-?|%}|{{|}}", "", re.sub(r"<[^>]*>", " ", re.sub(r"{[{%](?!.*include).*?[%}]}", "…", text)))


def test_sheet_is_made_of_its_parts():
    assert bundle.SHEET.read_text(encoding="utf-8") == bundle.compose(), "run: python -m hub.core.ui.bundle"


def test_first_view_is_light():
    fonts = sum(font.stat().st_size for font in STATIC.glob("fonts/*.woff2"))
    files = sum(len(brotli.compress((STATIC / name).read_bytes(), quality=11)) for name in FIRST_VIEW)

    assert fonts <= 72_000
    assert files <= 14_000


def test_each_font_comes_with_its_licence():
    assert len(list(STATIC.glob("fonts/*.woff2"))) == 2
    for licence in STATIC.glob("fonts/LICENSE-*.txt"):
        assert "SIL Open Font License" in licence.read_text(encoding="utf-8")
    assert len(list(STATIC.glob("fonts/LICENSE-*.txt"))) == 2


@pytest.mark.parametrize("name", ["icons.svg", "logo.svg", "mark.svg"])
def test_drawing_is_svg(name):
    document = xml.dom.minidom.parse(str(STATIC / name))

    assert document.documentElement.namespaceURI == "http://www.w3.org/2000/svg"  # one letter less, and nothing is drawn


def test_sprite_names_each_shape_once():
    found = re.findall(r'<symbol id="([\w-]+)"', icons.SPRITE.read_text(encoding="utf-8"))

    assert len(found) == len(set(found)) == 52


def test_icons_named_in_templates_exist():
    named = {name for path in TEMPLATES for name in re.findall(r'{% icon "([\w-]+)"', path.read_text(encoding="utf-8"))}

    assert "search" in named
    assert {name for name in named if name not in icons.names() and f"i-{name}" not in icons.names()} == set()


@pytest.mark.parametrize("script", ["theme.js", "menu.js", "forms.js", "offline.js"])
def test_script_finds_its_elements_by_attribute(script):
    text = (STATIC / script).read_text(encoding="utf-8")

    assert "data-hub-" in text
    assert "eval(" not in text
    assert "innerHTML" not in text


def test_templates_hold_nothing_that_the_policy_refuses():
    refused = re.compile(r"""\sstyle=|<style|\son[a-z]+=["']|<script(?![^>]*\ssrc=)|javascript:""")
    found = {
        str(path.relative_to(HUB)): refused.findall(path.read_text(encoding="utf-8")) for path in TEMPLATES if path.name != "mail.html"
    }

    assert {name: hits for name, hits in found.items() if hits} == {}


@pytest.mark.parametrize("template", OURS, ids=lambda path: path.name)
def test_french_spaces_do_not_break(template):
    loose = re.findall(r"\S? [;!?:»](?=\s|$)|« ", words(template))

    assert loose == []


COMPONENTS = sorted(path for path in (bundle.HERE / "templates" / "ui").glob("*.html") if path.name[0] != "_")
FRAMES = {"base.html", "error.html", "confirm.html"}


@pytest.mark.parametrize("component", [path for path in COMPONENTS if path.name not in FRAMES], ids=lambda path: path.name)
def test_component_says_its_inputs_and_stands_in_the_gallery(component):
    text = component.read_text(encoding="utf-8")
    used = "".join(path.read_text(encoding="utf-8") for path in [*GALLERY, *COMPONENTS] if path != component)

    assert re.match(r"{% comment %}\n.*?Inputs?[ :].*?{% endcomment %}", text, re.S)
    assert f'"ui/{component.name}"' in used or (component.name == "pages.html" and "{% page_links" in used)
