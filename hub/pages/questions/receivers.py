"""Whoever asks follows; a question to a group is told to it."""

from typing import Any

from django.dispatch import receiver

from hub.core.accounts.actor import Actor
from hub.core.notifications import services as notifications
from hub.pages.questions.models import QuestionPage
from hub.pages.questions.notifications import QuestionAsked
from hub.pages.questions.services import follow
from hub.pages.writing.signals import page_published
from workgroups.groups.selectors import users_of


@receiver(page_published, sender=QuestionPage, dispatch_uid="questions.asked")
def asked(sender: Any, page: QuestionPage, actor: Actor, is_first: bool, **_: Any) -> None:
    if not is_first:
        return
    follow(page, on=True, actor=actor)
    if page.audience.startswith("workgroup:") and page.workgroup is not None:
        notifications.send(QuestionAsked(page), to=users_of(page.workgroup, but=actor.user_id))
