"""Nothing that one looks for lies out of sight or in a column too thin to read, on a phone above all."""

import pytest
from django.urls import reverse

from tests.browser import looks, village
from tests.builders.accounts import make_coordinator, make_member, make_person
from tests.builders.cooperatives import make_entry
from tests.plugins.browser import PHONE

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
BOX = "one => { const {left, right, top, width} = one.getBoundingClientRect(); return {left, right, top, width} }"
LINES = """one => {
  const range = document.createRange();
  range.selectNodeContents(one);
  return new Set([...range.getClientRects()].map((box) => Math.round(box.top))).size;
}"""


@pytest.fixture
def come_in(new_page, live_server):
    """A function that gives a page of a training manager, on an address."""

    def make(path):
        page = new_page(viewport=PHONE)
        village.enter(page, live_server.url, make_person(make_member("Bâti Commun"), "training_manager"))
        page.goto(live_server.url + path)
        return page

    return make


def test_current_tab_is_in_sight(come_in):
    page = come_in("/formations/dossiers/")

    tabs, current = (page.locator(selector).evaluate(BOX) for selector in (".title .tabs ul", ".title .tabs [aria-current]"))

    assert tabs["left"] < current["left"] < current["right"] <= tabs["right"]
    assert page.evaluate("scrollY") == 0


def test_areas_stand_on_one_line(come_in):
    page = come_in("/annuaire/")

    assert len({round(one.evaluate(BOX)["top"]) for one in page.locator(".areas a").all()}) == 1


@pytest.mark.parametrize("path", ["/composants/", "/cooperatives/de-la-drome/"])
def test_facts_have_the_whole_width(come_in, path):
    make_entry("De la Drôme", city="Valence", website="https://drome.example.org/")
    page = come_in(path)

    whole, values = page.locator(".facts").first.evaluate(BOX), page.locator(".facts").first.locator("dd").all()

    assert values
    assert {round(one.evaluate(BOX)["width"]) for one in values} == {round(whole["width"])}


def test_terms_of_a_list_of_things_to_do_keep_to_their_column(new_page, live_server):
    page = new_page()
    village.enter(page, live_server.url, make_person(make_member(), "training_manager"))
    page.goto(f"{live_server.url}/compte/")

    assert page.locator(".due .when").evaluate_all("all => all.filter((one) => one.scrollWidth > one.clientWidth).length") == 0


@pytest.mark.parametrize("width", [320, 640, 1280])
def test_a_long_word_breaks_in_its_table_and_the_short_ones_stay_whole(new_page, live_server, width):
    make_member("w" * 150)
    make_member("Coopérative d’accompagnement")
    page = new_page(viewport={"width": width, "height": 800})
    village.enter(page, live_server.url, make_coordinator())
    page.goto(live_server.url + reverse("accounts:organisations"))

    assert page.evaluate(looks.WIDER) == []
    whole, table = (page.locator(selector).first.evaluate(BOX) for selector in ("main", "main table"))
    assert table["right"] <= whole["right"] + 1
    assert page.locator("tbody th", has_text="Coopérative").evaluate(LINES) <= 2, "no word is cut"
