"""What the site's server does before its first reader comes."""

import gc

from django.db import connections
from django.template import loader

from hub.ops import web


def test_every_template_of_the_hub_is_read_before_the_first_reader(monkeypatch):
    read, frozen = [], []
    monkeypatch.setattr(web, "get_template", lambda name: read.append(name) or loader.get_template(name))
    monkeypatch.setattr(connections, "close_all", lambda: None)
    monkeypatch.setattr(gc, "freeze", lambda: frozen.append(1))

    web.load()

    assert {"ui/base.html", "people/edit.html", "sessions/detail.html", "workgroups/group.html", "search/results.html", "500.html"} <= set(
        read
    )
    assert not any(name.startswith(("wagtailadmin/", "socialaccount/")) for name in read)
    assert frozen
