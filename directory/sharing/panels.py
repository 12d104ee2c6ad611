"""What shared services add to pages below them and to the search, and what they keep of people."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any

from directory.sharing.enums import AnnouncementStatus
from directory.sharing.models import Announcement, Inventory, InventoryLine
from directory.sharing.selectors.inventory import caes
from directory.sharing.services.announcements import KIND
from hub.core.accounts import audiences
from hub.core.accounts.actor import Actor
from hub.core.accounts.audiences import FEDERATION
from hub.core.kit.dates import today
from hub.core.kit.searchable import SearchEntry, SearchSource
from hub.core.ui.panels import Personal, personal, register


@register("home.area", "sharing", order=50)
def area(actor: Actor, subject: Any) -> dict[str, Any] | None:
    if FEDERATION not in actor.audiences:
        return None
    count = Announcement.objects.visible_to(actor).open(today()).filter(organisation__in=caes().values("pk")).count()
    return {"title": "Services", "url": "/services/", "count": count, "text": "offres et besoins entre CAE", "area": "a-serv"}


def _shown(rows: Any) -> Any:
    return rows.filter(status=AnnouncementStatus.OPEN, expires_on__gte=today(), organisation__in=caes().values("pk")).select_related(
        "organisation"
    )


def _rows(ids: Collection[str] | None) -> Iterable[Announcement]:
    rows = _shown(Announcement.unscoped.all())
    return rows.iterator(chunk_size=500) if ids is None else rows.filter(pk__in=ids)


def _entries(row: Announcement) -> Sequence[SearchEntry]:
    return [
        SearchEntry(
            title=row.title,
            url=row.get_absolute_url(),
            audiences=frozenset({audiences.FEDERATION}),
            body="\n".join(filter(None, [row.quantity, row.tasks, row.details])),
            place=row.organisation.city,
            organisation=row.organisation.name,
            organisation_id=str(row.organisation_id),
        )
    ]


def _visible(actor: Actor, ids: Collection[str]) -> Mapping[str, Announcement]:
    if FEDERATION not in actor.audiences:
        return {}
    return {str(row.pk): row for row in _shown(Announcement.objects.visible_to(actor)).filter(pk__in=ids)}


def _simple(actor: Actor, words: str, limit: int) -> Sequence[Announcement]:
    if FEDERATION not in actor.audiences:
        return []
    return list(_shown(Announcement.objects.visible_to(actor)).matching(words)[:limit])


SOURCE = SearchSource(KIND, "Offres et besoins", _rows, _entries, _visible, _simple, icon="swap", order=50, one="Annonce")


@register("search.source", KIND)
def search_source(actor: Any, subject: Any) -> SearchSource:
    return SOURCE


STAMPS = {"id", "created_at", "updated_at"}
HISTORY = "5 ans après la fin du service"
personal(
    Inventory,
    {"declared_by": Personal("dire qui a déclaré", "tant que la CAE est membre", "anonymise")},
    other=STAMPS | {"organisation", "version", "declared_on"},
)
personal(InventoryLine, {}, other=STAMPS | {"organisation", "function", "practice", "people_count", "fte_hundredths", "has_stand_in"})
personal(
    Announcement,
    {"author": Personal("dire qui a publié", HISTORY, "anonymise")},
    other=STAMPS
    | {"kind", "organisation", "function", "quantity", "details", "hourly_cost_cents", "status", "published_on", "expires_on", "version"},
)
