"""A person asks to be erased, changes her mind, is erased."""

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce, Greatest, TruncDate
from django.utils import timezone

from hub.core.accounts.actor import Actor
from hub.core.accounts.errors import RuleBroken
from hub.core.accounts.models import Membership, User
from hub.core.accounts.services import close_sessions, empty_account, refuse_if_irreplaceable
from hub.core.audit import services as audit
from hub.core.documents import services as documents
from hub.core.documents.models import PrivateFile
from hub.core.jobs import services as jobs
from hub.core.kit.dates import local, today
from hub.core.notifications import services as notifications
from hub.core.notifications.kinds import NotificationKind
from hub.core.notifications.models import Notification
from hub.core.privacy import ledger
from hub.core.privacy.held import links
from hub.core.privacy.models import Erasure
from hub.core.privacy.notifications import AccountCloses, ErasureAsked, ErasurePutOff, ErasureRefused, ErasureWithdrawn, LeftAll
from hub.core.ui import panels
from hub.core.ui.personal import Personal, declarations

ERASE = "privacy.erase"
REFLECTION = timedelta(days=7)
KEPT_OPEN = timedelta(days=90)  # an account without an organisation, as its columns declare (accounts.panels.WHILE_MEMBER)
NOTICE = timedelta(days=30)


@transaction.atomic
def ask(user: User, *, actor: Actor) -> Erasure:
    """Erase a person seven days from now; asking twice changes nothing. Somebody else enters it who was asked by voice or letter.

    Raises: RuleBroken when the hub cannot do without her.
    """
    refuse_if_irreplaceable(user, leaving=Erasure.unscoped.filter(done_at=None).values("user"))
    entered_by = actor.user_id if actor.user_id != user.pk else None
    facts = {"due_at": timezone.now() + REFLECTION, "entered_by_id": entered_by}
    row, is_new = Erasure.unscoped.get_or_create(user=user, defaults=facts)
    if is_new:
        notifications.send(ErasureAsked(row), to=[user])
        audit.record("privacy.erasure.ask", actor=actor, kind="accounts.user", object_id=str(user.pk))
    return row


def pending(user: User) -> Erasure | None:
    return Erasure.unscoped.filter(user=user, done_at=None).first()


@transaction.atomic
def withdraw(user: User, *, actor: Actor) -> bool:
    """She changes her mind, and who had entered it for her is told; or somebody else does for her, and she is told.

    Returns: False when there was nothing to withdraw.
    """
    asked = Erasure.unscoped.filter(user=user, done_at=None)
    entered = User.objects.filter(pk__in=list(asked.values_list("entered_by", flat=True)))
    told = list(entered) if actor.user_id == user.pk else []
    gone, _ = asked.delete()
    if gone:
        notifications.send(ErasureRefused(user), to=told)
        if actor.user_id != user.pk:
            notifications.send(ErasureWithdrawn(), to=[user])
        audit.record("privacy.erasure.withdraw", actor=actor, kind="accounts.user", object_id=str(user.pk))
    return bool(gone)


def begin_due() -> int:
    """Put the erasures whose day has come on their way, asked or not; returns how many. What the law keeps stays by itself (_erase)."""
    due = list(Erasure.unscoped.filter(done_at=None, due_at__lte=timezone.now()).values_list("user", flat=True))
    for user_id in due:
        jobs.emit(ERASE, {"user": str(user_id)}, key=f"{ERASE}:{user_id}")
    return len(due)


def _gone(on: date, *, since: timedelta) -> QuerySet[User]:
    """Active accounts that belong nowhere since that long, nor will; `left_on` is the last day of the last membership.

    A role given and withdrawn the same day leaves no row: its day is on the account. Who never belonged anywhere is counted from the day of
    the account; who asked to be erased goes by what she asked.
    """
    held = Membership.unscoped.filter(user=OuterRef("pk"))
    asked = Erasure.unscoped.filter(user=OuterRef("pk"), departed=False, done_at=None)
    last = Subquery(held.order_by("-ends_on").values("ends_on")[:1])
    rows = User.objects.filter(~Exists(held.filter(_belongs(on))), ~Exists(asked), is_active=True, is_superuser=False)
    ended = Coalesce(last, TruncDate("created_at"))
    return rows.annotate(left_on=Greatest(ended, Coalesce("role_undone_on", ended))).filter(left_on__lte=on - since).order_by("pk")


def _belongs(on: date) -> Q:
    """The condition that a membership holds, or will."""
    return Q(ends_on=None) | Q(ends_on__gte=on)


def _told(kind: type[NotificationKind], **facts: Any) -> Exists:
    """That this was said after this departure."""
    rows = Notification.unscoped.filter(user=OuterRef("pk"), kind=kind.code, created_at__date__gt=OuterRef("left_on"))
    return Exists(rows.filter(**facts))


