"""An agreement broken off by the coordination ends the shared service that stands on it."""

from typing import Any

from django.dispatch import receiver

from directory.sharing import services
from directory.sharing.models import SharedService
from hub.core.accounts.actor import Actor
from hub.core.accounts.models import Agreement
from hub.core.accounts.signals import agreement_ended


@receiver(agreement_ended, dispatch_uid="sharing.agreement_ended")
def follow_broken_agreement(sender: Any, agreement: Agreement, actor: Actor, **_: Any) -> None:
    service = SharedService.unscoped.filter(agreement=agreement).first()
    if service is not None:
        services.follow_broken_agreement(service, actor=actor)
