"""What groups add to pages below them and to the search, the tabs of their own pages, and what they keep of people."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any

from django.db.models import Q
from django.urls import reverse

from hub.core.accounts.actor import Actor
from hub.core.accounts.audiences import FEDERATION, PUBLIC
from hub.core.accounts.models import Organisation
from hub.core.kit.searchable import SearchEntry, SearchSource, layered
from hub.core.ui.panels import Personal, personal, register
from workgroups.groups import rules, selectors
from workgroups.groups.enums import UNSEEN, GroupRole, Reach, WorkgroupStatus
from workgroups.groups.models import GroupDocument, GroupMember, Workgroup, speaking

SHOWN = 6


@register("workgroup.tab", "presentation", order=10)
def presentation_tab(actor: Actor, group: Workgroup) -> dict[str, Any]:
    return {"label": "Présentation", "url": reverse("groups:group", args=[group.acronym])}


@register("workgroup.tab", "documents", order=60)
def documents_tab(actor: Actor, group: Workgroup) -> dict[str, Any] | None:
    count = GroupDocument.objects.visible_to(actor).filter(workgroup=group).count()
    if not count and not rules.can_see_inside(actor, group):
        return None
    return {"label": "Documents", "url": reverse("groups:documents", args=[group.acronym]), "count": count}


@register("workgroup.tab", "members", order=70)
def members_tab(actor: Actor, group: Workgroup) -> dict[str, Any] | None:
    if not (rules.can_see_inside(actor, group) or rules.can_manage_members(actor, group)):
        return None
    count = selectors.people(group).count()
    return {"label": "Membres", "url": reverse("groups:members", args=[group.acronym]), "count": count}


@register("cooperative", "workgroups", order=60, template="workgroups/panels/cooperative.html")
def groups_of(actor: Actor, organisation: Organisation) -> dict[str, Any] | None:
    """The groups in which an organisation has somebody to speak for it: part of a group's presentation."""
    spoken = GroupMember.unscoped.filter(speaking(), organisation=organisation).exclude(role=GroupRole.GUEST).values("workgroup")
    rows = Workgroup.objects.visible_to(actor).filter(pk__in=spoken, status=WorkgroupStatus.ACTIVE)
    found = list(rows[:SHOWN])
    return {"groups": found} if found else None


@register("export", "groups")
def export(actor: Actor, organisation: Organisation) -> dict[str, Any]:
    """In which groups somebody speaks or spoke for an organisation."""
    rows = GroupMember.unscoped.filter(organisation=organisation).order_by("starts_on", "id")
    return {"groupes": list(rows.values("id", "workgroup__name", "workgroup__acronym", "user_id", "role", "starts_on", "ends_on"))}


@register("home.area", "workgroups", order=40)
def area(actor: Actor, subject: Any) -> dict[str, Any]:
    rows = Workgroup.objects.visible_to(actor).filter(status=WorkgroupStatus.ACTIVE)
    return {"title": "Groupes", "url": reverse("groups:groups"), "rows": rows, "text": "au travail", "area": "a-group"}


# -- search -----------------------------------------------------------------------------------------------------------
def _rows(ids: Collection[str] | None) -> Iterable[Workgroup]:
    rows = Workgroup.unscoped.select_related("convener")
    return (rows if ids is None else rows.filter(pk__in=ids)).iterator(chunk_size=500)


def _entries(group: Workgroup) -> Sequence[SearchEntry]:
    """Name and purpose for those whom the group reaches, the charter for the federation; all of it for its people."""
    convener = {"organisation": group.convener.name, "organisation_id": str(group.convener_id)} if group.convener else {}
    words = {"title": group.name, "body": group.purpose, **convener}
    charter = {"body": group.charter}
    if group.status in UNSEEN:
        layers: list[tuple[Collection[str], Mapping[str, Any]]] = [({group.token}, words | {"body": f"{group.purpose}\n{group.charter}"})]
    elif group.reach == Reach.PUBLIC:
        layers = [({PUBLIC}, words), ({FEDERATION, group.token}, charter)]
    else:
        layers = [({FEDERATION, group.token}, words | {"body": f"{group.purpose}\n{group.charter}"})]
    return layered(reverse("groups:group", args=[group.acronym]), layers)


def _visible(actor: Actor, ids: Collection[str]) -> Mapping[str, Workgroup]:
    return {str(row.pk): row for row in Workgroup.objects.visible_to(actor).filter(pk__in=ids).select_related("convener")}


def _simple(actor: Actor, words: str, limit: int) -> Sequence[Workgroup]:
    rows = Workgroup.objects.visible_to(actor).filter(Q(name__icontains=words) | Q(purpose__icontains=words))
    return list(rows.select_related("convener")[:limit])


@register("search.source", "workgroup")
def search_source(actor: Any, subject: Any) -> dict[str, Any]:
    return {
        "source": SearchSource("workgroup", "Groupes de travail", _rows, _entries, _visible, _simple, "people", 50, "Groupe de travail")
    }


# -- people -----------------------------------------------------------------------------------------------------------
STAMPS = {"id", "created_at", "updated_at"}
IN_GROUP = "dire qui est dans le groupe et pour qui chaque personne y parle"
GROUP_KEPT = "tant que le groupe garde ses comptes rendus"
personal(Workgroup, {}, other=STAMPS | {"version", "acronym", "name", "purpose", "charter", "convener", "status", "reach"})
personal(
    GroupMember,
    {
        "user": Personal(IN_GROUP, GROUP_KEPT, "anonymise"),
        "guest_name": Personal(IN_GROUP, GROUP_KEPT, "anonymise"),
        "guest_of": Personal(IN_GROUP, GROUP_KEPT, "anonymise"),
    },
    other=STAMPS | {"workgroup", "organisation", "role", "starts_on", "ends_on"},
)
personal(
    GroupDocument,
    {"added_by": Personal("savoir à qui demander une autre version du document", "tant que le document est là", "anonymise")},
    other=STAMPS | {"workgroup", "title", "file", "is_open"},
)