def closes_on(user: User, on: date) -> date | None:
    """The day when the account of somebody who belongs nowhere any more closes by itself; None for everybody else."""
    row = _gone(on, since=timedelta(0)).filter(pk=user.pk).first()
    if row is None:
        return None
    left_on: date = row.left_on  # type: ignore[attr-defined]
    told = Notification.unscoped.filter(user=user, kind=AccountCloses.code, created_at__date__gt=left_on).order_by("created_at").first()
    return max(left_on + KEPT_OPEN, (local(told.created_at).date() if told else on) + NOTICE)


def tell_departure(user: User) -> bool:
    """Tell somebody whose last membership has just ended until when her account stays open; False when she belongs somewhere still."""
    if Membership.unscoped.filter(_belongs(today()), user=user).exists():
        return False  # nearly always, and said by a question ten times smaller than the one that follows
    day = closes_on(user, today())
    return day is not None and bool(notifications.send(LeftAll(day), to=[user]))


def tell_departed(on: date) -> int:
    """Tell those whose last membership has come to the end that was set ahead, the night after; returns how many.

    Who was told when it was ended at once is not told again; two months after a departure another letter says it (warn_departed).
    """
    belonged = Exists(Membership.unscoped.filter(user=OuterRef("pk")))
    rows = _gone(on, since=timedelta(0)).filter(belonged, ~_told(LeftAll), ~_told(AccountCloses), Q(left_on__gt=on - KEPT_OPEN + NOTICE))
    return sum(tell_departure(user) for user in list(rows))


def warn_departed(on: date) -> int:
    """Tell those who left two months ago when their account closes, once for each departure; returns how many."""
    people = list(_gone(on, since=KEPT_OPEN - NOTICE).filter(~_told(AccountCloses)))
    for user in people:
        closes_on = max(user.left_on + KEPT_OPEN, on + NOTICE)  # type: ignore[attr-defined]
        notifications.send(AccountCloses(closes_on), to=[user])
    return len(people)


def close_departed(on: date) -> int:
    """Close the accounts of those who left ninety days ago and were told in time, each in its own transaction; returns how many."""
    people = list(_gone(on, since=KEPT_OPEN).filter(_told(AccountCloses, created_at__date__lte=on - NOTICE)))
    return sum(_closed(user, on) for user in people)


def _closed(user: User, on: date) -> bool:
    """As for who asked to be erased, what others wait for is given back first of all."""
    if is_closed := _close(user, on):
        panels.collect("leaving", Actor.system(), user)
    return is_closed


@transaction.atomic
def _close(user: User, on: date) -> bool:
    """Nobody signs in by it any more; what is erased, and when, follows (begin_due). False when she came back meanwhile."""
    row = User.objects.select_for_update(no_key=True).get(pk=user.pk)
    if Membership.unscoped.filter(_belongs(on), user=row).exists():
        return False
    close_sessions(row)
    row.is_active = False
    row.save(update_fields=["is_active", "updated_at"])
    Erasure.unscoped.get_or_create(user=row, defaults={"departed": True, "due_at": timezone.now()})  # one that she asked goes first
    audit.record("privacy.account.close", actor=Actor.system(), kind="accounts.user", object_id=str(row.pk))
    return True


@transaction.atomic
def follow_return(user: User) -> bool:
    """Reopen an account that closed by itself, as soon as its person belongs somewhere again, or is to; False when there is nothing to do."""
    if not Membership.unscoped.filter(_belongs(today()), user=user).exists():
        return False
    gone, _ = Erasure.unscoped.filter(user=user, departed=True, done_at=None).delete()
    if gone:
        User.objects.filter(pk=user.pk).update(is_active=True)
        user.is_active = True
        audit.record("privacy.account.reopen", actor=Actor.system(), kind="accounts.user", object_id=str(user.pk))
    return bool(gone)


def erase_if_due(user: User, *, actor: Actor) -> bool:
    """Erase a person whose day has come; False when she changed her mind or came back, up to the last moment, or it is done."""
    if not _is_due(user):
        return False
    try:
        _leave(user, actor)
    except RuleBroken as refusal:
        _put_off(user, str(refusal))
        return False
    with transaction.atomic():
        refuse_if_irreplaceable(user)
        row = _hold(user)
        if not _is_due(row):  # while others took her places, she accepted an invitation
            return False
        _erase(row, actor=actor)
    return True


@transaction.atomic
def _put_off(user: User, reason: str) -> None:
    """The hub cannot do without her since she asked: another week for her to be replaced, and she is told."""
    row = Erasure.unscoped.select_for_update(no_key=True).get(user=user)
    row.due_at = timezone.now() + REFLECTION
    row.save(update_fields=["due_at", "updated_at"])
    notifications.send(ErasurePutOff(row, reason), to=[user])


