"""A sheet on a site without network: opened again, signed, sent once; kept for one person, as long as it serves, and nothing else with it."""

import time
from datetime import timedelta

import pytest
from django.utils import timezone

from hub.core.ui import offline
from tests.browser import village
from tests.browser.signing import address, draw, keeps, session_of_now, type_name
from tests.builders.accounts import make_person
from tests.builders.attendance import people_of
from trainings.attendance.models import Presence
from trainings.sessions.models import HalfDay

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

OVER = """async () => { for (const name of await caches.keys()) if (name.startsWith("hub-kept:")) {
  const cache = await caches.open(name);
  for (const one of await cache.keys()) {
    const page = await cache.match(one), headers = new Headers(page.headers);
    headers.set("Hub-Keep", headers.get("Hub-Keep").split(" ")[0] + " " + Math.floor(Date.now() / 1000 - 1));
    await cache.put(one, new Response(await page.text(), { headers }));
  } } }"""


@pytest.fixture
def session():
    return session_of_now()


@pytest.fixture
def come(new_page, live_server):
    """A function that gives a page signed in as somebody, on an address."""

    def make(user, path):
        page = new_page()
        village.enter(page, live_server.url, user)
        page.goto(live_server.url + path)
        return page

    return make


def type_without_network(page, row):
    page.get_by_role("link", name=f"Signer : {row.trainee.name}").click()
    type_name(page, row)
    page.get_by_role("button", name="Signer ma présence").click()
    page.get_by_text("Pas de réseau").wait_for()  # it was tried, and failed: nothing is on its way


def another(page):
    """The same browser, the page closed: nothing of it runs any more."""
    context = page.context
    page.close()
    page.complaints.clear()
    made = context.new_page()
    made.complaints = []
    return made


def opens_nothing(page, url):
    """The browser has nothing to show at the address."""
    with pytest.raises(Exception, match="ERR_"):
        page.goto(url)
    page.complaints.clear()


def test_sheet_opened_on_line_is_opened_again_and_signed_without_network(session, come, live_server, cut):
    one, two = people_of(session)
    page = come(session.trainers.get(), address(session))
    assert not page.locator("[data-hub-offline]").is_visible()
    keeps(page, address(session))
    posted = []
    page.context.on("request", lambda request: posted.append(request.url) if request.method == "POST" else None)

    cut(page)
    page.reload()
    assert page.locator("[data-hub-offline]").is_visible()
    assert page.get_by_role("heading", level=1).is_visible()
    page.get_by_role("link", name=f"Signer : {one.trainee.name}").click()
    draw(page)
    page.get_by_role("button", name="Signer ma présence").click()
    page.locator("[data-hub-kept]").wait_for()
    page.reload()
    type_without_network(page, two)
    assert "2 signatures gardées" in page.locator("[data-hub-kept]").inner_text()
    assert not Presence.objects.exists()
    posted.clear()
    cut(page, off=False)

    page.locator(f"[data-hub-line='{two.pk}'] .st.ok").wait_for()
    page.locator("[data-hub-offline]").wait_for(state="hidden")
    assert Presence.objects.count() == 2
    assert Presence.objects.filter(device_at__isnull=False).exists()
    assert len(posted) == 2, "each is sent once"
    assert page.evaluate("localStorage.getItem('hub-signatures')") == "[]"
    page.complaints.clear()


def test_kept_sheet_looks_like_the_sheet(session, come, axe, cut):
    page = come(session.trainers.get(), address(session))
    keeps(page, address(session))
    cut(page)
    page.reload()

    assert page.evaluate("[...document.fonts].filter((font) => font.status === 'loaded').length") == 2
    assert page.evaluate("getComputedStyle(document.querySelector('.note.warn')).paddingTop") != "0px"
    assert page.evaluate("document.querySelector('[data-hub-offline] svg use').getBBox().width") > 0
    assert axe(page) == []
    page.complaints.clear()


def test_session_of_the_day_takes_its_sheet_along(session, come, live_server, cut):
    page = come(session.trainers.get(), f"/formations/sessions/{session.pk}/")
    keeps(page, address(session))
    cut(page)

    page.goto(live_server.url + address(session))

    assert page.locator("[data-hub-offline]").is_visible()
    page.complaints.clear()


