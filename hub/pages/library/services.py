"""Resources and their versions; the files follow the readers of the page."""

from typing import Any, Final
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from hub.core.accounts import audiences
from hub.core.accounts.actor import Actor
from hub.core.documents import services as documents
from hub.core.documents.sniff import Examined
from hub.core.jobs import services as jobs
from hub.core.kit.searchable import index_line
from hub.pages.library.models import ResourcePage, ResourceUse, ResourceVersion
from hub.pages.writing import services as writing
from hub.pages.writing.selectors import user_of
from workgroups.groups.errors import NotPossible

KIND: Final = "life.resource"
SERVED = "C’est la version servie : déposez-en d’abord une autre, puis retirez le fichier de celle-ci."


def readers(page: ResourcePage) -> list[str]:
    """The tokens of those who open its files: its readers while it is published, else those who keep it."""
    kept = set()
    if page.workgroup is not None:
        kept.add(page.workgroup.token)
    elif page.organisation_id:
        kept.add(audiences.staff(page.organisation_id))
    return sorted({*kept, page.audience} if page.live else kept)


@transaction.atomic
def create_resource(model: type[ResourcePage], *, facts: dict[str, Any], actor: Actor, key: UUID | None = None) -> ResourcePage:
    """Facts: field values of the page, `file` and `note` of the first version. Raises: documents.UploadRefused."""
    words = dict(facts)
    file, note = words.pop("file"), words.pop("note")

    def first(page: ResourcePage) -> tuple[str, str] | None:
        return ResourceVersion.unscoped.filter(resource=page, number=1).values_list("file__sha256", "note").first()

    said = (getattr(file, "sha256", None), note)
    page: ResourcePage = writing.create(model, facts=words, actor=actor, key=key, rest=said, rest_of=first)
    if not page.versions.exists():
        add_version(page, file=file, note=note, actor=actor)
    return page


@transaction.atomic
def add_version(page: ResourcePage, *, file: documents.Upload | Examined, note: str, actor: Actor) -> ResourceVersion:
    """The next version, which is served from now on; the others stay. The same bytes again are no new version, unless
    the antivirus had removed them: its signatures change, and it has just found nothing.

    Raises: documents.UploadRefused; NotPossible when the newest version holds these bytes, or once the page is withdrawn.
    """
    locked: ResourcePage = writing.held(page)
    if locked.withdrawn_at is not None:
        raise NotPossible(writing.WITHDRAWN)
    last = locked.newest
    stored = documents.store(file, actor=actor, kind=KIND, audiences=readers(locked), organisation=locked.organisation)
    if last is not None and last.file is not None and not last.file.is_gone and last.file.sha256 == stored.sha256:
        raise NotPossible(f"Ce fichier est exactement celui de la version {last.number}.")
    row = ResourceVersion.unscoped.create(
        resource=locked, number=(last.number if last else 0) + 1, file=stored, note=note, added_by=user_of(actor)
    )
    jobs.emit(**index_line("resource", locked.public_id))
    writing.record("version", locked, actor, number=row.number, sha256=stored.sha256)
    return row


@transaction.atomic
def remove_file(version: ResourceVersion, *, actor: Actor) -> ResourceVersion:
    """Forget the file of an older version; the line stays. Twice is once. Raises: NotPossible for the version that is served."""
    locked: ResourcePage = writing.held(version.resource)
    row = ResourceVersion.unscoped.select_for_update(of=("self",), no_key=True).get(pk=version.pk)
    if row.file is None:
        return row
    if row == locked.newest:
        raise NotPossible(SERVED)
    file = documents.hold(row.file)
    row.file, row.removed_at = None, timezone.now()
    row.save(update_fields=["file", "removed_at", "updated_at"])
    if file is not None:
        documents.delete(file, actor=actor, reason="retirée d’une version")
    writing.record("remove_file", locked, actor, number=row.number)
    return row


@transaction.atomic
def set_file_readers(page: ResourcePage, *, actor: Actor) -> None:
    """Every version of a page, under the same lock as the page, read by the same people."""
    tokens = readers(page)
    for row in ResourceVersion.unscoped.filter(resource=page).select_related("file__organisation"):
        if row.file is not None:
            documents.set_audiences(row.file, tokens, actor=actor)


@transaction.atomic
def say_use(page: ResourcePage, *, on: bool, actor: Actor) -> None:
    """Somebody of a team says that her organisation uses a resource, or no more. Twice is once."""
    if actor.organisation_id is None:
        return
    locked: ResourcePage = writing.held(page)
    uses = ResourceUse.unscoped.filter(resource=locked, organisation=actor.organisation_id)
    if uses.exists() == on:
        return
    if on:
        ResourceUse.unscoped.create(resource=locked, organisation_id=actor.organisation_id, said_by=user_of(actor))
    else:
        uses.delete()
    writing.record("use" if on else "unuse", locked, actor)
