from functools import cache
from typing import Any

from django.http import HttpRequest

from hub.core.accounts.actor import Actor
from hub.core.notifications.selectors import unread_count as count


def unread_count(request: HttpRequest) -> dict[str, Any]:
    """`unread_count` for the header: asked of the database once, and only by a page that shows it."""
    return {"unread_count": cache(lambda: count(getattr(request, "actor", None) or Actor.anonymous()))}
