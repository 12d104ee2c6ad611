"""What roadmaps add to pages below them and to the search, and what they keep of people."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from django.urls import reverse
from wagtail.models import Page, Task

from hub.core.accounts.actor import Actor
from hub.core.accounts.audiences import FEDERATION, PUBLIC
from hub.core.accounts.models import Organisation
from hub.core.kit.searchable import SearchEntry, SearchSource
from hub.core.ui.panels import Personal, personal, register
from workgroups.groups import rules as groups
from workgroups.groups.enums import UNSEEN, Reach
from workgroups.groups.models import Workgroup
from workgroups.roadmaps import plan as plans
from workgroups.roadmaps import rules, selectors
from workgroups.roadmaps.models import Answer, AnswerSheet, ItemProgress, RoadmapPage, RoadmapRelease, RoadmapsIndexPage
from workgroups.roadmaps.workflow import RoadmapReviewTask

NEWS = 10


@register("workgroup.tab", "roadmap", order=20)
def roadmap_tab(actor: Actor, group: Workgroup) -> dict[str, Any] | None:
    found = selectors.roadmap_of(actor, group)
    if (found is None or not found.live) and not groups.can_see_inside(actor, group):
        return None
    return {"label": "Feuille de route", "url": reverse("roadmaps:roadmap", args=[group.acronym])}


@register("workgroup", "roadmap", order=20, template="roadmaps/panels/workgroup.html")
def roadmap_of_group(actor: Actor, group: Workgroup) -> dict[str, Any] | None:
    found, inside = selectors.roadmap_of(actor, group), groups.can_see_inside(actor, group)
    if found is None and not (inside and rules.can_write_roadmap(actor, group)):
        return None
    return {"roadmap": found, "group": group, "inside": inside}


@register("home.due", "roadmaps", order=20)
def approvals_due(actor: Actor, subject: Any) -> dict[str, Any] | None:
    """Roadmaps that wait for the reader's approval, and those that came back to her."""
    items = [
        {
            "when": roadmap.latest_revision_created_at or roadmap.first_published_at,
            "title": f"Approuver « {roadmap.draft_title} »",
            "text": f"Le groupe {roadmap.workgroup.name} l’a remise : l’approuver publie la version {roadmap.version + 1}.",
            "url": reverse("roadmaps:draft", args=[roadmap.workgroup.acronym]),
            "area": "a-group",
            "area_label": "Groupes",
            "action": "Relire",
        }
        for roadmap in selectors.awaiting_approval(actor)
    ]
    items += [
        {
            "when": decision.finished_at,
            "note": "à reprendre",
            "title": f"Reprendre « {roadmap.draft_title} »",
            "text": f"L’animation du groupe {roadmap.workgroup.name} demande des changements : son mot est sur la page du brouillon.",
            "url": reverse("roadmaps:draft", args=[roadmap.workgroup.acronym]),
            "area": "a-group",
            "area_label": "Groupes",
            "action": "Ouvrir",
        }
        for roadmap, decision in selectors.sent_back(actor)
        if rules.can_write_roadmap(actor, roadmap.workgroup)
    ]
    return {"items": items} if items else None


@register("home.news", "roadmaps", order=20, needs=lambda actor, since: RoadmapRelease.objects.filter(released_at__gt=since))
def new_releases(actor: Actor, since: datetime) -> dict[str, Any] | None:
    shown = RoadmapPage.objects.visible_to(actor).filter(live=True)
    rows = RoadmapRelease.objects.filter(released_at__gt=since, roadmap__in=shown.values("pk")).order_by("-released_at")
    items = [
        {
            "at": at,
            "text": f"{title} : version {number}",
            "url": reverse("roadmaps:roadmap", args=[acronym]),
            "area": "a-group",
            "area_label": "Groupes",
        }
        for at, title, number, acronym in rows.values_list("released_at", "roadmap__title", "number", "roadmap__workgroup__acronym")[:NEWS]
    ]
    return {"items": items} if items else None


