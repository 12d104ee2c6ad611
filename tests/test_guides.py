"""The guides of docs/fr say what the screens say: their pictures, addresses, labels and refusals are all found where they come from."""

import json
import re
from pathlib import Path

import pytest
from django.urls import Resolver404, resolve

from tests.tools.pictures import PICTURES, Who
from tests.tools.screenshots import HEAVIEST, IMAGES

ROOT = IMAGES.parents[1]
GUIDES = sorted((ROOT / "docs" / "fr").glob("*.md"))
PAGES = [ROOT / "README.md", *GUIDES]
FOOTER = (ROOT / "hub/core/ui/templates/ui/_footer.html").read_text()
SPACES = str.maketrans("\u00a0\u202f", "  ")


def of_pages(pages: list[Path]) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("page", pages, ids=lambda page: page.stem)


def resolves(path: str) -> bool:
    """A page written in the site's own admin answers to any address: it counts when the hub itself leads to it, from every foot of page."""
    try:
        return resolve(path).view_name != "wagtail_serve" or f'href="{path}"' in FOOTER
    except Resolver404:
        return False


@pytest.fixture(scope="module")
def said() -> str:
    """All that templates, code and scripts may write on a screen, with plain spaces."""
    folders = ("hub", "directory", "trainings", "workgroups", "search")
    files = [path for folder in folders for ending in ("*.html", "*.py", "*.js") for path in (ROOT / folder).rglob(ending)]
    text = "\n".join(path.read_text() for path in files)
    for mark in ("&nbsp;", "&#8239;", "{FIXED}", "\\u00a0"):
        text = text.replace(mark, " ")
    return text.translate(SPACES)


def test_every_picture_is_declared_and_every_declared_one_is_shown():
    shown = {(str(page.relative_to(ROOT)), name) for page in PAGES for name in re.findall(r"images/([\w-]+\.png)", page.read_text())}

    assert shown == {(one.page, one.name) for one in PICTURES}
    assert {path.name for path in IMAGES.iterdir()} == {one.name for one in PICTURES}


def test_pictures_are_light():
    assert [path.name for path in IMAGES.iterdir() if path.stat().st_size > HEAVIEST] == []


def test_pictures_are_taken_at_addresses_of_the_hub_by_people_with_a_role():
    roles = json.loads((ROOT / "hub/core/accounts/data/roles.json").read_text())

    assert [one.path for one in PICTURES if not resolves(one.path.partition("?")[0])] == []
    assert set(Who) - {Who.NOBODY} <= {role["label"] for role in roles}


@of_pages(GUIDES)
def test_addresses_of_a_guide_resolve(page: Path):
    cited = re.findall(r"`(/[^`]*)`", page.read_text())

    assert cited
    assert [path for path in cited if not resolves(path)] == []


@of_pages(GUIDES)
def test_links_of_a_guide_lead_to_files(page: Path):
    links = re.findall(r"\]\(([^)#]+)", page.read_text())

    assert [link for link in links if not (page.parent / link).exists()] == []


@of_pages([page for page in GUIDES if page.stem not in {"README", "hebergement"}])
def test_labels_of_a_guide_are_those_of_the_screens(page: Path, said: str):
    labels = re.findall(r"\*\*([^*]+)\*\*", page.read_text().translate(SPACES))

    assert len(labels) > 5
    assert [label for label in labels if label not in said] == []


@of_pages([page for page in GUIDES if page.stem not in {"README", "hebergement"}])
def test_refusals_of_a_guide_are_those_of_the_hub(page: Path, said: str):
    quoted = re.findall(r"^\| «([^»]+)»", page.read_text().translate(SPACES), flags=re.MULTILINE)

    pieces = [piece.strip() for words in quoted for piece in words.split("…")]
    assert len(quoted) > 3
    assert [piece for piece in pieces if piece not in said] == []
