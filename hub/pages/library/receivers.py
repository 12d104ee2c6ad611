"""Files follow their page: published, changed of readers, taken down, withdrawn."""

from typing import Any

from django.dispatch import receiver

from hub.core.accounts.actor import Actor
from hub.pages.library.models import ResourcePage
from hub.pages.library.services import set_file_readers
from hub.pages.writing.signals import page_published, page_unpublished


@receiver([page_published, page_unpublished], sender=ResourcePage, dispatch_uid="library.follow_page")
def follow_page(sender: Any, page: ResourcePage, actor: Actor, **_: Any) -> None:
    set_file_readers(page, actor=actor)
