"""Telling people. `send` is called inside the transaction of what happened; mails leave after its commit, through the outbox."""

import logging
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import timedelta
from smtplib import SMTPException, SMTPRecipientsRefused
from time import monotonic
from typing import Any

from django.core.mail import get_connection
from django.core.validators import validate_email
from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from hub.core.accounts.actor import Actor
from hub.core.accounts.models import User
from hub.core.accounts.selectors import names_her_alone
from hub.core.jobs import services as jobs
from hub.core.jobs.errors import Park, TryLater
from hub.core.kit.text import whole
from hub.core.notifications import kinds, letters
from hub.core.notifications.kinds import NotificationKind
from hub.core.notifications.models import Mail, Notification, Preference
from hub.core.notifications.selectors import Channels, channels, gathering

logger = logging.getLogger(__name__)

MAIL = "notifications.mail"
AWAY_SECONDS = 60
CLAIM = timedelta(seconds=45)  # shorter than the lease of a job, so that the next worker finds it over
EMPTIED = {"address": "", "subject": "", "body": "", "url": "", "calendar": "", "held": False}

_away_until = 0.0


@transaction.atomic
def send(kind: NotificationKind, *, to: Iterable[User]) -> int:
    """Tell people, each the way she chose: rows for the screen, letters for the mail. Returns how many people are told something.

    Queries: one for the choices, one for the rows, one for the letters, and one outbox line per letter.
    """
    people = list({user.pk: user for user in to if user.is_active}.values())
    if not people:
        return 0
    wanted = channels(type(kind), people)
    data = {name: str(value) for name, value in kind.data().items()}
    sentence, url, audience = kinds.sentence(kind), kind.url(), kind.audience()
    Notification.unscoped.bulk_create(
        Notification(user=user, kind=kind.code, text=sentence, url=url, data=data, audience=audience)
        for user in people
        if wanted[user.pk].on_screen
    )
    _post(kind, [(user, user.email) for user in people if wanted[user.pk].by_mail])
    return sum(way.by_mail or way.on_screen for way in wanted.values())


@transaction.atomic
def send_mail_to(address: str, kind: NotificationKind, *, user: User | None = None) -> None:
    """Write to someone who has no account yet, or to an address that an account no longer has. Raises ValidationError when this is no address."""
    validate_email(address)
    _post(kind, [(user, address)])


def _post(kind: NotificationKind, readers: list[tuple[User | None, str]]) -> None:
    if not readers:
        return
    words = {
        "subject": kinds.subject_line(kind),
        "body": letters.body(kind),
        "calendar": kind.calendar(),
        "url": kind.url(),
        "audience": kind.audience(),
    }
    can_wait = kind.can_wait and kind.may_be_disabled and not words["calendar"]
    waiting = gathering(user.pk for user, _ in readers if user) if can_wait else set()
    mails = [Mail(user=user, kind=kind.code, address=address, held=bool(user and user.pk in waiting), **words) for user, address in readers]
    for mail in Mail.objects.bulk_create(mails):
        if not mail.held:
            hand_over(mail)


def hand_over(mail: Mail) -> None:
    """Put a letter on its way, after the commit."""
    jobs.emit(MAIL, {"mail": str(mail.pk)}, key=f"{MAIL}:{mail.pk}")


def deliver(mail_id: str) -> bool:
    """Send one letter, once; False when there is nothing (more) to send.

    A claim decides between two workers; it lapses, so that a letter whose worker was killed still leaves.
    Raises TryLater while another worker holds it or the mail server is away (no fault of the letter: it waits as long as that lasts), Park
    when the address is refused for good, and otherwise what the mail server answered, the claim given back.
    """
    now = timezone.now()
    waiting = Mail.objects.filter(pk=mail_id, mailed_at=None)
    if not waiting.filter(Q(claimed_until=None) | Q(claimed_until__lt=now)).update(claimed_until=now + CLAIM):
        if waiting.exists():
            raise TryLater(CLAIM.total_seconds())
        return False
    try:
        with _mail_server() as server:
            message = letters.message(Mail.objects.get(pk=mail_id))
            message.connection = server
            message.send()
    except SMTPRecipientsRefused as refusal:
        waiting.update(claimed_until=None)
        if all(code >= 500 for code, _ in refusal.recipients.values()):
            raise Park("Le serveur de courrier refuse cette adresse.") from None
        raise
    except BaseException:
        waiting.update(claimed_until=None)
        raise
    waiting.update(mailed_at=timezone.now(), claimed_until=None, **EMPTIED)
    return True


def saying(name: str, *columns: str) -> Q:
    """The condition on a row whose words may say this name; letters write the apostrophe as print does (kit.text.typo)."""
    forms = {name, name.replace("'", "’")}
    return Q(*((f"{column}__icontains", form) for column in columns for form in forms), _connector=Q.OR)


@transaction.atomic
def follow_address(user: User, former: str) -> None:
    """What waits for her in the digest or for the mail server leaves to her new address. An invitation that waits for the former one goes:
    its link opens nothing any more."""
    waiting = Mail.objects.filter(address__iexact=former, mailed_at=None)
    waiting.filter(user=user).update(address=user.email)
    waiting.filter(user=None).delete()


@transaction.atomic
def follow_name(user: User, former: str) -> None:
    """Write the name that was just corrected in what others were told of her, so that an erasure finds it there. Where another person bears
    the former name, in what holds her identifier alone."""
    words = whole(former)
    lines, letters = Notification.unscoped.filter(saying(former, "text")), Mail.objects.filter(saying(former, "subject", "body"))
    if not names_her_alone(user, former):
        lines, letters = lines.filter(data__icontains=str(user.pk)), letters.none()
    for line in lines:
        Notification.unscoped.filter(pk=line.pk).update(text=words.sub(lambda _: user.name, line.text)[:300])
    for letter in letters:
        subject, body = (words.sub(lambda _: user.name, text) for text in (letter.subject, letter.body))
        Mail.objects.filter(pk=letter.pk, mailed_at=None).update(subject=subject[:150], body=body)


@contextmanager
def _mail_server() -> Iterator[Any]:
    """An open line to the mail server. One that is away is left alone for a while: letters that wait in line must not hold the other jobs."""
    global _away_until
    if monotonic() < _away_until:
        raise TryLater(AWAY_SECONDS)
    server = get_connection()
    try:
        server.open()
    except (OSError, SMTPException) as error:
        _away_until = monotonic() + AWAY_SECONDS
        logger.warning("serveur de courrier injoignable (%s) : les lettres attendent", type(error).__name__)
        raise TryLater(AWAY_SECONDS) from error
    try:
        yield server
    finally:
        server.close()


@transaction.atomic
def mark_read(actor: Actor, *, only: str | None = None) -> int:
    """Mark all of the actor's notifications as read, or one; returns how many were unread."""
    rows = Notification.objects.visible_to(actor).filter(read_at=None)
    if only is not None:
        rows = rows.filter(pk=only)
    now = timezone.now()
    return rows.update(read_at=now, updated_at=now)


@transaction.atomic
def choose(user: User, wanted: Mapping[str, Channels]) -> None:
    """Keep how a person wants to be told; a kind that may not be disabled is left alone."""
    open_to_choice = {kind.code for kind in kinds.choosable() if kind.may_be_disabled}
    rows = [
        Preference(user=user, kind=code, by_mail=way.by_mail, on_screen=way.on_screen)
        for code, way in wanted.items()
        if code in open_to_choice
    ]
    Preference.objects.bulk_create(rows, update_conflicts=True, unique_fields=["user", "kind"], update_fields=["by_mail", "on_screen"])
