"""What meetings add to a group's page and to the search, and what they keep of people."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from django.db.models import Q, QuerySet
from django.urls import reverse

from hub.core.accounts.actor import Actor
from hub.core.kit.dates import date_fr, local
from hub.core.kit.searchable import SearchEntry, SearchSource
from hub.core.ui.panels import Personal, personal, register
from workgroups.groups import rules as groups
from workgroups.groups.models import Workgroup
from workgroups.meetings import rules, selectors
from workgroups.meetings.models import Meeting

NEWS = 10
TOLD = ("title", "starts_at", "created_at", "minutes_told_at", "workgroup__name", "workgroup__acronym")  # what a line of the home says


@register("workgroup.tab", "meetings", order=30)
def meetings_tab(actor: Actor, group: Workgroup) -> dict[str, Any] | None:
    if not groups.can_see_inside(actor, group):
        return None
    count = Meeting.objects.visible_to(actor).filter(workgroup=group, cancelled_at=None).count()
    return {"label": "Réunions", "url": reverse("meetings:meetings", args=[group.acronym]), "count": count}


@register("workgroup", "meetings", order=30, template="meetings/panels/workgroup.html")
def next_meetings(actor: Actor, group: Workgroup) -> dict[str, Any] | None:
    if not groups.can_see_inside(actor, group):
        return None
    return {"meetings": list(selectors.upcoming(actor, group)[:2]), "group": group, "can_write": rules.can_write(actor, group)}


def _written_since(actor: Actor, since: datetime) -> QuerySet[Meeting]:
    return Meeting.objects.visible_to(actor).filter(Q(minutes_told_at__gt=since) | Q(created_at__gt=since, cancelled_at=None))


@register("home.news", "meetings", order=30, needs=_written_since)
def new_minutes(actor: Actor, since: datetime) -> dict[str, Any] | None:
    """Minutes told, and meetings announced, in the reader's groups."""
    rows = _written_since(actor, since).select_related("workgroup").only(*TOLD)[:NEWS]
    items = [_news(row, told=bool(row.minutes_told_at and row.minutes_told_at > since)) for row in rows]
    return {"items": items} if items else None


def _news(row: Meeting, *, told: bool) -> dict[str, Any]:
    what = f"compte rendu du {date_fr(row.starts_at)}" if told else f"réunion le {date_fr(row.starts_at)}, {row.title}"
    return {
        "at": row.minutes_told_at if told else row.created_at,
        "text": f"{row.workgroup.name} : {what}",
        "url": reverse("meetings:meeting", args=[row.workgroup.acronym, row.pk]),
        "area": "a-group",
        "area_label": "Groupes",
    }


def _coming(actor: Actor, first: date) -> QuerySet[Meeting]:
    return Meeting.objects.visible_to(actor).filter(cancelled_at=None, starts_at__date__gte=first)


@register("home.dates", "meetings", order=30, needs=_coming)
def own_meetings(actor: Actor, first: date) -> dict[str, Any] | None:
    rows = _coming(actor, first).order_by("starts_at")
    items = [
        {
            "at": row.starts_at,
            "text": f"{row.workgroup.name} : {row.title}",
            "url": reverse("meetings:meeting", args=[row.workgroup.acronym, row.pk]),
        }
        for row in rows.select_related("workgroup").only(*TOLD)[:NEWS]
    ]
    return {"items": items} if items else None


def _rows(ids: Collection[str] | None) -> Iterable[Meeting]:
    rows = Meeting.unscoped.select_related("workgroup__convener")
    return (rows if ids is None else rows.filter(pk__in=ids)).iterator(chunk_size=500)


def _entries(meeting: Meeting) -> Sequence[SearchEntry]:
    group = meeting.workgroup
    return [
        SearchEntry(
            title=meeting.title,
            url=reverse("meetings:meeting", args=[group.acronym, meeting.pk]),
            audiences=frozenset({group.token}),
            body="\n".join([group.name, meeting.agenda, meeting.minutes]),
            organisation=group.convener.name if group.convener else "",
            organisation_id=str(group.convener_id) if group.convener else "",
            starts_on=local(meeting.starts_at).date(),
        )
    ]


def _visible(actor: Actor, ids: Collection[str]) -> Mapping[str, Meeting]:
    return {str(row.pk): row for row in Meeting.objects.visible_to(actor).filter(pk__in=ids).select_related("workgroup__convener")}


def _simple(actor: Actor, words: str, limit: int) -> Sequence[Meeting]:
    rows = Meeting.objects.visible_to(actor).filter(Q(title__icontains=words) | Q(minutes__icontains=words))
    return list(rows.select_related("workgroup__convener")[:limit])


@register("search.source", "meeting")
def search_source(actor: Any, subject: Any) -> dict[str, Any]:
    return {"source": SearchSource("meeting", "Réunions", _rows, _entries, _visible, _simple, "calendar", 65)}


STAMPS = {"id", "created_at", "updated_at"}
THERE = Personal("dire qui animait, notait et était là", "tant que le groupe garde ses comptes rendus", "anonymise")
personal(
    Meeting,
    {"facilitator": THERE, "note_taker": THERE, "present": THERE},
    other=STAMPS | {
        "version", "workgroup", "title", "starts_at", "ends_at", "place", "agenda", "minutes", "minutes_told_at", "cancelled_at", "decisions",
        "actions",
    },
)  # fmt: skip
