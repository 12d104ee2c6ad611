"""The few scripts of every page: what they fetch, send and show, that the page without them does not."""

import pytest

from tests.browser import village
from tests.builders.accounts import make_member, make_person

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def come_in(new_page, live_server):
    """A function that gives a page of an advisor, on an address, and what it asked of the site."""

    def make(path, **options):
        page = new_page(**options)
        asked = []
        page.on("request", lambda request: asked.append(request.url.removeprefix(live_server.url)))
        village.enter(page, live_server.url, make_person(make_member("Bâti Commun"), "advisor"))
        page.goto(live_server.url + path)
        return page, asked

    return make


@pytest.mark.parametrize(("path", "box"), [("/moi/", "home-q"), ("/cooperatives/", "q")])
def test_box_completes_what_is_typed_and_asks_nothing_before(come_in, path, box):
    page, asked = come_in(path)
    page.route("**/recherche/suggestions.json*", lambda route: route.fulfill(json={"results": [{"value": "Plombière", "label": ""}]}))
    assert not [one for one in asked if "suggest" in one]

    with page.expect_response("**/ui/suggest.js"):
        page.focus(f"#{box}")
    with page.expect_response("**/recherche/suggestions.json?q=plomb"):
        page.keyboard.type("plomb", delay=50)

    page.wait_for_selector(f"#{box}-liste option[value='Plombière']", state="attached")
