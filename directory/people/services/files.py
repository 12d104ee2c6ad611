"""The photo and the insurance certificate: private files whose readers follow the audience of their field."""

from typing import Final

from django.db import transaction

from directory.people.enums import Audience
from directory.people.fields import effective_level
from directory.people.models import Profile
from hub.core.accounts import audiences
from hub.core.accounts.actor import Actor
from hub.core.audit import services as audit
from hub.core.documents import services as documents
from hub.core.documents.models import PrivateFile

PHOTO: Final = "people.photo"
CERTIFICATE: Final = "people.insurance_certificate"
COLUMNS: Final = {"photo": ("photo_id", PHOTO), "insurance_certificate": ("insurance_certificate_id", CERTIFICATE)}


def readers(profile: Profile, key: str) -> list[str]:
    """The tokens of those who read a field now."""
    level = effective_level(profile, key)
    tokens = [audiences.person(profile.user_id)]
    if level >= Audience.PRIVATE:
        tokens.append(audiences.staff(profile.organisation_id))
    if level >= Audience.FEDERATION:
        tokens.append(audiences.FEDERATION)
    if level == Audience.PUBLIC:
        tokens.append(audiences.PUBLIC)
    return tokens


def follow_audiences(profile: Profile) -> None:
    """Give the files of a profile the readers of their fields."""
    held = {getattr(profile, column): key for key, (column, _) in COLUMNS.items() if getattr(profile, column)}
    if not held:
        return
    for file in PrivateFile.unscoped.filter(pk__in=held).prefetch_related("audience_rows"):
        documents.set_audiences(file, readers(profile, held[file.pk]), actor=Actor.system())


@transaction.atomic
def set_file(profile: Profile, key: str, upload: documents.Upload | None, *, actor: Actor) -> Profile:
    """Keep a file under a field, or take it away (None); the one it replaces is deleted. Raises documents.UploadRefused."""
    column, kind = COLUMNS[key]
    row = Profile.unscoped.select_for_update(of=("self",), no_key=True).select_related("user", "organisation").get(pk=profile.pk)
    old = documents.hold(PrivateFile.unscoped.filter(pk=getattr(row, column)).first())
    stored = documents.store(upload, actor=actor, kind=kind, audiences=readers(row, key), organisation=row.organisation) if upload else None
    setattr(row, column, stored.pk if stored else None)
    row.save(update_fields=[column, "updated_at"])
    if old:
        documents.delete(old, actor=actor, reason="remplacé" if stored else "retiré")
    audit.record("people.profile.update", row, actor=actor, organisation=row.organisation, data={"columns": [column]})
    return row
