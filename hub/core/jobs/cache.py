"""The shared cache when Redis is set: Redis, and while it is away the table that a hub without Redis uses.

Limits on attempts live in the cache: without it they would either let everybody try or let nobody in.
"""

import logging
from collections.abc import Callable
from functools import wraps
from time import monotonic
from typing import Any

from django.core.cache import caches
from django.core.cache.backends.redis import RedisCache
from redis.backoff import NoBackoff
from redis.exceptions import RedisError
from redis.retry import Retry

logger = logging.getLogger(__name__)

QUIET_SECONDS = 5  # then Redis is asked again
PATIENCE_SECONDS = 1


def _or_table(name: str) -> Callable[..., Any]:
    method = getattr(RedisCache, name)

    @wraps(method)
    def call(self: "RedisOrTable", *args: Any, **kwargs: Any) -> Any:
        if monotonic() >= self.quiet_until:
            try:
                return method(self, *args, **kwargs)
            except RedisError as error:
                type(self).quiet_until = monotonic() + QUIET_SECONDS
                logger.warning("cache Redis injoignable (%s) : la table prend sa place", type(error).__name__)
        return getattr(caches["table"], name)(*args, **kwargs)

    return call


class RedisOrTable(RedisCache):
    quiet_until = 0.0

    def __init__(self, server: str, params: dict[str, Any]) -> None:
        patience = {"socket_connect_timeout": PATIENCE_SECONDS, "socket_timeout": PATIENCE_SECONDS, "retry": Retry(NoBackoff(), 0)}
        super().__init__(server, params | {"OPTIONS": patience | params.get("OPTIONS", {})})

    add, get, set, touch = _or_table("add"), _or_table("get"), _or_table("set"), _or_table("touch")
    delete, incr, has_key, clear = _or_table("delete"), _or_table("incr"), _or_table("has_key"), _or_table("clear")
    get_many, set_many, delete_many = _or_table("get_many"), _or_table("set_many"), _or_table("delete_many")
