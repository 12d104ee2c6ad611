from django.db import transaction

from directory.people.derived import facts
from directory.people.models import FacetCount, Profile
from directory.people.services.counts import count_again
from directory.people.services.files import COLUMNS
from directory.people.services.profiles import announce, locked
from hub.core.accounts.actor import Actor
from hub.core.audit import services as audit
from hub.core.documents import services as documents
from hub.core.documents.models import PrivateFile


@transaction.atomic
def erase_profile(profile: Profile, *, actor: Actor) -> None:
    """Remove a profile, its rows, its files and its place in the counts and the index; the proofs of consent stay (ConsentLine)."""
    row = locked(profile)
    count_again(list(facts(row)), [])
    FacetCount.unscoped.filter(people_count=0).delete()
    held = [getattr(row, column) for column, _ in COLUMNS.values() if getattr(row, column)]
    for file in PrivateFile.unscoped.filter(pk__in=held):
        documents.delete(file, actor=actor, reason="effacement de la personne")
    announce(row)
    pk, organisation = row.pk, row.organisation
    row.delete()
    audit.record("people.profile.erase", actor=actor, organisation=organisation, kind="people.profile", object_id=str(pk))
