"""The few scripts of every page: what they fetch, send and show, that the page without them does not."""

import pytest

from directory.people.services.files import PHOTO
from hub.core.documents import kinds
from hub.core.documents.errors import UploadRefused
from hub.core.documents.sniff import refuse_size
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


def test_address_of_a_filtered_list_holds_what_was_asked_alone(come_in, live_server):
    page, _ = come_in("/formations/sessions/")
    page.fill("main [name=q]", "terre")
    page.check("main [name=places]")

    page.click("main form.facets button:not([type=button])")

    page.wait_for_url("**/formations/sessions/?*")
    assert page.url == f"{live_server.url}/formations/sessions/?q=terre&places=1"


def test_form_that_writes_says_for_whom_one_acts(come_in):
    page, _ = come_in("/annuaire/ma-fiche/")
    sent = []
    page.on("request", lambda request: sent.append(request.post_data or "") if request.method == "POST" else None)

    page.click("main form[method=post] .btn--main >> nth=0")

    page.wait_for_load_state()
    assert ["hub_mandate" in one for one in sent] == [True]


@pytest.mark.parametrize(("name", "octets"), [("moi.JPG", 5_400_000), ("moi.autre", 10_600_000)])
def test_file_that_is_too_heavy_is_told_of_before_it_is_sent_in_the_server_s_words(come_in, name, octets):
    page, _ = come_in("/annuaire/ma-fiche/")
    sent = []
    page.on("request", lambda request: sent.append(request.url) if request.method == "POST" else None)
    with pytest.raises(UploadRefused) as refusal:
        refuse_size(octets, kinds.get(PHOTO), name)
    (box,) = [one for one in page.query_selector_all("main input[type=file]") if one.get_attribute("name").endswith("photo")]
    send = "main form[method=post]:has(input[type=file]) .btn--main"

    box.set_input_files({"name": name, "mimeType": "image/jpeg", "buffer": b"x" * octets})
    page.click(send)

    said = page.text_content(".field .wrong[role=alert]")
    assert said == refusal.value.sentence
    assert (sent, box.get_attribute("aria-invalid")) == ([], "true")
    assert page.evaluate("document.activeElement.getAttribute('aria-describedby')").split()[-1] == page.get_attribute(
        ".wrong[role=alert]", "id"
    )

    box.set_input_files({"name": name, "mimeType": "image/jpeg", "buffer": b"x"})
    assert page.query_selector(".wrong[role=alert]") is None
    page.click(send)
    page.wait_for_load_state()
    assert len(sent) == 1
