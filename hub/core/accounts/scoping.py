"""Tenant models answer nobody in particular with an error: a read names its reader first, in production as in tests.

class ThingQuerySet(ScopedQuerySet):
    def visible_to(self, actor: Actor) -> Self:
        return self.scoped(Q(audiences__overlap…))

class Thing(Row):
    objects = ThingQuerySet.as_manager()
    unscoped = models.Manager()  # services, tasks, selectors: code that was handed a granted row
    class Meta: default_manager_name = base_manager_name = "unscoped"
"""

from typing import Any, Self, TypeVar

from django.db import models
from django.db.models import Q

from hub.core.accounts.errors import UnscopedQuery

_Row = TypeVar("_Row", bound=models.Model)
_READS = ("_fetch_all", "iterator", "count", "exists", "aggregate", "update", "delete", "explain")


class ScopedQuerySet(models.QuerySet[_Row]):
    """Raises UnscopedQuery on any read until `scoped()` (called by `visible_to`) has been applied."""

    _is_scoped = False

    def scoped(self, *conditions: Q, **filters: Any) -> Self:
        rows = self.filter(*conditions, **filters)
        rows._is_scoped = True
        return rows

    def _clone(self) -> Self:
        clone = super()._clone()  # type: ignore[misc]  # a mixin over what has it
        clone._is_scoped = self._is_scoped
        return clone

    def require_scope(self) -> None:
        if not self._is_scoped and not self.query.is_empty():
            raise UnscopedQuery(f"{self.model.__name__} : appeler visible_to(actor) avant de lire")


def _guarded(name: str) -> Any:
    read = getattr(models.QuerySet, name)

    def guarded(self: ScopedQuerySet[Any], *args: Any, **kwargs: Any) -> Any:
        self.require_scope()
        return read(self, *args, **kwargs)

    guarded.__name__ = name
    return guarded


for _name in _READS:
    setattr(ScopedQuerySet, _name, _guarded(_name))
