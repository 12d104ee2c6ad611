"""Accounts lie below and cannot reopen what closed by itself: they announce, this room follows, in the transaction of the announcement."""

from typing import Any

from django.dispatch import receiver

from hub.core.accounts.models import Membership
from hub.core.accounts.signals import membership_changed
from hub.core.privacy import services


@receiver(membership_changed, dispatch_uid="privacy.follow_return")
def follow_return(sender: Any, membership: Membership, **_: Any) -> None:
    services.follow_return(membership.user)


@receiver(membership_changed, dispatch_uid="privacy.tell_departure")
def tell_departure(sender: Any, membership: Membership, **_: Any) -> None:
    services.tell_departure(membership.user)
