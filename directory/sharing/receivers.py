"""What becomes of an agreement outside this package: made by the coordination it is told, broken off it ends the service that stands on it."""

from typing import Any

from django.dispatch import receiver

from directory.sharing import services
from directory.sharing.models import SharedService
from directory.sharing.services import telling
from hub.core.accounts.actor import Actor
from hub.core.accounts.models import Agreement
from hub.core.accounts.signals import agreement_ended, agreement_made


@receiver(agreement_made, dispatch_uid="sharing.agreement_made")
def tell_made_agreement(sender: Any, agreement: Agreement, actor: Actor, **_: Any) -> None:
    if not actor.is_system:  # the invented federation is loaded without a word
        telling.of_agreement(agreement, "posée par la coordination")


@receiver(agreement_ended, dispatch_uid="sharing.agreement_ended")
def follow_broken_agreement(sender: Any, agreement: Agreement, actor: Actor, **_: Any) -> None:
    service = SharedService.unscoped.filter(agreement=agreement).first()
    if service is not None:
        services.follow_broken_agreement(service, actor=actor)
    elif not actor.is_system:
        telling.of_agreement(agreement, "rompue")
