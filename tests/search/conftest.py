import pytest


@pytest.fixture(autouse=True)
def _own_index(settings, tmp_path):
    """Each test has an index of its own, not built yet."""
    settings.SEARCH_ROOT = tmp_path / "search"
