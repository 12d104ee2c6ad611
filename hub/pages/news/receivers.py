"""News of a group is told to its people, once."""

from typing import Any

from django.dispatch import receiver

from hub.core.accounts.actor import Actor
from hub.core.notifications import services as notifications
from hub.pages.news.models import NewsPage
from hub.pages.news.notifications import GroupNews
from hub.pages.writing.signals import page_published
from workgroups.groups.selectors import users_of


@receiver(page_published, sender=NewsPage, dispatch_uid="news.tell_group")
def tell_group(sender: Any, page: NewsPage, actor: Actor, is_first: bool, **_: Any) -> None:
    if is_first and page.workgroup is not None:
        notifications.send(GroupNews(page), to=users_of(page.workgroup, but=actor.user_id))