def _hold(user: User) -> User:
    """She, what she asked and all that goes with her, before the first line of the audit trail: whoever changes one of these waits for the trail."""
    row = User.objects.select_for_update(no_key=True).get(pk=user.pk)
    Erasure.unscoped.select_for_update(no_key=True).filter(user=user).first()
    for link in links():
        if link.is_direct and not link.is_many and link.rule.erasure == "delete":
            list(link.rows(user.pk).order_by("pk").select_for_update(no_key=True).values_list("pk", flat=True))
    return row


def _is_due(user: User) -> bool:
    row = Erasure.unscoped.filter(user=user).first()
    return row is not None and row.is_due(timezone.now()) and not (row.departed and follow_return(user))


def erase(user: User, *, actor: Actor) -> dict[str, list[str]]:
    """Erase a person now: what the law does not keep goes, what others need stays without a name. Run twice it changes nothing more.

    Returns what was erased and what is kept, with its ground. Raises RuleBroken when the hub cannot do without her.
    """
    _leave(user, actor)
    return _erase(user, actor=actor)


def _leave(user: User, actor: Actor) -> None:
    refuse_if_irreplaceable(user)
    panels.collect("leaving", actor, user)  # each place in a transaction of its own: after an audit line no other row may be locked


@transaction.atomic
def _erase(user: User, *, actor: Actor) -> dict[str, list[str]]:
    refuse_if_irreplaceable(user)  # once more, and held now: others may have left while her places were given back
    _hold(user)
    told: dict[str, list[str]] = {"erased": [], "kept": []}
    for found in panels.collect("erasure", actor, user):
        told = {name: [*rows, *found.get(name, [])] for name, rows in told.items()}
    for link in links():
        if link.is_direct and link.rule.erasure == "delete":
            _remove(link.rows(user.pk), link, user)
        elif link.rule.erasure.startswith("keep") and link.rows(user.pk).exists():
            told["kept"].append(f"{link.model._meta.verbose_name_plural} : {link.rule.erasure.removeprefix('keep: ')}")
    now = timezone.now()
    Erasure.unscoped.update_or_create(
        user=user, defaults={"done_at": now, "entered_by": None}, create_defaults={"due_at": now, "done_at": now}
    )
    empty_account(user)
    transaction.on_commit(keep_ledger, robust=True)
    audit.record("privacy.erasure.do", actor=actor, kind="accounts.user", object_id=str(user.pk))
    return told


def keep_ledger() -> None:
    """Bring the list of the data folder up to date: after each erasure, and each night for what a full disk refused."""
    ledger.add(settings.DATA_DIR, ledger.done())


def erase_again(known: Iterable[UUID]) -> tuple[int, list[str]]:
    """After a restore: whoever was erased since the backup was made is erased again.

    Returns: how many, and why for each of those whom the hub cannot do without.
    """
    done = Erasure.unscoped.exclude(done_at=None).values("user")
    back, refused = list(User.objects.filter(pk__in=list(known)).exclude(pk__in=done)), list[str]()
    for user in back:
        try:
            erase(user, actor=Actor.system())
        except RuleBroken as refusal:
            refused.append(str(refusal))
    return len(back) - len(refused), refused


def purge(on: date) -> int:
    """Do to the rows whose retention has ended by this day what their declaration says (ui.personal), one kind after another.

    What hangs together (the papers of a session) is then removed by its domain, in the place "retention". Returns how many rows; run twice it finds none.
    """
    kinds = [(one.model, name, rule) for one in declarations() for name, rule in one.fields.items()]
    count = sum(_purge(model._base_manager.filter(rule.over(on)), name, rule) for model, name, rule in kinds if rule.over)
    return count + sum(found["rows"] for found in panels.collect("retention", Actor.system(), on))


@transaction.atomic
def _purge(rows: QuerySet[Any], column: str, rule: Personal) -> int:
    """Rows of one kind, with one audit line, which holds their number alone."""
    field = rows.model._meta.get_field(column)
    if field.many_to_many:  # of a row that names several people, the names only
        places = field.remote_field.through._base_manager.filter(**{f"{field.m2m_field_name()}__in": rows.values("pk")})
        count, _ = places.delete()
    elif rule.erasure == "anonymise":
        count = rows.exclude(**{column: None}).update(**{column: None})
    else:
        files = list(PrivateFile.unscoped.filter(pk__in=rows.values(column))) if field.related_model is PrivateFile else []
        count = rows.count()
        rows.delete()
        for file in files:
            documents.delete(file, actor=Actor.system(), reason="terme")
    if count:
        audit.record("privacy.retention", actor=Actor.system(), kind=rows.model._meta.label_lower, data={"column": column, "rows": count})
    return count


def _remove(rows: Any, link: Any, user: User) -> None:
    """The rows about her; of a row that names several people, her place in it only."""
    if not link.is_many:
        rows.delete()
        return
    for row in rows:
        getattr(row, link.column).remove(user)
