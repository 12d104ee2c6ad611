"""Writing the chain. Packages call `record` inside the transaction of the change, as its last step."""

import logging
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Protocol
from uuid import UUID

from django.core.mail import EmailMessage
from django.db import models, transaction
from django.utils import timezone

from hub.core.audit import actions, anchor, chain, rules
from hub.core.audit.errors import NotInTransaction
from hub.core.audit.models import AuditEntry, AuditHead
from hub.core.audit.verification import Verdict, verify
from hub.core.jobs.commits import once_on_commit
from hub.core.kit.dates import long_date_fr
from hub.core.kit.text import one_line

__all__ = ["actions", "drop_unreadable_head", "head_recipients", "hold", "publish_head", "record", "restart_anchor"]

logger = logging.getLogger("hub.audit")


class Actor(Protocol):
    """Who acts and for whom: the accounts' Actor is one."""

    @property
    def user_id(self) -> UUID | None: ...
    @property
    def organisation_id(self) -> UUID | None: ...
    @property
    def organisation_name(self) -> str: ...
    @property
    def agreement_id(self) -> UUID | None: ...


def record(
    action: str,
    subject: models.Model | None = None,
    *,
    actor: Actor,
    organisation: Any = None,
    data: Mapping[str, Any] | None = None,
    kind: str = "",
    object_id: str = "",
    label: str = "",
) -> AuditEntry:
    """Add a line to the chain, in the caller's transaction.

    Call it last: from here to the commit no other transaction can add a line, and one that waits for a row lock of ours meanwhile would
    wait for us while we wait for it.

    Args: organisation is the one concerned (a row with `pk` and `name`), by default the one acted for; kind, object_id and label stand in
        for what `subject` would give; label never names a person, and comes from `subject.audit_label` when there is one.
    Raises: UnknownAction, NotInTransaction, RefusedData.
    """
    actions.wording(action)
    if not transaction.get_connection().in_atomic_block:
        raise NotInTransaction(action)
    text = chain.canonical(rules.plain(data or {}))
    head = hold()
    concerned = (organisation.pk, organisation.name) if organisation is not None else (actor.organisation_id, actor.organisation_name)
    entry = AuditEntry(
        seq=head.count + 1,
        at=timezone.now(),
        action=action,
        actor_id=actor.user_id,
        on_behalf_id=actor.organisation_id,
        agreement_id=actor.agreement_id,
        organisation_id=concerned[0],
        organisation_label=_label(concerned[1]),
        object_kind=kind or (getattr(subject, "audit_kind", "") or subject._meta.label_lower if subject is not None else ""),
        object_id=str(object_id or (subject.pk if subject is not None else "")),
        object_label=_label(label or getattr(subject, "audit_label", "")),
        data=text,
        previous=head.digest,
    )
    entry.digest = chain.fingerprint(chain.values_of(entry))
    entry.append()
    AuditHead.objects.filter(pk=1).update(count=entry.seq, digest=entry.digest)
    once_on_commit(anchor.advance)
    return entry


def hold() -> AuditHead:
    """Take what all lines wait for, before the line: for the one write that others who hold it would wait for at their commit, a key that changes."""
    head, _ = AuditHead.objects.select_for_update(no_key=True).get_or_create(pk=1)
    return head


def _label(text: str) -> str:
    return one_line(str(text))[:200]


@transaction.atomic
def restart_anchor(*, actor: Actor, reason: str) -> AuditEntry:
    """Make the head file follow the chain again after a backup was restored; the chain says so, with what the file knew."""
    try:
        known = anchor.read()
    except ValueError:
        known = None
    data = {"cause": reason, "known_count": known.count if known else None, "known_digest": known.digest if known else None}
    entry = record("audit.anchor.restart", actor=actor, data=data)
    transaction.on_commit(anchor.replace)
    return entry


def drop_unreadable_head() -> bool:
    """After a restore, before the first line. Returns: whether the head file was unreadable; `verify` then says that it lacks."""
    return anchor.drop_unreadable()


# -- the day's head ---------------------------------------------------------------------------------------------------
Recipients = Callable[[], Sequence[str]]
_recipients: Recipients = tuple


def head_recipients(provider: Recipients) -> Recipients:
    """Decorator for the package that knows the coordinators: a callable that returns their addresses."""
    global _recipients
    _recipients = provider
    return provider


def publish_head() -> Verdict:
    """Put the verified head of the chain where no one who can write the database can change it: the log and the coordinators' mail."""
    verdict = verify()
    logger.info("tête de la chaîne : %s lignes, %s, %s", verdict.count, verdict.digest, verdict.sentence)
    if recipients := list(_recipients()):
        EmailMessage(_subject(verdict), _body(verdict), bcc=recipients).send()
    return verdict


def _subject(verdict: Verdict) -> str:
    state = "chaîne intacte" if verdict.is_ok else "CHAÎNE ROMPUE"
    return f"Journal d’audit du {long_date_fr(timezone.now())} : {state}"


def _body(verdict: Verdict) -> str:
    return (
        f"{verdict.sentence}\n\n"
        f"Nombre de lignes : {verdict.count}\n"
        f"Empreinte de la dernière : {verdict.digest}\n\n"
        "Gardez ce message : si quelqu’un retirait ou changeait une ligne plus tard, l’empreinte ne correspondrait plus.\n"
        "Pour vérifier : bin/hub audit verify\n"
    )
