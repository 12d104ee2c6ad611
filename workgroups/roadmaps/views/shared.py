from datetime import date
from uuid import UUID

from django.forms import BoundField
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from hub.core.accounts.actor import actor_of
from hub.core.kit.dates import date_fr
from hub.core.ui.conflicts import as_read
from hub.core.ui.forms import HubForm
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


def taken_out(request: HttpRequest, group: Workgroup, roadmap: RoadmapPage, pk: UUID, form: HubForm | None = None) -> HttpResponse | None:
    """What was typed of a point that a release took out meanwhile, given back; None for a point in force, for a page, or for no point."""
    last = selectors.last_release_with(roadmap, pk) if request.method == "POST" else None
    if last is None:
        return None
    item, kept = last.page().read.item(str(pk)), _typed(form) if form and form.is_bound else []
    context = {"group": group, "roadmap": roadmap, "last": last, "item": item, "kept": kept}
    return render(request, "roadmaps/taken_out.html", context, status=409)


def _typed(form: HubForm) -> list[tuple[BoundField, str]]:
    """What a sent form holds, as it is read: a day that is one in French, any other words as they came."""
    form.full_clean()
    days = {name: date_fr(value, year=True) for name, value in form.cleaned_data.items() if isinstance(value, date)}
    pairs = [(bound, days.get(bound.name) or as_read(bound, bound.data or "")) for bound in form.visible_fields()]
    return [pair for pair in pairs if pair[1]]


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
