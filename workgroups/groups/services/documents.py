from collections.abc import Iterable
from typing import Final, cast
from uuid import UUID

from django.db import transaction

from hub.core.accounts import audiences
from hub.core.accounts.actor import Actor
from hub.core.accounts.models import User
from hub.core.audit import services as audit
from hub.core.documents import services as documents
from hub.core.documents.models import PrivateFile
from hub.core.documents.sniff import Examined
from workgroups.groups.enums import UNSEEN
from workgroups.groups.errors import NotPossible
from workgroups.groups.models import GroupDocument, Workgroup
from workgroups.groups.services.twins import twin

KIND: Final = "workgroups.document"


def readers(group: Workgroup, *, is_open: bool) -> list[str]:
    """The tokens of those who read a document of the group."""
    opened = is_open and group.status not in UNSEEN
    return [group.token, audiences.FEDERATION] if opened else [group.token]


def set_readers(file: PrivateFile, tokens: Iterable[str], *, actor: Actor) -> None:
    documents.set_audiences(file, tokens, actor=actor)


@transaction.atomic
def add_document(
    group: Workgroup, *, title: str, upload: documents.Upload | Examined, is_open: bool, actor: Actor, key: UUID | None = None
) -> GroupDocument:
    """The same key keeps the same file once and gives it back after. Raises: documents.UploadRefused."""
    digest = upload.sha256 if isinstance(upload, Examined) else ""
    made, pk = twin(GroupDocument.unscoped.all(), group, key, {"title": title, "is_open": is_open, "sha256": digest})
    if made is not None:
        return cast(GroupDocument, made)
    held = Workgroup.unscoped.get(pk=group.pk)  # locked by then: whoever opens the group meanwhile finds this file, or is seen here
    file = documents.store(upload, actor=actor, kind=KIND, audiences=readers(held, is_open=is_open), organisation=group.convener)
    user = User.objects.filter(pk=actor.user_id).first() if actor.user_id else None
    row = GroupDocument.unscoped.create(pk=pk, workgroup=group, title=title, file=file, is_open=is_open, added_by=user)
    audit.record("workgroups.document.add", row, actor=actor, organisation=group.convener, data={"is_open": is_open})
    return row


def _hold_group(document: GroupDocument) -> None:
    """First of all: whoever opens the group meanwhile goes through its documents with the audit trail in hand."""
    Workgroup.unscoped.select_for_update(of=("self",), no_key=True).get(pk=document.workgroup_id)


def _held(document: GroupDocument) -> GroupDocument | None:
    """The document under a lock until the end of the transaction; None when somebody removed it meanwhile."""
    rows = GroupDocument.unscoped.select_for_update(of=("self",), no_key=True).select_related("file", "workgroup__convener")
    return rows.filter(pk=document.pk).first()


@transaction.atomic
def set_document_open(document: GroupDocument, *, is_open: bool, actor: Actor) -> GroupDocument:
    """Open a document to the federation, or close it again; the next request obeys. Raises: NotPossible once it is removed."""
    _hold_group(document)
    row = _held(document)
    if row is None:
        raise NotPossible("Ce document a été retiré du groupe.")
    before, row.is_open = row.is_open, is_open
    row.save(update_fields=["is_open", "updated_at"])
    set_readers(row.file, readers(row.workgroup, is_open=is_open), actor=actor)
    data = {"before": before, "after": is_open}
    audit.record("workgroups.document.audience", row, actor=actor, organisation=row.workgroup.convener, data=data)
    return row


@transaction.atomic
def remove_document(document: GroupDocument, *, actor: Actor) -> None:
    """Forget a document and its bytes. Twice is once."""
    _hold_group(document)
    row = _held(document)
    if row is None:
        return
    file, group, pk = row.file, row.workgroup, row.pk
    row.delete()
    documents.delete(file, actor=actor, reason="retiré du groupe")
    audit.record(
        "workgroups.document.remove", actor=actor, organisation=group.convener, kind=GroupDocument._meta.label_lower, object_id=str(pk)
    )
