from collections.abc import Iterator
from typing import Any

from django.http import Http404, HttpRequest, JsonResponse, StreamingHttpResponse

from hub.core.accounts.actor import actor_of
from hub.core.ui.exports import csv_response
from workgroups.groups import rules as group_rules
from workgroups.groups.views.shared import group_of
from workgroups.roadmaps import selectors
from workgroups.roadmaps.enums import Progress, Stance
from workgroups.roadmaps.views.shared import older_release

ITEM = ["code", "phase", "title", "text", "owner", "starts_on", "ends_on", "means", "indicator", "progress", "reading"]
ANSWER = ["organisation", "organisation_name", "is_member", "stance", "release", "note", "answered_at"]

SILENCE = ["", None, "", None]

HEADS = (
    "repère", "phase", "point", "texte", "porté par", "du", "au", "moyens", "indicateur", "avancement", "lecture de l’indicateur", "identifiant", "CAE",
    "adhésion", "réponse", "à la version", "note", "répondu le",
)  # fmt: skip


def as_csv(request: HttpRequest, acronym: str) -> StreamingHttpResponse:
    """One row per point and CAE of the matrix that the reader sees, in its words; silence leaves its cells empty."""
    version, _title, rows = _rows(request, acronym)
    stance, progress, member = [*ITEM, *ANSWER].index("stance"), ITEM.index("progress"), [*ITEM, *ANSWER].index("is_member")
    for row in rows:
        row[stance] = Stance(row[stance]).label if row[stance] else ""
        row[member] = {True: "membre", False: "n’est plus membre"}.get(row[member], "")
        row[progress] = Progress(row[progress]).label if row[progress] else ""
    return csv_response(f"feuille-de-route-{acronym}-{version}.csv", HEADS, rows)


def as_json(request: HttpRequest, acronym: str) -> JsonResponse:
    version, title, rows = _rows(request, acronym)
    results = [dict(zip([*ITEM, *ANSWER], row, strict=True)) for row in rows]
    body = {"roadmap": title, "version": version, "count": len(results), "results": results}
    return JsonResponse(body, json_dumps_params={"ensure_ascii": False})


def _rows(request: HttpRequest, acronym: str) -> tuple[int, str, list[list[Any]]]:
    """The number of a release (`?version=2`: an older one), its title, its rows. Raises: Http404 for who may not read it, or where none is."""
    actor, group = actor_of(request), group_of(request, acronym)
    found = selectors.roadmap_of(actor, group)
    if found is None or not found.live:
        raise Http404
    found.workgroup = group
    older = older_release(request, found)
    shown = older.page() if older else found
    read = shown.read if older else selectors.lay_progress(found.read, found)
    phases = {item.id: phase.title for phase in read.phases for item in phase.items}
    matrix = selectors.matrix(actor, found, read, inside=group_rules.can_see_inside(actor, group))
    return older.number if older else found.version, shown.title, list(_flat(matrix, phases))


def _flat(matrix: selectors.Matrix, phases: dict[str, str]) -> Iterator[list[Any]]:
    for item, cells in matrix.rows:
        said = [
            item.code, phases.get(item.id, ""), item.title, item.text, item.owner, item.starts_on, item.ends_on, item.means, item.indicator,
            item.progress.status if item.progress else "", item.reading,
        ]  # fmt: skip
        for column, answer in cells:
            home = [column.organisation.slug, column.organisation.name, column.is_member]
            yield [*said, *home, *([answer.stance, answer.release, answer.note, answer.answered_at] if answer else SILENCE)]
        if not cells:
            yield [*said, "", "", None, *SILENCE]
