"""Saving a whole form in one step: words, rows, files and audiences together, or nothing."""

from collections.abc import Mapping
from typing import Any

from django.db import transaction

from directory.people.enums import Audience, PersonKind
from directory.people.models import Profile
from directory.people.services.audiences import set_audiences
from directory.people.services.files import set_file
from directory.people.services.lines import Lines
from directory.people.services.profiles import Needs, create_profile, update_profile
from hub.core.accounts.actor import Actor
from hub.core.documents.services import Upload


@transaction.atomic
def save_profile(
    profile: Profile, *, actor: Actor, values: Mapping[str, Any], lines: Lines, needs: Needs | None = None,
    files: Mapping[str, Upload | None] | None = None, audiences: Mapping[str, Audience] | None = None,
) -> Profile:  # fmt: skip
    """Write a form; a profile that is not in the database yet is opened first, for the person herself."""
    held = _opened(profile, actor) if profile._state.adding else profile
    row = update_profile(held, actor=actor, values=values, lines=lines, needs=needs)
    for key, upload in (files or {}).items():
        row = set_file(row, key, upload, actor=actor)
    return set_audiences(row, actor=actor, audiences=audiences) if audiences else row


def _opened(profile: Profile, actor: Actor) -> Profile:
    """The one she has when two of her windows ask at once."""
    held = Profile.unscoped.filter(user=profile.user).first()
    return held or create_profile(profile.user, organisation=profile.organisation, actor=actor, kind=PersonKind(profile.kind))
