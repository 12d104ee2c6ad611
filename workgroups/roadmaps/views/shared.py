from datetime import date
from uuid import UUID

from django.http import Http404, HttpRequest

from hub.core.accounts.actor import actor_of
from workgroups.groups.models import Workgroup
from workgroups.groups.views.shared import group_inside, group_of
from workgroups.roadmaps import plan as plans
from workgroups.roadmaps import selectors
from workgroups.roadmaps.enums import PieceKind
from workgroups.roadmaps.models import RoadmapPage, RoadmapRelease


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


def older_release(request: HttpRequest, found: RoadmapPage) -> RoadmapRelease | None:
    """The release that the address asks for; None for the newest. Raises: Http404 for one that never was."""
    number, day = request.GET.get("version", ""), request.GET.get("au", "")
    if not number and not day:
        return None
    release = None
    if number.isascii() and number.isdigit() and len(number) < 7:
        release = selectors.release_numbered(found, int(number))
    elif not number and (wanted := day_of(day)):
        release = selectors.release_on(found, wanted)
    if release is None:
        raise Http404
    return release if release.number != found.version else None


def day_of(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def kind_of(word: str) -> PieceKind:
    if word not in PieceKind.values:
        raise Http404
    return PieceKind(word)