# -- search -----------------------------------------------------------------------------------------------------------
def _rows(ids: Collection[str] | None) -> Iterable[RoadmapPage]:
    rows = RoadmapPage.objects.filter(live=True).exclude(workgroup__status__in=UNSEEN).select_related("workgroup__convener")
    return (rows if ids is None else rows.filter(public_id__in=ids)).iterator(chunk_size=500)


def _entries(roadmap: RoadmapPage) -> Sequence[SearchEntry]:
    group = roadmap.workgroup
    readers = {PUBLIC} if group.reach == Reach.PUBLIC else {FEDERATION, group.token}
    return [
        SearchEntry(
            title=roadmap.title,
            url=reverse("roadmaps:roadmap", args=[group.acronym]),
            audiences=frozenset(readers),
            body="\n".join(["Feuille de route", group.name, roadmap.introduction, *plans.words(roadmap.plan)]),
            organisation=group.convener.name if group.convener else "",
            organisation_id=str(group.convener_id) if group.convener else "",
        )
    ]


def _visible(actor: Actor, ids: Collection[str]) -> Mapping[str, RoadmapPage]:
    rows = RoadmapPage.objects.visible_to(actor).filter(live=True, public_id__in=ids).exclude(workgroup__status__in=UNSEEN)
    return {str(row.public_id): row for row in rows.select_related("workgroup__convener")}


def _simple(actor: Actor, words: str, limit: int) -> Sequence[RoadmapPage]:
    rows = RoadmapPage.objects.visible_to(actor).filter(live=True, title__icontains=words)
    return list(rows.exclude(workgroup__status__in=UNSEEN).select_related("workgroup__convener")[:limit])


@register("search.source", "roadmap")
def search_source(actor: Any, subject: Any) -> dict[str, Any]:
    return {"source": SearchSource("roadmap", "Feuilles de route", _rows, _entries, _visible, _simple, "list", 55, "Feuille de route")}


@register("export", "roadmaps")
def export(actor: Actor, organisation: Organisation) -> dict[str, Any]:
    """What a CAE answered to each point of each roadmap, former answers included."""
    rows = Answer.unscoped.filter(sheet__organisation=organisation).order_by("answered_at", "id")
    return {
        "reponses-aux-feuilles-de-route": list(rows.values("sheet__roadmap__title", *(f.attname for f in Answer._meta.concrete_fields)))
    }


# -- people -----------------------------------------------------------------------------------------------------------
WAGTAIL = {field.name for field in Page._meta.concrete_fields}
STAMPS = {"id", "created_at", "updated_at"}
WITH_ROADMAP = "tant que la feuille de route se lit"
personal(RoadmapsIndexPage, {}, other=WAGTAIL | {"page_ptr"})
personal(RoadmapPage, {}, other=WAGTAIL | {"page_ptr", "public_id", "workgroup", "version", "introduction", "plan"})
personal(RoadmapReviewTask, {}, other={field.name for field in Task._meta.concrete_fields} | {"task_ptr"})
personal(
    RoadmapRelease,
    {"released_by": Personal("dire qui a publié la version", WITH_ROADMAP, "anonymise")},
    other=STAMPS | {"roadmap", "number", "revision", "released_at", "note"},
)
personal(
    ItemProgress,
    {"noted_by": Personal("savoir à qui demander où en est le point", WITH_ROADMAP, "anonymise")},
    other=STAMPS | {"version", "roadmap", "item_id", "status", "reading"},
)
personal(AnswerSheet, {}, other=STAMPS | {"roadmap", "organisation", "reach"})
personal(
    Answer,
    {
        "answered_by": Personal("savoir qui a répondu pour la CAE", WITH_ROADMAP, "anonymise"),
        "owner": Personal("dire qui porte le point dans la CAE", WITH_ROADMAP, "anonymise"),
    },
    other=STAMPS | {"sheet", "item_id", "release", "stance", "note", "starts_on", "ends_on", "answered_at", "replaced_at"},
)
