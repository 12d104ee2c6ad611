"""Loads the public list: real cooperatives that are not members, shown with the source of each; nothing is added to what a source says."""

from dataclasses import dataclass, field
from pathlib import Path

from django.db import transaction
from django.utils import timezone

from directory.cooperatives.listing import DATA, Listed, PublicList, public_list
from directory.cooperatives.models import DirectoryEntry, ListedNetwork
from directory.cooperatives.services.entries import follow_organisation
from directory.vocabularies.models import Commune, Department, Vocabulary
from directory.vocabularies.words import key
from hub.core.accounts import services as accounts
from hub.core.accounts.actor import Actor
from hub.core.accounts.enums import OrganisationKind
from hub.core.accounts.models import Organisation
from hub.core.audit import services as audit
from hub.core.kit.text import slug

VOCABULARY = "public_list"
POSTAL = {"2A": "20", "2B": "20"}  # where a postcode does not begin with the code of the département
RANK = 100  # after the vocabularies on /sources/


@dataclass
class ListSummary:
    """Names by what happened to them; `left` are those that keep their own entry by now."""

    created: list[str] = field(default_factory=list)
    updated: list[str] = field(default_factory=list)
    unchanged: list[str] = field(default_factory=list)
    withdrawn: list[str] = field(default_factory=list)
    left: list[str] = field(default_factory=list)


@transaction.atomic
def load_public_list(*, actor: Actor, folder: Path = DATA) -> ListSummary:
    """Create, update or hide entries so that they say what the file says; run twice, the second time changes nothing."""
    listed, summary = public_list(folder), ListSummary()
    held = {entry.list_key: entry for entry in DirectoryEntry.unscoped.exclude(list_key=None).select_related("organisation")}
    others = list(DirectoryEntry.unscoped.filter(list_key=None).select_related("organisation"))
    for row in listed.rows:
        _load(row, held.get(row.key) or _recognised(row, others), listed, actor, summary)
    gone = held.keys() - {row.key for row in listed.rows}
    for entry in (held[name] for name in sorted(filter(None, gone))):
        if entry.is_public_list and entry.is_published:
            entry.is_published = False
            entry.save(update_fields=["is_published", "updated_at"])
            follow_organisation(entry.organisation)
            summary.withdrawn.append(entry.organisation.name)
    _tell_source(listed)
    if summary.created or summary.updated or summary.withdrawn:
        counts = {"created": len(summary.created), "updated": len(summary.updated), "withdrawn": len(summary.withdrawn)}
        said = {**counts, "sha256": listed.digest}  # which list, without the words of its file: the chain holds no free text
        audit.record("cooperatives.list.load", actor=actor, data=said, kind="cooperatives.public_list")
    return summary


def _load(row: Listed, entry: DirectoryEntry | None, listed: PublicList, actor: Actor, summary: ListSummary) -> None:
    if entry is not None and not entry.is_public_list:
        summary.left.append(row.name)
        return
    if entry is None:
        cae = Organisation(kind=OrganisationKind.CAE, siren=row.siren, **_facts(row))
        organisation = accounts.create_organisation(cae, actor=actor)
        entry = DirectoryEntry.unscoped.get(organisation=organisation)
        entry.organisation, entry.list_key, entry.is_public_list = organisation, row.key, True
        _write(row, entry, listed)
        summary.created.append(row.name)
        return
    organisation = entry.organisation
    facts = {name: value for name, value in _facts(row).items() if getattr(organisation, name) != value}
    if not facts and not _differs(row, entry, listed):
        summary.unchanged.append(row.name)
        return
    for name, value in facts.items():
        setattr(organisation, name, value)
    if facts:
        accounts.update_organisation(organisation, actor=actor)
    _write(row, entry, listed)
    summary.updated.append(row.name)


def _recognised(row: Listed, others: list[DirectoryEntry]) -> DirectoryEntry | None:
    """The entry of a cooperative that was entered by hand before the list was loaded: from now on it is the one of this row, as its people
    wrote it. Of two that it may be it is neither."""
    same = [one for one in others if row.siren and one.organisation.siren == row.siren] or [
        one for one in others if _is_named(row, one.organisation)
    ]
    if len(same) != 1:
        return None
    (entry,) = same
    others.remove(entry)
    entry.list_key = row.key
    entry.save(update_fields=["list_key", "updated_at"])
    return entry


def _is_named(row: Listed, organisation: Organisation) -> bool:
    """A CAE of the same name that nothing known tells from this row: neither the SIREN, nor the département or the postcode. The form that enters
    one by hand asks for no place, and has one CAE a name."""
    if organisation.kind != OrganisationKind.CAE or slug(organisation.name, 120) != row.key or (row.siren and organisation.siren):
        return False
    starts = tuple(start for code in row.department_codes for start in (code, POSTAL.get(code, code)))
    places = [place for place in (*organisation.department_codes, organisation.postal_code) if place]
    return not starts or not places or any(place.startswith(starts) for place in places)


def _facts(row: Listed) -> dict[str, object]:
    """What an organisation of the list has in law: a name, and the départements that a source gives."""
    return {"name": row.name, "short_name": row.short_name, "department_codes": list(row.department_codes)}


def _face(row: Listed, listed: PublicList) -> dict[str, object]:
    return {
        "is_published": True,
        "website": row.website,
        "building_trade": row.building_trade,
        "city": row.city,
        "commune": _commune(row),
        "source": row.source,
        "source_on": listed.established_on,
    }


def _differs(row: Listed, entry: DirectoryEntry, listed: PublicList) -> bool:
    named = set(entry.listed_networks.values_list("name", flat=True))
    placed = entry.departments.count() == Department.objects.filter(pk__in=row.department_codes).count()
    return not placed or named != set(row.networks) or any(getattr(entry, name) != value for name, value in _face(row, listed).items())


def _write(row: Listed, entry: DirectoryEntry, listed: PublicList) -> None:
    for name, value in _face(row, listed).items():
        setattr(entry, name, value)
    entry.full_clean(exclude=["sort_key", "words_key", "organisation"])
    entry.save()
    entry.listed_networks.exclude(name__in=row.networks).delete()
    for name in row.networks:
        ListedNetwork.objects.update_or_create(entry=entry, slug=slug(name, 130), defaults={"name": name})
    follow_organisation(entry.organisation)


def _commune(row: Listed) -> Commune | None:
    """The city as a commune, only when the source gives a département where exactly one bears that name; without département, none."""
    found = Commune.objects.filter(key=key(row.city), department__in=row.department_codes, is_current=True)[:2]
    return found[0] if len(found) == 1 else None


def _tell_source(listed: PublicList) -> None:
    facts = {**listed.facts, "row_count": len(listed.rows), "digest": listed.digest, "rank": RANK}
    row = Vocabulary.objects.filter(pk=VOCABULARY).first()
    if row is None or any(getattr(row, name) != value for name, value in facts.items()):
        Vocabulary.objects.update_or_create(code=VOCABULARY, defaults={**facts, "loaded_at": timezone.now()})
