from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from hub.core.accounts.actor import Actor
from hub.core.accounts.models import User
from hub.core.notifications import kinds
from hub.core.notifications.kinds import NotificationKind
from hub.core.notifications.models import Digest, Notification, Preference, Rhythm


@dataclass(frozen=True)
class Channels:
    """How a person is told of a kind."""

    by_mail: bool
    on_screen: bool


def unread_count(actor: Actor) -> int:
    """How many notifications a person has not read; one query, none for a visitor."""
    return Notification.objects.visible_to(actor).filter(read_at=None).count() if actor.user_id else 0


def unread_elsewhere(actor: Actor) -> list[str]:
    """Names of her other organisations that something not read yet concerns: it is shown when she acts for them."""
    if len(actor.mandates) < 2:
        return []
    rows = Notification.unscoped.filter(user=actor.user_id, read_at=None, data__organisations__isnull=False).values_list("data", flat=True)
    told = " ".join(data["organisations"] for data in rows if str(actor.organisation_id) not in data["organisations"])
    return list(dict.fromkeys(one.name for one in actor.mandates if str(one.organisation_id) in told))


def default_channels(kind: type[NotificationKind]) -> Channels:
    return Channels(kind.by_mail, kind.on_screen)


def channels(kind: type[NotificationKind], users: Iterable[User]) -> dict[UUID, Channels]:
    """For each person the ways that she chose for a kind, in one query; a kind that may not be disabled takes all of its own."""
    people = [user.pk for user in users]
    wanted = dict.fromkeys(people, default_channels(kind))
    if kind.may_be_disabled:
        rows = Preference.objects.filter(kind=kind.code, user__in=people)
        wanted.update({row.user_id: Channels(row.by_mail, row.on_screen) for row in rows})
    return wanted


def settings_of(user: User) -> dict[str, Channels]:
    """The ways of every choosable kind for one person, by code."""
    rows = {row.kind: row for row in Preference.objects.filter(user=user)}
    chosen = {code: Channels(row.by_mail, row.on_screen) for code, row in rows.items()}
    return {
        kind.code: chosen.get(kind.code, default_channels(kind)) if kind.may_be_disabled else default_channels(kind)
        for kind in kinds.choosable()
    }


def rhythm_of(user: User) -> Rhythm:
    row = Digest.objects.filter(user=user).first()
    return Rhythm(row.rhythm) if row else Rhythm.NEVER


def gathering(users: Iterable[UUID]) -> set[UUID]:
    """Those of the people who want their letters gathered; one query."""
    return set(Digest.objects.filter(user__in=list(users)).exclude(rhythm=Rhythm.NEVER).values_list("user", flat=True))
