"""G3 in Chromium: over the main pages, no payload opens a dialog nor sets the mark. Policy refusals fail the test by themselves."""

import pytest
from django.core.cache import cache

from search import index
from tests.access.test_injection import Poisoned

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_no_payload_runs_in_chromium(live_server, new_page):
    cache.clear()
    poisoned = Poisoned(0).build()
    index.rebuild()
    page, dialogs, ran = new_page(), [], []
    page.on("dialog", lambda dialog: (dialogs.append(dialog.message), dialog.dismiss()))
    client = None
    for one, url in poisoned.pages():
        if one is not client:
            client = one
            page.context.add_cookies(
                [{"name": "sessionid", "value": one.cookies["sessionid"].value, "url": live_server.url}],
            )
        if url.endswith(".json"):
            continue
        page.goto(f"{live_server.url}{url}")
        if page.evaluate("() => '__x' in window"):
            ran.append(url)
    assert (dialogs, ran) == ([], [])
