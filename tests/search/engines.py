"""The engines that the same tests are run on. Without a node (`bin/test quick`) there is only one."""

import os
import uuid
from contextlib import contextmanager

import pytest

from search.engines.cluster import ClusterEngine
from search.engines.tantivy import TantivyEngine

NODE = os.environ.get("HUB_TEST_SEARCH_URL", "")
ENGINES = ["embedded", pytest.param("cluster", marks=pytest.mark.node)]


def fresh_address():
    """Indexes of its own on the node."""
    return f"{NODE}/t{uuid.uuid4().hex[:12]}"


@contextmanager
def made_engine(kind, folder=None):
    if kind == "embedded":
        yield TantivyEngine(folder)
        return
    engine = ClusterEngine(fresh_address())
    try:
        yield engine
    finally:
        engine._wire.write("DELETE", f"/{engine._wire.name}-*", accepted=[404])
