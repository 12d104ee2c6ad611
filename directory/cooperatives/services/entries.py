"""Changes of public entries; an organisation's facts in law are changed by hub.core.accounts."""

import json
from collections.abc import Iterable
from hashlib import sha256

from django.db import transaction

from directory.cooperatives.errors import EntryWasChanged
from directory.cooperatives.models import DirectoryEntry
from directory.vocabularies.models import Commune, Department, Trade
from directory.vocabularies.selectors import departments, resolve_commune
from directory.vocabularies.words import key
from hub.core.accounts import services as accounts
from hub.core.accounts.actor import Actor
from hub.core.accounts.models import Organisation
from hub.core.accounts.services.organisations import FACTS as IN_LAW
from hub.core.audit import services as audit
from hub.core.jobs import services as jobs
from hub.core.kit.searchable import index_line
from hub.core.kit.text import fold

KIND = "cooperative"
FACTS = ("is_published", "email", "phone", "website", "building_trade", "presentation", "city", "commune_id")


@transaction.atomic
def follow_organisation(organisation: Organisation) -> DirectoryEntry:
    """Give an organisation its entry, and bring up to date what the entry holds of it to sort, filter and find.

    One of the public list is its own from the day it is written down as a member of the federation; a membership that was never true gives it
    back to the list, unless its people have changed it.
    """
    entry = DirectoryEntry.unscoped.filter(pk=organisation.pk).first() or DirectoryEntry(pk=organisation.pk)
    entry.organisation = organisation
    if entry.list_key and entry.source:
        entry.is_public_list = not organisation.affiliations.filter(network__is_federation=True).exists()
    return _save(entry)


@transaction.atomic
def update_entry(entry: DirectoryEntry, *, actor: Actor, trades: Iterable[Trade] | None = None) -> DirectoryEntry:
    """Save the changed face of an organisation; the audit line names the fields, not what they held."""
    before = DirectoryEntry.unscoped.select_for_update(no_key=True).get(pk=entry.pk)
    changed = [name for name in FACTS if getattr(before, name) != getattr(entry, name)]
    if trades is not None:
        held, wanted = set(before.trades.all()), set(trades)
        if held != wanted:
            entry.trades.set(wanted)
            changed.append("trades")
    if changed:
        if "commune_id" in changed:
            entry.city = entry.commune.label if entry.commune else ""
        _save(entry)
        audit.record("cooperatives.entry.update", entry, actor=actor, organisation=entry.organisation, data={"fields": changed})
    return entry


def stamp(entry: DirectoryEntry) -> str:
    """All that the edit page shows, as one word: the rows follow many things, so their moments of change would say too much."""
    shown = [[getattr(entry, name) for name in FACTS], [getattr(entry.organisation, name) for name in IN_LAW]]
    trades = sorted(entry.trades.values_list("pk", flat=True))
    return sha256(json.dumps([*shown, trades], default=str).encode()).hexdigest()


@transaction.atomic
def update_cooperative(entry: DirectoryEntry, *, actor: Actor, trades: Iterable[Trade], seen: str | None = None) -> DirectoryEntry:
    """Both halves of the edit page, the face and the facts in law, or neither.

    Args: seen is the stamp of what was opened; None for who shows no page.
    Raises: EntryWasChanged when somebody else saved since; ValidationError as update_organisation does.
    """
    Organisation.objects.select_for_update(of=("self",), no_key=True).get(pk=entry.organisation_id)
    held = DirectoryEntry.unscoped.select_for_update(of=("self",), no_key=True).select_related("organisation", "commune").get(pk=entry.pk)
    opened = stamp(held)
    if seen is not None and seen != opened:
        raise EntryWasChanged(held)
    accounts.update_organisation(entry.organisation, actor=actor)
    update_entry(entry, actor=actor, trades=trades)
    if entry.source and not entry.is_public_list and stamp(entry) != opened:
        entry.source = ""  # from now on the page says what its people say, no more what the list said
        entry.save(update_fields=["source", "updated_at"])
    return entry


def _save(entry: DirectoryEntry) -> DirectoryEntry:
    """The city is that of the postal address until the cooperative gives another."""
    organisation = entry.organisation
    if not entry.city and organisation.city:
        entry.city, entry.commune = organisation.city, _commune(f"{organisation.postal_code} {organisation.city}")
    codes = [code for code in organisation.department_codes if code in departments()]
    places = [departments()[code].label for code in codes]
    entry.sort_key = fold(organisation.name).lstrip("'’\"« ")[:170]
    entry.words_key = key(" ".join([organisation.name, organisation.short_name, entry.city, *places]))
    entry.save()
    entry.departments.set(Department.objects.filter(pk__in=codes))  # none before the vocabularies are loaded
    jobs.emit(**index_line(KIND, entry.pk))
    return entry


def _commune(text: str) -> Commune | None:
    """The commune that a postal address names without doubt."""
    found = resolve_commune(text).term
    return found if isinstance(found, Commune) else None
