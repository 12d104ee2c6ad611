"""The draft, written by the group's members on their own page."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.safestring import SafeString
from django.views.decorators.http import require_POST

from hub.core.accounts.actor import actor_of
from hub.core.kit.dates import today
from hub.core.ui.conflicts import reopen
from hub.core.ui.words import marked
from workgroups.groups.errors import NotPossible
from workgroups.groups.models import Workgroup
from workgroups.groups.views.shared import group_written
from workgroups.roadmaps import plan as plans
from workgroups.roadmaps import rules, selectors, services, timeline
from workgroups.roadmaps.enums import PieceKind
from workgroups.roadmaps.errors import PieceIsUsed, PieceWasChanged, RoadmapIsInReview
from workgroups.roadmaps.forms import FORMS, DecisionForm, PieceForm, TextForm
from workgroups.roadmaps.models import RoadmapPage
from workgroups.roadmaps.services.releasing import missing
from workgroups.roadmaps.views.shared import drafted, kind_of

IN_REVIEW = "La feuille de route est remise à l’animation. Reprenez-la d’abord, votre texte reste ici."
SAID = {"text", "owner", "means", "aim"}  # what is read again before a piece is taken out
SAVED = {PieceKind.PHASE: "Phase enregistrée.", PieceKind.ITEM: "Point enregistré.", PieceKind.MILESTONE: "Jalon enregistré."}


def _written(request: HttpRequest, acronym: str) -> tuple[Workgroup, RoadmapPage]:
    group, roadmap = drafted(request, acronym)
    if not rules.can_write_roadmap(actor_of(request), group):
        raise PermissionDenied
    return group, roadmap


def begin(request: HttpRequest, acronym: str) -> HttpResponse:
    """A title is enough to begin."""
    group = group_written(request, acronym)
    form = TextForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        facts = form.cleaned_data
        try:
            services.begin_roadmap(group, title=facts["title"], introduction=facts["introduction"], actor=actor_of(request))
            messages.success(request, "Feuille de route commencée. Ajoutez une phase, puis ses points.")
            return redirect("roadmaps:draft", acronym)
        except NotPossible as refusal:
            begun = selectors.roadmap_of(actor_of(request), group)
            text = services.draft_of(begun) if begun else None
            if text and (text.title, text.introduction) == (facts["title"], facts["introduction"]):  # the same form, sent twice
                return redirect("roadmaps:draft", acronym)
            form.add_error(None, str(refusal))
    return render(request, "roadmaps/text_form.html", {"group": group, "form": form})


def draft(request: HttpRequest, acronym: str) -> HttpResponse:
    """The draft as it will be read, each piece with its link to change it, and the next step."""
    group, roadmap = drafted(request, acronym)
    return draft_page(request, group, roadmap)


def draft_page(
    request: HttpRequest, group: Workgroup, roadmap: RoadmapPage, form: DecisionForm | None = None,
    changes: list[selectors.Change] | None = None, status: int = 200,
) -> HttpResponse:  # fmt: skip
    """The draft, with a decision that was refused and what it had not read, if any."""
    actor, text = actor_of(request), services.draft_of(roadmap)
    read = text.read
    review = roadmap.current_workflow_task_state if roadmap.workflow_in_progress else None
    last = roadmap.workflow_states.order_by("-created_at").first()
    context = {
        "group": group, "roadmap": roadmap, "text": text, "read": read, "line": timeline.draw(read, text.title, today()),
        "missing": missing(roadmap, text), "review": review,
        "sent_back": [state.comment for state in last.task_states.all()] if last and last.status == last.STATUS_NEEDS_CHANGES else None,
        "can_write": rules.can_write_roadmap(actor, group), "can_release": rules.can_release(actor, group),
        "is_open": rules.can_write_roadmap(actor, group) and review is None,
        "form": form or DecisionForm(initial={"revision": roadmap.latest_revision_id}), "changes": changes,
        "last_by": roadmap.latest_revision.user.name if roadmap.latest_revision and roadmap.latest_revision.user else "",
    }  # fmt: skip
    return render(request, "roadmaps/draft.html", context, status=status)


def edit_text(request: HttpRequest, acronym: str) -> HttpResponse:
    group, roadmap = _written(request, acronym)
    text = services.draft_of(roadmap)
    form = TextForm(
        request.POST or None, initial={"title": text.title, "introduction": text.introduction, "revision": roadmap.latest_revision_id}
    )
    context: dict[str, Any] = {"group": group, "roadmap": roadmap, "form": form, "conflict": None}
    if request.method == "POST" and form.is_valid():
        facts = {name: form.cleaned_data[name] for name in ("title", "introduction")}
        try:
            services.save_text(roadmap, facts=facts, actor=actor_of(request), based_on=form.cleaned_data["revision"])
            messages.success(request, "Brouillon enregistré.")
            return redirect("roadmaps:draft", acronym)
        except RoadmapIsInReview:
            form.add_error(None, IN_REVIEW)
        except PieceWasChanged as change:
            labels = {"title": "Titre", "introduction": "Introduction"}
            theirs = change.theirs or {}
            fields = [(label, theirs[name], facts[name].replace("\r\n", "\n")) for name, label in labels.items()]
            context |= _conflict(form, change, fields)
    return render(request, "roadmaps/text_form.html", context, status=409 if context["conflict"] is not None else 200)


def _conflict(form: Any, change: PieceWasChanged, fields: list[tuple[str, str, str]]) -> dict[str, Any]:
    """Both versions for the page, and a form that stands on the newest revision."""
    reopen(form, "revision", change.revision)
    differ: list[tuple[str, SafeString]] = [
        (label, marked(theirs, mine)) for label, theirs, mine in fields if theirs.strip() != mine.strip()
    ]  # fmt: skip
    return {"conflict": differ, "who": change.who, "gone": change.theirs is None, "page_errors": True}


def new_piece(request: HttpRequest, acronym: str, kind: str) -> HttpResponse:
    group, roadmap = _written(request, acronym)
    wanted, text = kind_of(kind), services.draft_of(roadmap)
    if wanted == PieceKind.ITEM and not text.read.phases:
        messages.warning(request, "Un point se range dans une phase : ajoutez d’abord une phase.")
        return redirect("roadmaps:new_piece", acronym, PieceKind.PHASE.value)
    return _piece(request, group, roadmap, text, wanted, None)


def edit_piece(request: HttpRequest, acronym: str, kind: str, pk: UUID) -> HttpResponse:
    group, roadmap = _written(request, acronym)
    wanted, text = kind_of(kind), services.draft_of(roadmap)
    piece = plans.find(text.plan, wanted, str(pk))
    if piece is None and request.method != "POST":
        raise Http404
    return _piece(request, group, roadmap, text, wanted, piece, pk=pk)


def _piece(
    request: HttpRequest, group: Workgroup, roadmap: RoadmapPage, text: RoadmapPage, kind: PieceKind, piece: plans.Piece | None,
    pk: UUID | None = None,
) -> HttpResponse:  # fmt: skip
    """Write one piece. Another version saved meanwhile is shown beside the one typed, and nothing is overwritten."""
    initial = {"phase": request.GET.get("phase", "")} if pk is None else {}
    data = request.POST.copy() if request.method == "POST" else None
    if data is not None and pk is not None:
        data["piece_id"] = str(pk)  # the address says which piece it is
    form: PieceForm = FORMS[kind](data, group=group, draft=text, piece=piece, initial=initial)
    context: dict[str, Any] = {"group": group, "roadmap": roadmap, "form": form, "kind": kind, "pk": pk, "conflict": None}
    if request.method == "POST" and form.is_valid():
        typed = form.piece()
        try:
            services.save_piece(roadmap, kind=kind, piece=typed, actor=actor_of(request), based_on=form.cleaned_data["revision"])
            messages.success(request, SAVED[kind])
            return redirect(f"{reverse('roadmaps:draft', args=[group.acronym])}#p-{typed['id']}")
        except RoadmapIsInReview:
            form.add_error(None, IN_REVIEW)
        except NotPossible as refusal:
            form.add_error(None, str(refusal))
        except PieceWasChanged as change:
            phases = {one["id"]: one["title"] for one in plans.pieces(text.plan, PieceKind.PHASE)}
            fields = [
                (label, selectors.shown(kind, name, change.theirs, phases), selectors.shown(kind, name, typed, phases))
                for name, label in plans.FIELDS[kind].items()
            ]
            context |= _conflict(form, change, fields)
    return render(request, "roadmaps/piece_form.html", context, status=409 if context["conflict"] is not None else 200)


def remove_piece(request: HttpRequest, acronym: str, kind: str, pk: UUID) -> HttpResponse:
    """Take a piece out of the draft, after saying what stays."""
    group, roadmap = _written(request, acronym)
    wanted, text = kind_of(kind), services.draft_of(roadmap)
    piece = plans.find(text.plan, wanted, str(pk))
    if piece is None:
        if request.method != "POST":
            raise Http404
        return redirect("roadmaps:draft", acronym)
    if request.method == "POST":
        number = request.POST.get("revision", "")
        based_on = int(number) if number.isascii() and number.isdigit() and len(number) < 10 else None
        try:
            services.remove_piece(roadmap, kind=wanted, pk=str(pk), actor=actor_of(request), based_on=based_on)
            messages.success(request, f"« {piece['title']} » n’est plus dans le brouillon.")
            return redirect("roadmaps:draft", acronym)
        except RoadmapIsInReview:
            messages.error(request, "La feuille de route est remise à l’animation : reprenez-la d’abord.")
            return redirect("roadmaps:draft", acronym)
        except PieceIsUsed:
            messages.error(request, "Cette phase contient des points : rangez-les ailleurs d’abord, ou retirez-les.")
            return redirect("roadmaps:draft", acronym)
        except PieceWasChanged as change:
            messages.error(request, f"{change.who} a changé « {piece['title']} » entre-temps. Relisez avant de retirer.")
    context = {
        "group": group, "roadmap": roadmap, "kind": wanted, "piece": piece, "revision": roadmap.latest_revision_id,
        "fields": [(label, piece.get(name, "")) for name, label in plans.FIELDS[wanted].items() if name in SAID and piece.get(name)],
    }  # fmt: skip
    return render(request, "roadmaps/remove_piece.html", context)


@require_POST
def move_piece(request: HttpRequest, acronym: str, kind: str, pk: UUID) -> HttpResponse:
    _group, roadmap = _written(request, acronym)
    wanted = kind_of(kind)
    step = {"up": -1, "down": 1}.get(request.POST.get("step", ""))
    if step is None:
        return redirect("roadmaps:draft", acronym)
    try:
        services.move_piece(roadmap, kind=wanted, pk=str(pk), step=step, actor=actor_of(request))
    except RoadmapIsInReview:
        messages.error(request, "La feuille de route est remise à l’animation : reprenez-la d’abord.")
    return redirect(f"{reverse('roadmaps:draft', args=[acronym])}#p-{pk}")
