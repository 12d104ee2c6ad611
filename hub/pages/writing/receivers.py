"""Whoever may have learnt a person's keys may have learnt the address of her feed too."""

from typing import Any

from django.dispatch import receiver

from hub.core.accounts.models import User
from hub.core.accounts.signals import sessions_closed
from hub.pages.writing.models import FeedKey


@receiver(sessions_closed, dispatch_uid="writing.forget_feed")
def forget_feed(sender: Any, user: User | None, **_: Any) -> None:
    """It answers no more, or nobody's does; the audit line of what closed the sessions says it for both."""
    (FeedKey.objects.filter(user=user) if user else FeedKey.objects.all()).delete()
