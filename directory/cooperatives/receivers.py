from typing import Any

from django.db.models.signals import post_delete
from django.dispatch import receiver

from directory.cooperatives import services
from directory.cooperatives.models import DirectoryEntry
from hub.core.accounts.models import Organisation
from hub.core.accounts.signals import organisation_changed
from hub.core.jobs import services as jobs
from hub.core.kit.searchable import index_line


@receiver(organisation_changed)
def follow(sender: Any, organisation: Organisation, **_: Any) -> None:
    services.follow_organisation(organisation)


@receiver(post_delete, sender=DirectoryEntry)
def forget(sender: Any, instance: DirectoryEntry, **_: Any) -> None:
    """It goes with its organisation: the search is told to forget it."""
    jobs.emit(**index_line(services.KIND, instance.pk))
