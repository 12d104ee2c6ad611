"""What becomes of an agreement, and of those whom it names, outside this package.

Made by the coordination it is told, broken off it ends the service that stands on it; who leaves the team that lends is said to both CAEs.
"""

from typing import Any

from django.dispatch import receiver

from directory.sharing import services
from directory.sharing.models import SharedService
from directory.sharing.services import telling
from hub.core.accounts.actor import Actor
from hub.core.accounts.models import Agreement, Membership
from hub.core.accounts.selectors import names_left_by
from hub.core.accounts.signals import agreement_ended, agreement_ending, agreement_made, membership_changed
from hub.core.kit.dates import today


@receiver(agreement_made, dispatch_uid="sharing.agreement_made")
def tell_made_agreement(sender: Any, agreement: Agreement, actor: Actor, **_: Any) -> None:
    if not actor.is_system:  # the invented federation is loaded without a word
        telling.of_agreement(agreement, "posée par la coordination")


@receiver(agreement_ending, dispatch_uid="sharing.agreement_ending")
def hold_service(sender: Any, agreement: Agreement, **_: Any) -> None:
    """The service before its texts, as in every verb of a service: two who end it at once would wait for each other."""
    SharedService.unscoped.select_for_update(of=("self",), no_key=True).filter(agreement=agreement).first()


@receiver(agreement_ended, dispatch_uid="sharing.agreement_ended")
def follow_broken_agreement(sender: Any, agreement: Agreement, actor: Actor, **_: Any) -> None:
    service = SharedService.unscoped.filter(agreement=agreement).first()
    if service is not None:
        services.follow_broken_agreement(service, actor=actor)
    elif not actor.is_system:
        telling.of_agreement(agreement, "rompue")


@receiver(membership_changed, dispatch_uid="sharing.tell_departure")
def tell_departure(sender: Any, membership: Membership, **_: Any) -> None:
    """The agreement keeps her name, for the time that she gave; somebody else is to be named."""
    is_over = membership.pk is None or (membership.ends_on is not None and membership.ends_on < today())
    if is_over:
        for agreement in names_left_by(membership):
            telling.departure(agreement, membership.user)
