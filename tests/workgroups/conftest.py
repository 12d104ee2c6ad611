import pytest

from tests.plugins import pages


@pytest.fixture
def _unkept(monkeypatch):
    """What a page gives back of impossible dates and control characters is not for the validators of bin/test."""
    monkeypatch.setattr(pages, "_keep_page", lambda *args: None)
