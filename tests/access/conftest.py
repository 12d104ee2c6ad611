import logging
from collections.abc import Iterator

import pytest


@pytest.fixture(autouse=True)
def _own_index(settings, tmp_path):
    settings.SEARCH_ROOT = tmp_path / "search"


@pytest.fixture
def _quiet() -> Iterator[None]:
    """Thousands of refusals are not worth a line each."""
    logging.disable(logging.CRITICAL)
    yield
    logging.disable(logging.NOTSET)
