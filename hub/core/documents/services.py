"""Files come in, change readers, go. What a person sends is examined; what the hub made itself is stored as it is."""

import hashlib
import logging
import uuid
from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any, Protocol

from django.core.files.base import ContentFile
from django.db import transaction
from django.utils import timezone

from hub.core.accounts.actor import Actor
from hub.core.audit import services as audit
from hub.core.documents import antivirus, kinds
from hub.core.documents.enums import Scan
from hub.core.documents.errors import AntivirusIsDown, FileAwaitsScan, FileIsInfected, FileIsLost, StorageIsDown, UploadRefused
from hub.core.documents.formats import BY_CONTENT_TYPE, HARD_LIMIT
from hub.core.documents.kinds import FileKind
from hub.core.documents.models import FileAudience, PrivateFile
from hub.core.documents.models.private import pieces, private_storage
from hub.core.documents.names import clean_name
from hub.core.documents.rules import token_error
from hub.core.documents.signals import file_infected, files_still_wait
from hub.core.documents.sniff import Examined, examine, refuse_size
from hub.core.jobs import services as jobs

__all__ = [
    "Upload",
    "UploadRefused",
    "check",
    "delete",
    "hold",
    "must_wait",
    "open_for",
    "scan_again",
    "set_audiences",
    "store",
    "store_bytes",
    "tell_who_waits",
]

logger = logging.getLogger(__name__)

ERASE = "documents.erase"
SCAN = "documents.scan"
SCAN_AGAIN = timedelta(seconds=30)
LONG_WAIT = timedelta(days=1)


class Upload(Protocol):
    """What Django hands over for an uploaded file, and what any open file can be made into; `size` in bytes."""

    @property
    def name(self) -> Any: ...
    @property
    def size(self) -> Any: ...
    def read(self, num_bytes: int = ..., /) -> Any: ...
    def seek(self, position: int, /) -> Any: ...


def check(upload: Upload, *, kind: str, actor: Actor, organisation: Any = None) -> Examined:
    """Examine what was sent, and have it scanned when an antivirus is set; a refusal is audited without the content or the name.

    Call it before any transaction (a form's `clean` is the place), or the line of the refusal is rolled back with the rest.
    Raises UploadRefused.
    """
    wanted = kinds.get(kind)
    try:
        refuse_when_storage_is_down()
        refuse_size(upload.size or 0, wanted, upload.name or "")
        upload.seek(0)
        data = upload.read(wanted.max_bytes + 1)
        good = examine(upload.name or "", data, wanted)
        return replace(good, is_clean=antivirus.is_set() and _is_clean(data, wanted))
    except UploadRefused as refusal:
        facts = {"kind": kind, "cause": refusal.code, "size_bytes": upload.size or 0}
        with transaction.atomic():
            audit.record("documents.upload.refuse", None, actor=actor, organisation=organisation, data=facts)
        raise


def _is_clean(data: bytes, kind: FileKind) -> bool:
    """What the antivirus says of a file as it was sent; false when it says nothing and the file can wait. Raises UploadRefused."""
    try:
        found = antivirus.virus_in(data)
    except AntivirusIsDown:
        if not kind.can_wait:
            raise UploadRefused("antivirus_down") from None
        return False
    if found:
        logger.warning("fichier refusé, l’antivirus y trouve %s", found)
        raise UploadRefused("virus")
    return True


def must_wait(good: Examined) -> bool:
    """Whether a file that a person sent goes to quarantine: an antivirus is set, and did not say that it is clean."""
    return antivirus.is_set() and not good.is_clean


def refuse_when_storage_is_down() -> None:
    """Said while the form is checked, so that nothing else that was typed is lost. Raises UploadRefused."""
    reach = getattr(private_storage(), "reach", None)
    try:
        if reach:
            reach()
    except StorageIsDown:
        raise UploadRefused("storage_down") from None


def store(upload: Upload | Examined, *, actor: Actor, kind: str, audiences: Iterable[str], organisation: Any = None) -> PrivateFile:
    """Keep what a person sent, once examined (or examine it now). Raises UploadRefused with a French sentence."""
    good = upload if isinstance(upload, Examined) else check(upload, kind=kind, actor=actor, organisation=organisation)
    facts = {"width": good.width, "height": good.height, "pages": good.pages, "content_type": good.format.content_type}
    facts["scan"] = Scan.WAITING if must_wait(good) else Scan.CLEAR
    return _keep(good.name, good.data, facts, kind=kind, actor=actor, audiences=audiences, organisation=organisation)


def store_bytes(
    name: str, data: bytes, content_type: str, *, actor: Actor, kind: str, audiences: Iterable[str], organisation: Any = None
) -> PrivateFile:
    """Keep a paper that the hub made itself, byte for byte: a seal would not survive a change. Raises ValueError for a format not kept."""
    made = BY_CONTENT_TYPE.get(content_type)
    if made is None or made.code not in kinds.get(kind).formats or not 0 < len(data) <= HARD_LIMIT:
        raise ValueError(f"{kind}: {content_type}, {len(data)} bytes")
    facts = {"content_type": content_type}
    return _keep(clean_name(name, made), data, facts, kind=kind, actor=actor, audiences=audiences, organisation=organisation)


@transaction.atomic
def set_audiences(file: PrivateFile, audiences: Iterable[str], *, actor: Actor) -> PrivateFile:
    """Replace those who may read the file; the next request obeys."""
    before, wanted = set(file.audiences), _valid(audiences)
    if before != wanted:
        FileAudience.objects.filter(file=file, token__in=before - wanted).delete()
        FileAudience.objects.bulk_create(FileAudience(file=file, token=token) for token in sorted(wanted - before))
        changes = {"before": sorted(before), "after": sorted(wanted)}
        audit.record("documents.file.audience", file, actor=actor, organisation=file.organisation, data=changes)
    vars(file).pop("_prefetched_objects_cache", None)  # it may hold the old tokens
    return file


