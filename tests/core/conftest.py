from tests.core.clamd import CLAMD


def pytest_collection_modifyitems(config, items):
    """Without an engine (`bin/test quick`), what needs one is left out by name."""
    apart = [] if CLAMD else [item for item in items if item.get_closest_marker("clamd")]
    if apart:
        config.hook.pytest_deselected(items=apart)
        items[:] = [item for item in items if item not in set(apart)]
