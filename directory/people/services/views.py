"""Reading leaves a line too: who looked at whose profile, who took the list away."""

from collections.abc import Mapping, Sequence

from django.db import transaction

from directory.people.models import Profile
from directory.people.rules import is_own
from hub.core.accounts.actor import Actor
from hub.core.audit import services as audit


@transaction.atomic
def note_view(profile: Profile, *, actor: Actor) -> bool:
    """One line when staff opens the profile of another person; none for one's own. Returns whether a line was written."""
    if not actor.is_staff or is_own(actor, profile):
        return False
    audit.record("people.profile.view", profile, actor=actor, organisation=profile.organisation)
    return True


@transaction.atomic
def note_export(count: int, *, actor: Actor, filters: Mapping[str, Sequence[str]]) -> None:
    """Args: filters in force, as codes; the words of a search are not kept, they may be a name."""
    data = {"count": count, "filters": {name: list(values) for name, values in filters.items()}}
    audit.record("people.list.export", None, actor=actor, data=data, kind="people.list")