@transaction.atomic
def delete(file: PrivateFile, *, actor: Actor, reason: str = "") -> None:
    """Forget the file: the row now, the bytes after the commit. `reason` is the program's own words, which the trail keeps."""
    pk, organisation = str(file.pk), file.organisation
    jobs.emit(ERASE, {"storage_name": file.storage_name})
    file.delete()
    facts = {"kind": file.kind, "sha256": file.sha256, "cause": reason}
    audit.record(
        "documents.file.delete", actor=actor, organisation=organisation, data=facts,
        kind=file._meta.label_lower, object_id=pk, label=file.audit_label,
    )  # fmt: skip


@transaction.atomic
def open_for(file: PrivateFile, *, actor: Actor) -> Iterator[bytes]:
    """The bytes in pieces, for an actor who may read them; reading a file that is not public leaves a line.

    Raises FileIsLost; FileAwaitsScan in quarantine, FileIsInfected once it was removed for a virus.
    """
    if not file.is_served:
        raise FileAwaitsScan if file.scan == Scan.WAITING else FileIsInfected
    storage = private_storage()
    if not storage.exists(file.storage_name):
        raise FileIsLost(file.storage_name)
    if "public" not in file.audiences:
        audit.record("documents.file.read", file, actor=actor, organisation=file.organisation, data={"kind": file.kind})
    return pieces(storage, file.storage_name)


def scan_again(pk: str) -> None:
    """Ask the antivirus about a file in quarantine: from then on it is served, or its bytes are gone. Twice is once.

    Raises AntivirusIsDown, and what the storage raises.
    """
    file = PrivateFile.unscoped.filter(pk=pk, scan=Scan.WAITING).first()
    if file is None:
        return
    found = antivirus.virus_in(b"".join(pieces(private_storage(), file.storage_name)))
    with transaction.atomic():
        scan = Scan.INFECTED if found else Scan.CLEAR
        if not PrivateFile.unscoped.filter(pk=pk, scan=Scan.WAITING).update(scan=scan):
            return
        file.scan = scan
        action, facts = ("infected", {"signature": found}) if found else ("release", {})
        facts = {"kind": file.kind, "sha256": file.sha256, **facts}
        audit.record(f"documents.file.{action}", file, actor=Actor.system(), organisation=file.organisation, data=facts)
        if found:
            jobs.emit(ERASE, {"storage_name": file.storage_name})
            file_infected.send(sender=PrivateFile, file=file)


def hold(file: PrivateFile | None) -> PrivateFile | None:
    """A file that is about to be replaced, before the line that tells of the new one: the antivirus may be at it. None when it is gone."""
    return PrivateFile.unscoped.select_for_update(of=("self",), no_key=True).filter(pk=file.pk).first() if file else None


def tell_who_waits() -> None:
    """Announce, once per file, what people sent a day ago that is still in quarantine. All that waits of one sender is told at once: an
    antivirus that is away for a day is one letter, not one per file."""
    now = timezone.now()
    untold = PrivateFile.unscoped.filter(scan=Scan.WAITING, waiting_told_at=None)
    late = untold.filter(created_at__lte=now - LONG_WAIT).exclude(uploaded_by=None)
    for sender in late.order_by("uploaded_by").values_list("uploaded_by", flat=True).distinct():
        with transaction.atomic():
            rows = untold.filter(uploaded_by=sender).select_for_update(of=("self",), no_key=True).select_related("uploaded_by")
            if files := list(rows.order_by("created_at", "pk")):
                PrivateFile.unscoped.filter(pk__in=[file.pk for file in files]).update(waiting_told_at=now)
                files_still_wait.send(sender=PrivateFile, person=files[0].uploaded_by, files=files)


def _keep(
    name: str, data: bytes, facts: dict[str, Any], *, kind: str, actor: Actor, audiences: Iterable[str], organisation: Any
) -> PrivateFile:
    """Bytes first, row second: a crash between the two leaves bytes that nobody can read and the sweep removes, never a row without bytes."""
    tokens = _valid(audiences)
    storage = private_storage()
    stored = storage.save(_random_path(), ContentFile(data))
    try:
        with transaction.atomic():
            row = PrivateFile.unscoped.create(
                kind=kind, name=name, size_bytes=len(data), sha256=hashlib.sha256(data).hexdigest(), storage_name=stored,
                organisation=organisation, uploaded_by_id=actor.user_id, **facts,
            )  # fmt: skip
            FileAudience.objects.bulk_create(FileAudience(file=row, token=token) for token in sorted(tokens))
            line = {"kind": kind, "sha256": row.sha256, "size_bytes": row.size_bytes}
            audit.record("documents.file.store", row, actor=actor, organisation=organisation, data=line)
            if row.scan == Scan.WAITING:
                jobs.emit(SCAN, {"file": str(row.pk)}, key=f"{SCAN}:{row.pk}", delay=SCAN_AGAIN)
    except BaseException:
        storage.delete(stored)
        raise
    return row


def _random_path() -> str:
    """Spread over 256 folders; nothing of the file, its owner or the day shows."""
    code = uuid.uuid4().hex
    return f"{code[:2]}/{code}"


def _valid(audiences: Iterable[str]) -> set[str]:
    tokens = set(audiences)
    if wrong := next(filter(None, map(token_error, sorted(tokens))), ""):
        raise ValueError(wrong)
    if not tokens:
        raise ValueError("a file without audience could be read by nobody")
    return tokens
