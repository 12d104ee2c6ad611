"""What organisations publish for the search, and that their entries hold nothing about a person."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any

from django.db.models import Q
from django.utils.text import capfirst

from directory.cooperatives import selectors
from directory.cooperatives.models import DirectoryEntry, ListedNetwork
from directory.cooperatives.services import KIND
from directory.vocabularies.selectors import department_names
from hub.core.accounts import audiences
from hub.core.accounts.actor import Actor
from hub.core.accounts.enums import OrganisationKind
from hub.core.accounts.models import Organisation
from hub.core.kit.identifiers import compact
from hub.core.kit.searchable import SearchEntry, SearchSource
from hub.core.ui.panels import personal, register

CAE = "Coopérative d’activité et d’emploi"


def _kind(organisation: Organisation) -> str:
    """What it is, when it is no CAE."""
    return "" if organisation.kind == OrganisationKind.CAE else capfirst(organisation.get_kind_display())


def _rows(ids: Collection[str] | None) -> Iterable[DirectoryEntry]:
    rows = selectors.shown(DirectoryEntry.objects.scoped())
    return rows.iterator(chunk_size=500) if ids is None else rows.filter(pk__in=ids)


def _entries(entry: DirectoryEntry) -> Sequence[SearchEntry]:
    organisation = entry.organisation
    readers = audiences.PUBLIC if entry.is_published else audiences.staff(organisation.pk)
    names, trades = selectors.network_names(entry), [trade.label for trade in entry.trades.all()]
    kind = _kind(organisation)
    places = ", ".join(department_names(organisation.department_codes))
    return [
        SearchEntry(
            title=f"{kind or CAE}, bâtiment" if entry.building_trade else kind or CAE,
            name=organisation.name,
            url=entry.get_absolute_url(),
            audiences=frozenset({readers}),
            skills=tuple(trades),
            body="\n".join(filter(None, [organisation.short_name, entry.presentation, ", ".join(names), places])),
            place=selectors.place(entry),
            organisation=organisation.name,
            organisation_id=str(organisation.pk),
            kind=kind,
        )
    ]


def _visible(actor: Actor, ids: Collection[str]) -> Mapping[str, DirectoryEntry]:
    return {str(row.pk): row for row in selectors.shown(DirectoryEntry.objects.visible_to(actor)).filter(pk__in=ids)}


def _simple(actor: Actor, words: str, limit: int) -> Sequence[DirectoryEntry]:
    return list(selectors.shown(DirectoryEntry.objects.visible_to(actor)).filter(selectors.matching_words(words))[:limit])


SOURCE = SearchSource(KIND, "Organisations", _rows, _entries, _visible, _simple, icon="coop", order=10, one="Coopérative")


@register("search.source", KIND)
def search_source(actor: Any, subject: Any) -> SearchSource:
    return SOURCE


@register("search.exact", "cooperatives")
def exact(actor: Actor, text: str) -> dict[str, Any]:
    """By SIREN, SIRET or number of declaration of activity."""
    number = compact(text)
    same = Q(organisation__siren=number) | Q(organisation__siret=number) | Q(organisation__nda_number=number)
    rows = DirectoryEntry.objects.visible_to(actor).filter(same).select_related("organisation", "commune")
    return {
        "items": [
            {
                "title": row.organisation.name,
                "url": row.get_absolute_url(),
                "text": selectors.place(row),
                "kind": _kind(row.organisation) or SOURCE.singular,
            }
            for row in rows
        ]
    }


@register("export", "cooperatives")
def export(actor: Actor, organisation: Organisation) -> dict[str, Any]:
    return {"fiche-publique": list(DirectoryEntry.objects.scoped(organisation=organisation).values())}


STAMPS = {"id", "created_at", "updated_at"}
FACE = {"is_published", "email", "phone", "website", "building_trade", "presentation", "city", "commune", "departments", "trades"}
ORIGIN = {"is_public_list", "list_key", "source", "source_on", "sort_key", "words_key"}
personal(DirectoryEntry, {}, other=STAMPS | FACE | ORIGIN | {"organisation"})
personal(ListedNetwork, {}, other=STAMPS | {"entry", "name", "slug"})
