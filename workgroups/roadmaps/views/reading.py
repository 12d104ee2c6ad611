from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from hub.core.accounts.actor import actor_of
from hub.core.kit.dates import today
from workgroups.groups import rules as group_rules
from workgroups.groups.views.shared import group_of
from workgroups.roadmaps import rules, selectors, services, timeline
from workgroups.roadmaps.forms import ProgressForm, ReachForm
from workgroups.roadmaps.models import ItemProgress, RoadmapPage
from workgroups.roadmaps.views.shared import day_of, older_release, point, released


def roadmap(request: HttpRequest, acronym: str) -> HttpResponse:
    """The release: its calendar, its points, who applies what. `?version=2` and `?au=2026-11-30` show an older one."""
    actor, group = actor_of(request), group_of(request, acronym)
    found = selectors.roadmap_of(actor, group)
    inside = group_rules.can_see_inside(actor, group)
    if found is None or not found.live:
        if not inside:
            raise Http404
        return redirect("roadmaps:draft" if found else "roadmaps:begin", acronym)
    found.workgroup = group
    older = older_release(request, found)
    shown = older.page() if older else found
    read = shown.read if older else selectors.lay_progress(found.read, found)
    context: dict[str, Any] = {
        "group": group, "roadmap": found, "shown": shown, "older": older, "read": read, "inside": inside, "today": today(),
        "line": timeline.draw(read, shown.title, today()), "can_answer": not older and rules.can_answer(actor, found), "legend": selectors.LEGEND,
        "matrix": selectors.matrix(actor, found, read, inside=inside),
    }  # fmt: skip
    if sheet := selectors.own_sheet(actor, found) if context["can_answer"] else None:
        context["reach_form"] = ReachForm(initial={"reach": sheet.reach})
    return render(request, "roadmaps/roadmap.html", context)


def versions(request: HttpRequest, acronym: str) -> HttpResponse:
    """Every release with its word, and the roadmap as it stood on a day."""
    group, found = released(request, acronym)
    rows = selectors.releases(found)
    asked, wanted, day = request.GET.get("au", ""), None, None
    if asked:
        day = day_of(asked)
        wanted = selectors.release_on(found, day) if day else None
        if wanted is not None:
            return redirect(f"{request.path.removesuffix('versions/')}?version={wanted.number}")
    context = {
        "group": group,
        "roadmap": found,
        "rows": rows,
        "asked": day.isoformat() if day else "",
        "not_found": bool(asked) and wanted is None,
    }
    return render(request, "roadmaps/versions.html", context)


def compare(request: HttpRequest, acronym: str) -> HttpResponse:
    """Two texts, word by word: from a release to another (`?de=1&a=2`), or from the release to the draft for the group."""
    actor, group = actor_of(request), group_of(request, acronym)
    found = selectors.roadmap_of(actor, group)
    if found is None:
        raise Http404
    found.workgroup = group
    old, old_words = _text(request.GET.get("de", ""), found, "")
    new, new_words = _text(request.GET.get("a", ""), found, "brouillon" if group_rules.can_see_inside(actor, group) else "")
    if new is None:
        raise Http404
    if old is None and found.live and "de" not in request.GET:
        old, old_words = found, f"la version {found.version}"
    context = {
        "group": group, "roadmap": found, "changes": selectors.comparison(old, new), "old": old_words, "new": new_words,
        "is_draft": new_words == "le brouillon",
    }  # fmt: skip
    return render(request, "roadmaps/compare.html", context)


def _text(word: str, found: RoadmapPage, default: str) -> tuple[RoadmapPage | None, str]:
    """The text that an address names by the number of its release; the draft only where it is the default, for the group."""
    if not word:
        if default:
            return services.draft_of(found), "le brouillon"
        return None, ""
    if not (word.isascii() and word.isdigit() and len(word) < 7):
        raise Http404
    if word == "0":
        return None, ""
    release = selectors.release_numbered(found, int(word))
    if release is None:
        raise Http404
    return release.page(), f"la version {release.number}"


def item(request: HttpRequest, acronym: str, pk: UUID) -> HttpResponse:
    """One point: what is done, how far it is, what the CAEs do with it as far as the reader may see; one taken out, as it was last said."""
    actor = actor_of(request)
    group, found = released(request, acronym)
    last = selectors.last_release_with(found, pk)
    one = last.page().read.item(str(pk)) if last else point(found, pk)
    progress = ItemProgress.objects.filter(roadmap=found, item_id=pk).first()
    can_answer = not last and rules.can_answer(actor, found)
    context = {
        "group": group, "roadmap": found, "item": one, "last": last, "answers": selectors.answers_to(actor, found, pk),
        "inside": group_rules.can_see_inside(actor, group), "can_answer": can_answer,
        "own": selectors.own_answer(actor, found, pk) if can_answer else None,
        "progress_form": ProgressForm(row=progress) if not last and rules.can_write_roadmap(actor, group) else None,
    }  # fmt: skip
    return render(request, "roadmaps/item.html", context)