def test_sheet_taken_along_beforehand_opens_at_its_hour(session, come, cut):
    row = people_of(session)[0]
    rows = HalfDay.objects.filter(session=session)
    begins = timezone.localtime() + timedelta(hours=20)
    rows.update(date=begins.date(), starts_at=begins.time().replace(hour=min(begins.hour, 22)), ends_at=begins.time().replace(hour=23))
    page = come(session.trainers.get(), address(session))
    keeps(page, address(session))
    sign = page.locator(f"[data-hub-line='{row.pk}'] [data-hub-sign]")
    assert not sign.is_visible()
    cut(page)
    page.clock.install(time=rows.get().begins_at - timedelta(minutes=1))
    page.reload()
    assert page.get_by_text("La feuille ouvre à").is_visible()
    assert not sign.is_visible()

    page.clock.fast_forward(61_000)
    sign.wait_for()
    assert not page.get_by_text("La feuille ouvre à").is_visible()
    type_without_network(page, row)
    cut(page, off=False)

    page.locator("[data-hub-refused] li").wait_for()
    assert "personne ne signe avant" in page.locator("[data-hub-refused]").inner_text(), "the hub has its own clock"
    assert not Presence.objects.exists()
    page.complaints.clear()


def test_what_needs_the_network_leads_back_to_the_sheet(session, come, live_server, cut):
    page = come(session.trainers.get(), address(session))
    keeps(page, address(session))
    cut(page)

    page.goto(f"{live_server.url}{address(session)}clore/")
    page.wait_for_url(live_server.url + address(session))

    assert page.locator("[data-hub-offline]").is_visible()
    page.complaints.clear()


def test_links_that_need_the_network_look_so_and_the_other_kept_sheets_are_named(session, come, live_server, cut):
    row = session.half_days.get()
    other = HalfDay.objects.create(
        session=session, date=row.date + timedelta(days=1), period="pm", starts_at=row.starts_at, ends_at=row.ends_at
    )
    there = address(session).replace(str(row.pk), str(other.pk))
    page = come(session.trainers.get(), f"/formations/sessions/{session.pk}/")
    keeps(page, address(session), there)
    page.goto(live_server.url + address(session))
    out = page.locator("a[aria-disabled=true]")
    assert (out.count(), page.locator("[data-hub-others]").is_visible()) == (0, False)
    cut(page)
    page.reload()

    page.locator("[data-hub-others] a").wait_for()
    for link in (page.get_by_role("link", name="Toutes les demi-journées"), page.get_by_role("link", name="Absence").first):
        assert link.get_attribute("aria-disabled") == "true"
        link.click(force=True)
    assert page.url == live_server.url + address(session)
    assert not page.locator("[data-hub-sign]").first.get_attribute("aria-disabled")
    page.locator("[data-hub-others] a").click()
    page.wait_for_url(live_server.url + there)
    assert page.locator("[data-hub-others] a").get_attribute("href") == address(session)
    cut(page, off=False)
    page.locator("[data-hub-offline]").wait_for(state="hidden")
    assert out.count() == 0
    page.complaints.clear()


def test_page_that_stays_open_says_so_when_the_network_goes_and_comes_back(session, come, cut):
    page = come(session.trainers.get(), address(session))
    keeps(page, address(session))
    note, away = page.locator("[data-hub-offline]"), page.get_by_role("link", name="Toutes les demi-journées")
    assert not note.is_visible()

    cut(page)
    note.wait_for()
    assert away.get_attribute("aria-disabled") == "true"

    cut(page, off=False)
    note.wait_for(state="hidden")
    assert away.get_attribute("aria-disabled") is None
    page.complaints.clear()  # what the browser says of a network that was cut


def test_nothing_but_the_sheet_is_kept(session, come, live_server, cut):
    page = come(session.trainers.get(), address(session))
    keeps(page, address(session))
    for path in ("/moi/", f"{address(session)}clore/", f"/formations/sessions/{session.pk}/conventions/", "/annuaire/"):
        page.goto(live_server.url + path)

    keeps(page, address(session))
    cut(page)
    opens_nothing(page, f"{live_server.url}/formations/sessions/{session.pk}/")


