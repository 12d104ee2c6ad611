"""How often something was done from one place or to one row: counted in the cache that all processes share."""

from django.core.cache import cache

MINUTE, HOUR = 60, 3600  # seconds


def count(name: str, seconds: int = MINUTE) -> int:
    """One more; how many since the first, which is forgotten after so many seconds."""
    cache.add(name, 0, timeout=seconds)
    try:
        return cache.incr(name)
    except ValueError:  # the time ended between the two
        return 1


def counted(name: str) -> int:
    found: int = cache.get(name, 0)
    return found
