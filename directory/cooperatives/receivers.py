from typing import Any

from django.dispatch import receiver

from directory.cooperatives import services
from hub.core.accounts.models import Organisation
from hub.core.accounts.signals import organisation_changed


@receiver(organisation_changed)
def follow(sender: Any, organisation: Organisation, **_: Any) -> None:
    services.follow_organisation(organisation)
