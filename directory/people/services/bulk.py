"""Many profiles at once, for imports and the demo: the same rows as one by one, without a query per person."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import islice
from typing import Any

from django.db import transaction

from directory.people.derived import derive, found_by
from directory.people.enums import Audience, PersonKind
from directory.people.models import ConsentLine, PersonAccreditation, PersonSkill, PersonTrade, PersonWords, Profile
from directory.people.services.audiences import consent_line, refuse_too_wide
from directory.people.services.counts import rebuild_counts
from directory.people.services.lines import Lines, accreditation_rows, skill_rows, trade_rows
from directory.people.services.profiles import _set
from hub.core.accounts.actor import Actor
from hub.core.accounts.models import Organisation, User
from hub.core.audit import services as audit

BATCH = 500


@dataclass(frozen=True)
class NewPerson:
    """A profile to be: values are columns of services.profiles.WRITABLE, audiences what she agreed to before the text in force."""

    user: User
    organisation: Organisation
    kind: PersonKind = PersonKind.ENTREPRENEUR
    values: Mapping[str, Any] = field(default_factory=dict)
    lines: Lines = field(default_factory=Lines)
    audiences: Mapping[str, Audience] = field(default_factory=dict)


@transaction.atomic
def bulk_create(people: Iterable[NewPerson], *, actor: Actor, progress: Callable[[int], None] | None = None) -> int:
    """Create profiles by batches and count everyone anew at the end; returns how many.

    The search index is left to the caller, who rebuilds it once: a line in the outbox per person would take longer than the people.
    """
    count, rest = 0, iter(people)
    while batch := list(islice(rest, BATCH)):
        _create(batch)
        count += len(batch)
        if progress:
            progress(count)
    rebuild_counts()
    audit.record("people.profile.import", None, actor=actor, data={"count": count}, kind="people.profile")
    return count


def _create(batch: list[NewPerson]) -> None:
    Profile.unscoped.filter(user__in=[person.user for person in batch]).delete()  # the empty one that came with a membership
    made = [_built(person) for person in batch]
    Profile.unscoped.bulk_create([one.profile for one in made], batch_size=BATCH)
    PersonWords.unscoped.bulk_create([found_by(one.profile) for one in made], batch_size=BATCH)
    PersonTrade.unscoped.bulk_create([row for one in made for row in one.trades], batch_size=BATCH)
    PersonSkill.unscoped.bulk_create([row for one in made for row in one.skills], batch_size=BATCH)
    PersonAccreditation.unscoped.bulk_create([row for one in made for row in one.accreditations], batch_size=BATCH)
    ConsentLine.unscoped.bulk_create([row for one in made for row in one.consents], batch_size=BATCH)


@dataclass(frozen=True)
class _Made:
    profile: Profile
    trades: list[PersonTrade]
    skills: list[PersonSkill]
    accreditations: list[PersonAccreditation]
    consents: list[ConsentLine]


def _built(person: NewPerson) -> _Made:
    profile = Profile(user=person.user, organisation=person.organisation, kind=person.kind)
    _set(profile, person.values)
    profile.audiences = {key: audience.word for key, audience in person.audiences.items()}
    trades, skills = trade_rows(profile, person.lines.trades or ()), skill_rows(profile, person.lines.skills or ())
    derive(profile, trades, skills)
    accreditations = accreditation_rows(profile, person.lines.accreditations or ())
    return _Made(profile, trades, skills, accreditations, list(_consents(profile, person.audiences)))


def _consents(profile: Profile, audiences: Mapping[str, Audience]) -> Iterator[ConsentLine]:
    for key, audience in audiences.items():
        refuse_too_wide(key, audience)
        if audience > Audience.PRIVATE:
            yield consent_line(profile, key, Audience.PRIVATE, audience)
