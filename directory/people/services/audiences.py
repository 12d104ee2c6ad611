from collections.abc import Mapping

from django.db import transaction

from directory.people.consent import VERSION
from directory.people.derived import facts
from directory.people.enums import Audience
from directory.people.errors import AudienceTooWide, NotHerField
from directory.people.fields import FIELDS, audience_of
from directory.people.models import ConsentLine, Profile
from directory.people.rules import can_choose_audiences
from directory.people.services.lines import Lines
from directory.people.services.profiles import locked, store
from hub.core.accounts.actor import Actor
from hub.core.audit import services as audit


@transaction.atomic
def set_audiences(profile: Profile, *, actor: Actor, audiences: Mapping[str, Audience]) -> Profile:
    """Show fields further or nearer, by key; each change leaves a proof and a line, and takes effect with this transaction.

    Raises: NotHerField for anyone but the person, AudienceTooWide beyond a ceiling, KeyError for an unknown field.
    """
    if not can_choose_audiences(actor, profile):
        raise NotHerField("Chaque personne choisit elle-même qui lit sa fiche.")
    row = locked(profile)
    before, changes = list(facts(row)), []
    for key, wanted in audiences.items():
        refuse_too_wide(key, wanted)
        if (was := audience_of(row, key)) != wanted:
            changes.append((key, was, wanted))
            row.audiences[key] = wanted.word
    if not changes:
        return row
    row.save(update_fields=["audiences", "updated_at"])
    store(row, before, Lines())
    ConsentLine.unscoped.bulk_create(consent_line(row, *change) for change in changes)
    _tell(row, actor, changes)
    return row


def refuse_too_wide(key: str, wanted: Audience) -> None:
    field = FIELDS[key]
    if wanted not in field.choices:
        raise AudienceTooWide(f"«\u00a0{field.label.capitalize()}\u00a0» ne se montre pas au-delà de «\u00a0{field.ceiling.label}\u00a0».")


def consent_line(profile: Profile, key: str, was: Audience, now: Audience) -> ConsentLine:
    return ConsentLine(person_id=profile.user_id, field=key, was=was.word, now=now.word, text_version=VERSION)


def _tell(profile: Profile, actor: Actor, changes: list[tuple[str, Audience, Audience]]) -> None:
    for key, was, now in changes:
        data = {"field": key, "from": was.word, "to": now.word, "text": VERSION}
        audit.record("people.audience.change", profile, actor=actor, organisation=profile.organisation, data=data)
    for action, keys in (
        ("people.consent.give", [key for key, was, now in changes if now > was]),
        ("people.consent.withdraw", [key for key, was, now in changes if now < was]),
    ):
        if keys:
            audit.record(action, profile, actor=actor, organisation=profile.organisation, data={"fields": keys, "text": VERSION})
