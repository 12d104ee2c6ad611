"""What decisions and actions add to a group's page, to the home of who has something to do, and to the search."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse

from hub.core.accounts.actor import Actor
from hub.core.kit.dates import today
from hub.core.kit.searchable import SearchEntry, SearchSource
from hub.core.kit.text import one_line
from hub.core.ui.panels import Personal, personal, register
from workgroups.decisions import rules, selectors
from workgroups.decisions.models import Action, Decision
from workgroups.groups import rules as groups
from workgroups.groups.models import Workgroup

SHOWN = 4
SOON = 21  # days
TITLE = 120
NEWS = 10


@register("workgroup.tab", "decisions", order=40)
def decisions_tab(actor: Actor, group: Workgroup) -> dict[str, Any] | None:
    if not groups.can_see_inside(actor, group):
        return None
    count = selectors.in_force(actor, group).count()
    return {"label": "Décisions", "url": reverse("decisions:decisions", args=[group.acronym]), "count": count}


@register("workgroup.tab", "actions", order=50)
def actions_tab(actor: Actor, group: Workgroup) -> dict[str, Any] | None:
    if not groups.can_see_inside(actor, group):
        return None
    count = Action.objects.visible_to(actor).open().filter(workgroup=group).count()
    return {"label": "Actions", "url": reverse("decisions:actions", args=[group.acronym]), "count": count}


@register("workgroup", "decisions", order=40, template="decisions/panels/workgroup.html")
def last_decisions(actor: Actor, group: Workgroup) -> dict[str, Any] | None:
    if not groups.can_see_inside(actor, group):
        return None
    found = list(selectors.in_force(actor, group)[:SHOWN])
    open_actions = selectors.lateness(list(selectors.actions(actor, group).filter(status="open")[:SHOWN]), today())
    return {"decisions": found, "actions": open_actions, "group": group, "can_write": rules.can_write(actor, group)}


@register("home.due", "actions", order=25, needs=lambda actor, subject: selectors.own_open_actions(actor))
def actions_due(actor: Actor, subject: Any) -> dict[str, Any] | None:
    """One's own actions with a day: late, or within three weeks."""
    day, items = today(), []
    for action in selectors.own_open_actions(actor).exclude(due_on=None):
        if action.due_on is None or (action.due_on - day).days > SOON:
            continue
        late = action.due_on < day
        items.append(
            {
                "when": action.due_on,
                "tone": "warn" if late else "",
                "title": one_line(action.text)[:TITLE],
                "text": f"Action du groupe {action.workgroup.name}.",
                "url": reverse("decisions:actions", args=[action.workgroup.acronym]),
                "area": "a-group",
                "area_label": "Groupes",
                "action": "Ouvrir",
            }
        )
    return {"items": items} if items else None


def _taken_since(actor: Actor, since: datetime) -> QuerySet[Decision]:
    return Decision.objects.visible_to(actor).in_force().filter(created_at__gt=since)


@register("home.news", "decisions", order=25, needs=_taken_since)
def new_decisions(actor: Actor, since: datetime) -> dict[str, Any] | None:
    told = _taken_since(actor, since).select_related("workgroup").only("text", "created_at", "workgroup__name", "workgroup__acronym")
    rows = told.order_by("-created_at")[:NEWS]
    items = [
        {
            "at": row.created_at,
            "text": f"{row.workgroup.name} a décidé : {one_line(row.text)[:TITLE]}",
            "url": f"{reverse('decisions:decisions', args=[row.workgroup.acronym])}#d-{row.pk}",
            "area": "a-group",
            "area_label": "Groupes",
        }
        for row in rows
    ]
    return {"items": items} if items else None


# -- search -----------------------------------------------------------------------------------------------------------
def _rows(ids: Collection[str] | None) -> Iterable[Decision]:
    rows = Decision.unscoped.filter(withdrawn_at=None).select_related("workgroup__convener")
    return (rows if ids is None else rows.filter(pk__in=ids)).iterator(chunk_size=500)


def _entries(decision: Decision) -> Sequence[SearchEntry]:
    group = decision.workgroup
    text = one_line(decision.text)
    return [
        SearchEntry(
            title=text[:TITLE],
            url=f"{reverse('decisions:decisions', args=[group.acronym])}#d-{decision.pk}",
            audiences=frozenset({group.token}),
            body=f"{text}\n{decision.dissent}\n{group.name}",
            organisation=group.convener.name if group.convener else "",
            organisation_id=str(group.convener_id) if group.convener else "",
            starts_on=decision.taken_on,
        )
    ]


def _visible(actor: Actor, ids: Collection[str]) -> Mapping[str, Decision]:
    rows = Decision.objects.visible_to(actor).in_force().filter(pk__in=ids)
    return {str(row.pk): row for row in rows.select_related("workgroup__convener")}


def _simple(actor: Actor, words: str, limit: int) -> Sequence[Decision]:
    rows = Decision.objects.visible_to(actor).in_force().filter(text__icontains=words)
    return list(rows.select_related("workgroup__convener")[:limit])


@register("search.source", "decision")
def search_source(actor: Any, subject: Any) -> dict[str, Any]:
    return {"source": SearchSource("decision", "Décisions", _rows, _entries, _visible, _simple, "check", 60)}


# -- people -----------------------------------------------------------------------------------------------------------
STAMPS = {"id", "created_at", "updated_at"}
OWNED = Personal("dire qui porte ce que le groupe a décidé", "tant que le groupe garde ses décisions", "anonymise")
WRITTEN = Personal("savoir qui peut retirer une décision notée par erreur", "tant que le groupe garde ses décisions", "anonymise")
personal(
    Decision,
    {"owner": OWNED, "written_by": WRITTEN},
    other=STAMPS | {
        "version", "workgroup", "text", "taken_on", "due_on", "item_id", "dissent", "withdrawn_at", "withdrawn_reason",
    },
)  # fmt: skip
personal(Action, {"owner": OWNED}, other=STAMPS | {"version", "workgroup", "text", "due_on", "status", "closed_at", "item_id"})
