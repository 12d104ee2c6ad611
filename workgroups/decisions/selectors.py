from datetime import date
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet

from hub.core.accounts.actor import Actor
from workgroups.decisions.models import Action, Decision
from workgroups.groups.models import GroupMember, Workgroup
from workgroups.groups.selectors import as_read, people
from workgroups.roadmaps import selectors as roadmaps
from workgroups.roadmaps.models import RoadmapPage


def decisions(actor: Actor, group: Workgroup) -> QuerySet[Decision]:
    """The register: those in force and those that were withdrawn."""
    found: QuerySet[Decision] = Decision.objects.visible_to(actor).filter(workgroup=group)
    return found.select_related("owner__user", "owner__organisation")


def in_force(actor: Actor, group: Workgroup) -> QuerySet[Decision]:
    return decisions(actor, group).filter(withdrawn_at=None)


def actions(actor: Actor, group: Workgroup) -> QuerySet[Action]:
    found: QuerySet[Action] = Action.objects.visible_to(actor).filter(workgroup=group)
    return found.select_related("owner__user", "owner__organisation")


def own_open_actions(actor: Actor) -> QuerySet[Action]:
    """What the actor has to do, over her groups."""
    found: QuerySet[Action] = Action.objects.visible_to(actor).open().filter(owner__user=actor.user_id, owner__user__isnull=False)
    return found.select_related("workgroup")


def counts(actor: Actor, group: Workgroup) -> tuple[int, int]:
    """How many decisions in force and open actions; one query each."""
    mine = in_force(actor, group).count()
    return mine, Action.objects.visible_to(actor).open().filter(workgroup=group).count()


class Codes(dict[UUID | None, str]):
    """The points of a group's roadmap by identifier; nothing for none."""


def item_codes(actor: Actor, group: Workgroup) -> Codes:
    """«B2 Plan de formation commun» by identifier, of the release or, before there is one, of the draft."""
    found = roadmaps.roadmap_of(actor, group)
    if found is None:
        return Codes()
    page: RoadmapPage = found if found.live else found.get_latest_revision_as_object()
    return Codes((UUID(item.id), f"{item.code} {item.title}") for item in page.read.items)


def members_of(group: Workgroup, *kept: Any) -> QuerySet[GroupMember]:
    """Those who may be given something today, and whoever has it already."""
    held = [pk for pk in kept if pk]
    now = people(group).values("pk")
    rows = GroupMember.unscoped.filter(Q(pk__in=now) | Q(pk__in=held), workgroup=group)
    return rows.select_related("user", "organisation").order_by(*as_read())


def lateness(rows: list[Action], day: date) -> list[tuple[Action, str, str]]:
    """(action, tone, words of its state)."""
    return [(row, *row.state_on(day)) for row in rows]
