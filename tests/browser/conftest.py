import pytest
from django.core.servers.basehttp import ServerHandler


@pytest.fixture
def cut(monkeypatch):
    """cut(page), cut(page, off=False): the browser is told that there is no network, and the server answers nothing meanwhile; what Chromium
    lets through beside a service worker would be an answer all the same."""
    is_off, run = [False], ServerHandler.run

    def running(handler, application):
        if is_off[0]:
            handler.request_handler.close_connection = True
            return
        run(handler, application)

    def make(page, *, off=True):
        is_off[0] = off
        page.context.set_offline(off)
        page.complaints.clear()  # what the browser says of it

    monkeypatch.setattr(ServerHandler, "run", running)
    yield make
    is_off[0] = False
