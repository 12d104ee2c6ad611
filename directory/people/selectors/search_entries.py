"""What the search holds of a person: one entry per audience, each from the same `fields_at` as the pages."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any, Final

from django.urls import reverse

from directory.people.enums import Audience
from directory.people.fields import FIELDS, fields_at, said, words_of
from directory.people.models import Profile
from directory.people.selectors import listing
from directory.people.selectors.reading import with_all_fields
from directory.vocabularies.words import key
from hub.core.accounts import audiences
from hub.core.accounts.actor import Actor
from hub.core.kit.searchable import SearchEntry, layered

# Fields that a screen shows among results or that people search by; no contact, money, contract or file.
INDEXED: Final = tuple(
    FIELDS[name]
    for name in (
        "name",
        "trade_name",
        "trades",
        "skills",
        "presentation",
        "department",
        "commune",
        "achievements",
        "languages",
        "accreditations",
    )
)
CHUNK: Final = 500


def rows(ids: Collection[str] | None = None) -> Iterable[Profile]:
    """Those of these ids that exist, or everyone, streamed; who left has no entry."""
    found = with_all_fields(Profile.unscoped.order_by("pk"))
    return (found.filter(pk__in=ids) if ids is not None else found).iterator(chunk_size=CHUNK)


def entries(profile: Profile) -> list[SearchEntry]:
    """From the widest audience to the narrowest."""
    layers: list[tuple[Collection[str], Mapping[str, Any]]] = []
    wider: dict[str, Any] = {}
    for level, tokens in _readers(profile):
        seen = fields_at(profile, level, INDEXED)
        layers.append((tokens, _parts(profile, {name: value for name, value in seen.items() if name not in wider}, seen)))
        wider = seen
    return layered(reverse("people:person", args=[profile.pk]), layers)


def _readers(profile: Profile) -> Iterable[tuple[Audience, list[str]]]:
    yield Audience.PUBLIC, [audiences.PUBLIC]
    yield Audience.FEDERATION, [audiences.FEDERATION]
    yield Audience.PRIVATE, [audiences.staff(profile.organisation_id), audiences.person(profile.user_id)]


def _parts(profile: Profile, added: Mapping[str, Any], seen: Mapping[str, Any]) -> dict[str, Any]:
    """The parts of an entry that one audience adds; its title is her trades, or what she is in her CAE while these are kept."""
    if "name" not in seen:
        return {}
    words = words_of(added)
    body = [words[name] for name in ("trade_name", "presentation", "achievements", "languages", "accreditations") if name in words]
    place = [words_of(seen)[name] for name in ("commune", "department") if name in seen]
    return {
        "title": ", ".join(said(line) for line in seen["trades"]) if "trades" in seen else profile.get_kind_display().capitalize(),
        "name": seen["name"],
        "skills": tuple(said(line) for line in added.get("skills", ())),
        "body": "\n".join(body),
        "place": ", ".join(place),
        "organisation": profile.organisation.name,
        "organisation_id": str(profile.organisation_id),
    }


def visible(actor: Actor, ids: Collection[str]) -> dict[str, Profile]:
    found = with_all_fields(Profile.objects.visible_to(actor).filter(pk__in=ids))
    return {str(row.pk): row for row in found}


def simple(actor: Actor, text: str, limit: int) -> Sequence[Profile]:
    """While the index is out of order: words that begin those of the name, the enseigne, the trades and the skills."""
    reader = listing.reader_of(actor)
    words = key(text).split()
    if not words:
        return []
    found = listing.people(reader).filter(listing.with_words(reader, words)).order_by("sort_name", "id")
    return list(with_all_fields(found)[:limit])
