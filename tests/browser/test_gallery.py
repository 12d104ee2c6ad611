"""The gallery in a real browser: every component, wide and narrow, light and dark, with a keyboard, on paper, without script."""

import pytest

from tests.browser.looks import CROWDED

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

SCREENS = [(1280, "light"), (1280, "dark"), (320, "light"), (320, "dark")]
REPORT_VIOLATIONS = "addEventListener('securitypolicyviolation', (e) => console.error('CSP', e.violatedDirective, e.blockedURI))"

SMALL_PRINT = """() => [...document.querySelectorAll("body *")]
  .filter((e) => e.checkVisibility() && [...e.childNodes].some((n) => n.nodeType === 3 && n.textContent.trim()))
  .filter((e) => e.tagName !== "SUP" && parseFloat(getComputedStyle(e).fontSize) < 13)
  .map((e) => e.outerHTML.slice(0, 90))"""
WIDER = """() => document.documentElement.scrollWidth - innerWidth"""
RING = """() => {
  const it = document.activeElement, style = getComputedStyle(it.closest("svg a")?.firstElementChild ?? it);
  const ring = it.closest("svg a") ? parseFloat(style.strokeWidth) : style.outlineStyle === "none" ? 0 : parseFloat(style.outlineWidth);
  const box = it.getBoundingClientRect();
  return {ring, what: it.outerHTML.slice(0, 90), inside: box.right > 0 && box.left < innerWidth};
}"""


@pytest.fixture
def opened(browser, live_server):
    """A function that opens the gallery and gives the page and what went wrong while it loaded."""
    contexts = []

    def open_gallery(width=1280, scheme="light", **options):
        context = browser.new_context(viewport={"width": width, "height": 800}, color_scheme=scheme, locale="fr-FR", **options)
        contexts.append(context)
        page = context.new_page()
        page.wrong, page.asked = [], []
        page.on("console", lambda said: page.wrong.append(said.text) if said.type in {"error", "warning"} else None)
        page.on("pageerror", lambda error: page.wrong.append(str(error)))
        page.on("request", lambda request: page.asked.append(request.url))
        page.on("response", lambda answer: page.wrong.append(f"{answer.status} {answer.url}") if answer.status >= 400 else None)
        page.add_init_script(REPORT_VIOLATIONS)
        page.goto(f"{live_server.url}/composants/")
        page.evaluate("document.fonts.ready")
        return page

    yield open_gallery
    for context in contexts:
        context.close()


@pytest.mark.parametrize(("width", "scheme"), SCREENS)
def test_gallery_fits_and_obeys_its_policy(opened, live_server, width, scheme):
    page = opened(width, scheme)

    assert page.evaluate(WIDER) <= 0
    assert page.evaluate(CROWDED) == []
    assert page.evaluate(SMALL_PRINT) == []
    assert page.evaluate("[...document.fonts].filter((font) => font.status === 'loaded').length") == 2
    assert page.evaluate("document.querySelector('.st .i use').getBBox().width") > 0  # the sprite came, and is drawn
    assert page.wrong == []
    assert len(page.asked) <= 20
    assert {url for url in page.asked if not url.startswith((live_server.url, "data:"))} == set()


@pytest.mark.parametrize(("width", "scheme"), SCREENS)
def test_gallery_has_no_barrier_that_axe_knows(opened, axe, width, scheme):
    page = opened(width, scheme)
    page.evaluate("for (const fold of document.querySelectorAll('main details')) fold.open = true")

    assert axe(page, colours=scheme == "dark") == []


def test_keyboard_sees_where_it_is(opened):
    page = opened()
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"

    for _ in range(70):
        there = page.evaluate(RING)
        assert there["ring"] >= 2, there
        assert there["inside"], there
        page.keyboard.press("Tab")


def test_skip_link_leads_to_the_content(opened):
    page = opened()
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")

    assert page.evaluate("document.activeElement.id") == "contenu"


