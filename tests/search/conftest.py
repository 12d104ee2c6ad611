import pytest

from tests.search.engines import NODE, made_engine
from tests.search.shelf import Shelf, publish


def pytest_collection_modifyitems(config, items):
    """Without a node its tests are not run, rather than passed over."""
    apart = [] if NODE else [item for item in items if item.get_closest_marker("node")]
    if apart:
        config.hook.pytest_deselected(items=apart)
        items[:] = [item for item in items if item not in set(apart)]


@pytest.fixture
def node():
    """An engine on the node, its indexes its own."""
    with made_engine("cluster") as engine:
        yield engine


@pytest.fixture(autouse=True)
def _own_index(settings, tmp_path):
    """Each test has an index of its own, not built yet."""
    settings.SEARCH_ROOT = tmp_path / "search"


@pytest.fixture
def people(monkeypatch):
    """What one invented kind of thing holds, and nothing beside it."""
    shelf = Shelf()
    publish(monkeypatch, shelf)
    return shelf