def test_signing_out_takes_it_away(session, come, live_server, cut):
    page = come(session.trainers.get(), address(session))
    keeps(page, address(session))

    page.locator(".menu--end summary").click()
    page.get_by_role("button", name="Se déconnecter").click()
    page.wait_for_url(f"{live_server.url}/")

    keeps(page)
    cut(page)
    opens_nothing(page, live_server.url + address(session))


def test_session_ended_elsewhere_takes_it_away(session, come, live_server):
    page = come(session.trainers.get(), address(session))
    keeps(page, address(session))
    page.context.clear_cookies()

    page.reload()

    assert "/connexion/" in page.url
    keeps(page)


def test_sheet_that_is_hers_no_more_is_kept_no_more(session, come, live_server):
    page = come(session.trainers.get(), address(session))
    keeps(page, address(session))
    session.trainers.clear()
    session.trainers.set([make_person(session.organisation, "trainer")])

    page.reload()

    keeps(page)


def test_kept_sheet_ends_by_itself(session, come, live_server, cut):
    page = come(session.trainers.get(), address(session))
    keeps(page, address(session))
    page.evaluate(OVER)

    cut(page)
    opens_nothing(page, live_server.url + address(session))
    cut(page, off=False)
    page.goto(f"{live_server.url}/moi/")

    keeps(page)


def test_somebody_else_sees_nothing_and_sends_nothing_of_hers(session, come, live_server, cut):
    row = people_of(session)[0]
    ana, bea = session.trainers.get(), make_person(session.organisation, "trainer", first_name="Béa", last_name="Roux")
    page = come(ana, address(session))
    keeps(page, address(session))
    cut(page)
    type_without_network(page, row)
    page = another(page)
    cut(page, off=False)

    village.enter(page, live_server.url, bea)
    page.goto(f"{live_server.url}/moi/")
    keeps(page)
    session.trainers.add(bea)
    page.goto(live_server.url + address(session))
    keeps(page, address(session))
    page.wait_for_timeout(500)
    assert not page.locator("[data-hub-kept]").is_visible()
    assert not Presence.objects.exists()
    cut(page)
    page.reload()
    assert page.locator(".menu--end summary").inner_text().startswith("Béa Roux")
    cut(page, off=False)

    village.enter(page, live_server.url, ana)
    page.goto(live_server.url + address(session))
    page.locator(f"[data-hub-line='{row.pk}'] .st.ok").wait_for()
    assert Presence.objects.get().noted_by == ana
    page.complaints.clear()


def test_worker_alone_keeps_for_one_person_at_a_time(session, new_page, live_server):
    """Without the script that forgets on every page."""
    ana, bea = session.trainers.get(), make_person(session.organisation, "trainer")
    session.trainers.add(bea)
    page = new_page()
    page.add_init_script("window.stored = caches; delete window.caches;")
    names = "async () => (await stored.keys()).filter((name) => name.startsWith('hub-kept:'))"
    for user in (ana, bea):
        village.enter(page, live_server.url, user)
        page.goto(live_server.url + address(session))
        assert not page.evaluate("'caches' in window")
        wanted = [f"hub-kept:{offline.device_key(user.pk)}"]
        until = time.monotonic() + 5
        while page.evaluate(names) != wanted and time.monotonic() < until:
            page.wait_for_timeout(50)

        assert page.evaluate(names) == wanted


def test_without_a_worker_the_sheet_is_what_it_was(session, new_page, live_server):
    row = people_of(session)[0]
    page = new_page()
    page.add_init_script("Object.defineProperty(Navigator.prototype, 'serviceWorker', { get: () => undefined })")
    village.enter(page, live_server.url, session.trainers.get())
    page.goto(live_server.url + address(session))

    page.get_by_role("link", name=f"Signer : {row.trainee.name}").click()
    type_name(page, row)
    page.get_by_role("button", name="Signer ma présence").click()
    page.locator(f"[data-hub-line='{row.pk}'] .st.ok").wait_for()

    assert Presence.objects.get().device_at is None
