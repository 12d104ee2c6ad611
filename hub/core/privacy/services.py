"""A person asks to be erased, changes her mind, is erased."""

from datetime import date, timedelta
from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from hub.core.accounts.actor import Actor
from hub.core.accounts.models import User
from hub.core.accounts.services import empty_account, refuse_if_irreplaceable
from hub.core.audit import services as audit
from hub.core.jobs import services as jobs
from hub.core.notifications import services as notifications
from hub.core.privacy.held import links
from hub.core.privacy.models import Erasure
from hub.core.privacy.notifications import ErasureAsked
from hub.core.ui import panels
from hub.core.ui.personal import Personal, declarations

ERASE = "privacy.erase"
REFLECTION = timedelta(days=7)


@transaction.atomic
def ask(user: User, *, actor: Actor) -> Erasure:
    """Erase a person seven days from now; asking twice changes nothing. Raises RuleBroken when the hub cannot do without her."""
    refuse_if_irreplaceable(user)
    row, is_new = Erasure.unscoped.get_or_create(user=user, defaults={"due_at": timezone.now() + REFLECTION})
    if is_new:
        notifications.send(ErasureAsked(row), to=[user])
        audit.record("privacy.erasure.ask", actor=actor, kind="accounts.user", object_id=str(user.pk))
    return row


@transaction.atomic
def withdraw(user: User, *, actor: Actor) -> bool:
    """She changes her mind; False when there was nothing to withdraw."""
    gone, _ = Erasure.unscoped.filter(user=user, done_at=None).delete()
    if gone:
        audit.record("privacy.erasure.withdraw", actor=actor, kind="accounts.user", object_id=str(user.pk))
    return bool(gone)


def begin_due() -> int:
    """Put the erasures whose day has come on their way; returns how many."""
    due = list(Erasure.unscoped.filter(done_at=None, due_at__lte=timezone.now()).values_list("user", flat=True))
    for user_id in due:
        jobs.emit(ERASE, {"user": str(user_id)}, key=f"{ERASE}:{user_id}")
    return len(due)


def erase_if_due(user: User, *, actor: Actor) -> bool:
    """Erase a person whose day has come; False when she changed her mind meanwhile, or it is done."""
    row = Erasure.unscoped.filter(user=user).first()
    if row is None or not row.is_due(timezone.now()):
        return False
    erase(user, actor=actor)
    return True


def erase(user: User, *, actor: Actor) -> dict[str, list[str]]:
    """Erase a person now: what the law does not keep goes, what others need stays without a name. Run twice it changes nothing more.

    Returns what was erased and what is kept, with its ground. Raises RuleBroken when the hub cannot do without her.
    """
    refuse_if_irreplaceable(user)
    panels.collect("leaving", actor, user)  # each place in a transaction of its own: after an audit line no other row may be locked
    return _erase(user, actor=actor)


@transaction.atomic
def _erase(user: User, *, actor: Actor) -> dict[str, list[str]]:
    told: dict[str, list[str]] = {"erased": [], "kept": []}
    for found in panels.collect("erasure", actor, user):
        told = {name: [*rows, *found.get(name, [])] for name, rows in told.items()}
    for link in links():
        if link.is_direct and link.rule.erasure == "delete":
            _remove(link.rows(user.pk), link, user)
        elif link.rule.erasure.startswith("keep") and link.rows(user.pk).exists():
            told["kept"].append(f"{link.model._meta.verbose_name_plural} : {link.rule.erasure.removeprefix('keep: ')}")
    empty_account(user)
    now = timezone.now()
    Erasure.unscoped.update_or_create(user=user, defaults={"done_at": now}, create_defaults={"due_at": now, "done_at": now})
    audit.record("privacy.erasure.do", actor=actor, kind="accounts.user", object_id=str(user.pk))
    return told


def purge(on: date) -> int:
    """Do to the rows whose retention has ended by this day what their declaration says (ui.personal), one kind after another.

    Returns how many rows; run twice it finds none.
    """
    kinds = [(one.model, name, rule) for one in declarations() for name, rule in one.fields.items()]
    return sum(_purge(model._base_manager.filter(rule.over(on)), name, rule) for model, name, rule in kinds if rule.over)


@transaction.atomic
def _purge(rows: QuerySet[Any], column: str, rule: Personal) -> int:
    """Rows of one kind, with one audit line, which holds their number alone."""
    if rule.erasure == "anonymise":
        count = rows.exclude(**{column: None}).update(**{column: None})
    else:
        count = rows.count()
        rows.delete()
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