def test_dialog_opens_takes_the_focus_and_closes(opened):
    page = opened()
    page.click("[data-hub-opens]")
    assert page.evaluate("document.querySelector('dialog').contains(document.activeElement)")

    page.keyboard.press("Escape")

    assert not page.evaluate("document.querySelector('dialog').open")
    assert page.evaluate("document.activeElement.dataset.hubOpens") == "annuler"


def test_answer_is_closed_by_its_button(opened):
    page = opened()
    page.click("[data-hub-dismiss]")

    assert page.query_selector(".toast") is None


def test_chosen_theme_is_kept(opened):
    page = opened(scheme="light")
    page.click("[data-hub-theme]")
    page.reload()

    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(24, 23, 21)"
    assert page.inner_text("[data-hub-theme]") == "Thème clair", "the button says what a click gives"
    page.click("[data-hub-theme]")
    assert page.inner_text("[data-hub-theme]") == "Thème sombre"


def test_dark_page_prints_black_on_white_without_its_menus(opened):
    page = opened(scheme="dark")
    page.emulate_media(media="print")

    assert page.evaluate("getComputedStyle(document.body).color") == "rgb(0, 0, 0)"
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
    assert not page.is_visible(".band")
    assert not page.is_visible(".areas")
    assert page.is_visible("h1")


def test_page_works_without_script(opened):
    page = opened(320, java_script_enabled=False)

    assert page.is_visible(".areas a")
    assert page.is_visible("text=Se connecter")
    assert not page.is_visible("[data-hub-theme]")  # a button that would do nothing
    assert page.is_visible(".facets input")
    page.click("figure details.more > summary >> nth=0")
    assert page.is_visible("figure details.more[open] table")


@pytest.mark.parametrize("width", [1280, 320])
def test_text_spacing_of_a_reader_breaks_nothing(opened, width):
    """WCAG 1.4.12: the values of the criterion, set by the reader's own style sheet."""
    page = opened(width, bypass_csp=True)
    page.add_style_tag(
        content="*{line-height:1.5!important;letter-spacing:.12em!important;word-spacing:.16em!important}p{margin-bottom:2em!important}"
    )

    assert page.evaluate(WIDER) <= 0


def with_form(page, markup):
    """Put a form in the page and start the forms' script anew, as a page that holds it would."""
    page.evaluate("(markup) => { document.querySelector('main').innerHTML = markup; }", markup)
    page.evaluate("import('/static/ui/forms.js?again')")


def test_error_summary_takes_the_focus(opened):
    page = opened()
    with_form(page, '<div class="errors" tabindex="-1" data-hub-errors>Un point</div><input id="x">')

    assert page.evaluate("document.activeElement.className") == "errors"


def test_form_is_sent_once(opened):
    page = opened()
    with_form(page, '<form data-hub-once target="_blank"><button>Inscrire</button><span class="busy">…</span></form>')
    page.evaluate("""() => {
      window.sent = 0;
      document.querySelector("main form").addEventListener("submit", (e) => { sent += !e.defaultPrevented; e.preventDefault(); });
    }""")

    page.click("main form button")
    page.evaluate("document.querySelector('main form').requestSubmit()")

    assert page.evaluate("sent") == 1
    assert page.get_attribute("main form button", "aria-disabled") == "true"
    assert page.is_visible("main .busy")


@pytest.mark.parametrize(("typed", "asked"), [("Six places", 1), ("", 0)])
def test_leaving_with_unsent_text_asks_first(opened, typed, asked):
    page = opened()
    with_form(page, '<form data-hub-unsaved><textarea id="mots"></textarea></form>')
    questions = []
    page.on("dialog", lambda dialog: (questions.append(dialog.type), dialog.accept()))

    page.click("#mots")
    page.keyboard.type(typed)
    page.reload()

    assert questions == ["beforeunload"] * asked
