"""Every object bears the name of its organisation: when that changes, all of them are indexed again, by one job."""

from typing import Any

from django.dispatch import receiver

from hub.core.accounts.models import Organisation
from hub.core.accounts.signals import organisation_changed
from hub.core.jobs import services as jobs
from search.tasks import ORGANISATION_TOPIC


@receiver(organisation_changed, dispatch_uid="search.follow_organisation")
def follow_organisation(sender: Any, organisation: Organisation, **_: Any) -> None:
    jobs.emit(ORGANISATION_TOPIC, {"id": str(organisation.pk)}, key=f"{ORGANISATION_TOPIC}:{organisation.pk}")
