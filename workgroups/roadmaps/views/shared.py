from uuid import UUID

from django.http import Http404, HttpRequest

from hub.core.accounts.actor import actor_of
from workgroups.groups.models import Workgroup
from workgroups.groups.views.shared import group_inside, group_of
from workgroups.roadmaps import plan as plans
from workgroups.roadmaps import selectors
from workgroups.roadmaps.enums import PieceKind
from workgroups.roadmaps.models import RoadmapPage


def released(request: HttpRequest, acronym: str) -> tuple[Workgroup, RoadmapPage]:
    """A group in sight and its released roadmap; a roadmap without release does not exist here."""
    group = group_of(request, acronym)
    roadmap = selectors.roadmap_of(actor_of(request), group)
    if roadmap is None or not roadmap.live:
        raise Http404
    roadmap.workgroup = group
    return group, roadmap


def drafted(request: HttpRequest, acronym: str) -> tuple[Workgroup, RoadmapPage]:
    """A group whose inside the reader sees, and its roadmap, released or not."""
    group = group_inside(request, acronym)
    roadmap = selectors.roadmap_of(actor_of(request), group)
    if roadmap is None:
        raise Http404
    roadmap.workgroup = group
    return group, roadmap


def point(roadmap: RoadmapPage, pk: UUID) -> plans.Item:
    """A point of the release, with how far it is."""
    found = selectors.lay_progress(roadmap.read, roadmap).item(str(pk))
    if found is None:
        raise Http404
    return found


def kind_of(word: str) -> PieceKind:
    if word not in PieceKind.values:
        raise Http404
    return PieceKind(word)
