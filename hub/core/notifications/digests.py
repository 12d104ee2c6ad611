"""The letters that can wait, gathered in one, each morning or each Monday, with what is due.

Held letters leave with the digest or, when a person wants none any more, one by one: none is lost.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, ClassVar
from uuid import UUID

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from hub.core.accounts.actor import Actor
from hub.core.accounts.models import User
from hub.core.accounts.selectors import actor_for
from hub.core.jobs import services as jobs
from hub.core.kit.dates import date_fr, local, today
from hub.core.kit.text import counted
from hub.core.notifications import services
from hub.core.notifications.kinds import NotificationKind, register
from hub.core.notifications.letters import absolute
from hub.core.notifications.models import Digest, Mail, Rhythm
from hub.core.ui import panels

TOPIC = "notifications.digest"
DUE_SHOWN = 10


@register
@dataclass(frozen=True)
class DigestReady(NotificationKind):
    code = "notifications.digest"
    label = "Récapitulatif"
    may_be_disabled = False
    on_screen = False
    is_choosable = False  # chosen by its rhythm
    can_wait: ClassVar[bool] = False

    held: Sequence[Mail]
    due: Sequence[dict[str, Any]]
    day: date

    def subject(self) -> str:
        parts = [counted(len(self.held), "nouvelle")] * bool(self.held) + [counted(len(self.due), "échéance")] * bool(self.due)
        return f"Hub inter-CAE, le {date_fr(self.day)} : {' et '.join(parts)}"

    def url(self) -> str:
        return "/moi/"

    @property
    def news(self) -> list[tuple[str, str]]:
        return [(mail.subject, absolute(mail.url) if mail.url else "") for mail in self.held]

    @property
    def dates(self) -> list[tuple[str, str]]:
        return [(f"{date_fr(item['when'])} : {item['title']}", absolute(item["url"])) for item in self.due[:DUE_SHOWN]]

    @property
    def dates_left(self) -> int:
        return max(len(self.due) - DUE_SHOWN, 0)


def begin(on: date) -> int:
    """Ask for the digest of everyone whose turn it is; a Monday missed is made up for on the first day after. Returns how many."""
    monday = on - timedelta(days=on.weekday())
    turn = Q(rhythm=Rhythm.DAILY) & (Q(done_on=None) | Q(done_on__lt=on)) | Q(rhythm=Rhythm.WEEKLY) & (
        Q(done_on=None) | Q(done_on__lt=monday)
    )
    people = list(Digest.objects.filter(turn, user__is_active=True).values_list("user", flat=True))
    for user in people:
        jobs.emit(TOPIC, {"user": str(user), "day": on.isoformat()}, key=f"{TOPIC}:{user}:{on}")
    return len(people)


@transaction.atomic
def gather(user_id: UUID, on: date) -> bool:
    """One letter with all that was held for a person and what is due to her; run twice it is written once.

    Returns whether there was anything to say. The held letters are emptied in the same transaction.
    """
    digest = Digest.objects.select_for_update(no_key=True).filter(user=user_id, user__is_active=True).exclude(rhythm=Rhythm.NEVER).first()
    if digest is None or (digest.done_on and digest.done_on >= on):
        return False
    user = User.objects.get(pk=user_id)
    actor = actor_for(user)
    waiting = list(Mail.objects.filter(user=user, held=True).order_by("created_at", "id"))
    held, due = _still_open(waiting, actor), _due(actor)
    digest.done_on = on
    digest.save()
    Mail.objects.filter(pk__in=[mail.pk for mail in waiting]).update(mailed_at=timezone.now(), **services.EMPTIED)
    if not held and not due:
        return False
    services.send(DigestReady(held, due, on), to=[user])
    return True


@transaction.atomic
def choose_rhythm(user: User, rhythm: Rhythm) -> None:
    """From the next letter on. Who wants no digest any more gets what was held at once."""
    first = today()  # what comes from now on waits for the next morning or Monday
    Digest.objects.update_or_create(user=user, defaults={"rhythm": rhythm}, create_defaults={"rhythm": rhythm, "done_on": first})
    if rhythm == Rhythm.NEVER:
        held = list(Mail.objects.filter(user=user, held=True))
        Mail.objects.filter(pk__in=[mail.pk for mail in held]).update(held=False)
        for mail in _still_open(held, actor_for(user)):
            services.hand_over(mail)


def _still_open(mails: Sequence[Mail], actor: Actor) -> list[Mail]:
    """Without those of a group or an audience that the person has left meanwhile."""
    return [mail for mail in mails if not mail.audience or mail.audience in actor.audiences]


def _due(actor: Actor) -> list[dict[str, Any]]:
    items = [item for found in panels.collect("home.due", actor, actor) for item in found["items"]]
    return sorted(items, key=lambda item: _day(item["when"]))


def _day(when: date | datetime) -> date:
    return local(when).date() if isinstance(when, datetime) else when
