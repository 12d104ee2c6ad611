"""How often something was done from one place or to one row: counted in the cache that all processes share."""

import time

from django.core.cache import cache

MINUTE, HOUR = 60, 3600  # seconds


def count(name: str, seconds: int = MINUTE) -> int:
    """One more; how many since the first, which is forgotten after so many seconds."""
    ends: float = cache.get_or_set(f"{name}:ends", time.time() + seconds, timeout=seconds) or 0
    cache.add(name, 0, timeout=seconds)
    try:
        found = cache.incr(name)
    except ValueError:  # the time ended between the two
        return 1
    cache.touch(name, max(1, int(ends - time.time())))  # in a table, `incr` gives it the timeout of the cache
    return found


def counted(name: str) -> int:
    found: int = cache.get(name, 0)
    return found
