"""Drafts of a roadmap, written piece by piece: two people who write two points do not meet; on the same one the second is told."""

from typing import Any

from django.db import transaction
from wagtail.models import Revision

from hub.core.accounts.actor import Actor
from hub.core.accounts.models import User
from hub.core.audit import services as audit
from workgroups.groups.errors import NotPossible
from workgroups.groups.models import Workgroup
from workgroups.roadmaps import plan as plans
from workgroups.roadmaps.enums import PieceKind
from workgroups.roadmaps.errors import PieceIsUsed, PieceWasChanged, RoadmapIsInReview
from workgroups.roadmaps.models import RoadmapPage, RoadmapsIndexPage

TEXT = ("title", "introduction")


def user_of(actor: Actor) -> User | None:
    return User.objects.filter(pk=actor.user_id).first() if actor.user_id else None


def named(roadmap: RoadmapPage) -> dict[str, Any]:
    """How the audit trail names a roadmap: by its public identifier, never the page's number."""
    return {"kind": "workgroups.roadmap", "object_id": str(roadmap.public_id), "label": roadmap.workgroup.acronym}


def draft_of(roadmap: RoadmapPage) -> RoadmapPage:
    """The newest text of a roadmap, published or not."""
    draft: RoadmapPage = roadmap.get_latest_revision_as_object()
    return draft


@transaction.atomic
def begin_roadmap(group: Workgroup, *, title: str, introduction: str = "", actor: Actor) -> RoadmapPage:
    """The group's roadmap as a draft. Raises: NotPossible when it has one."""
    Workgroup.unscoped.select_for_update(of=("self",), no_key=True).get(pk=group.pk)
    if RoadmapPage.objects.filter(workgroup=group).exists():
        raise NotPossible("Le groupe a déjà une feuille de route.")
    index = RoadmapsIndexPage.objects.get()
    roadmap = RoadmapPage(title=title, introduction=introduction, slug=group.acronym, workgroup=group, live=False, locale=index.locale)
    index.add_child(instance=roadmap)
    _save(roadmap, actor)
    audit.record("workgroups.roadmap.create", actor=actor, organisation=group.convener, **named(roadmap))
    return roadmap


def _save(draft: RoadmapPage, actor: Actor) -> Revision:
    draft.version = RoadmapPage.objects.filter(pk=draft.pk).values_list("version", flat=True)[0] + 1
    return draft.save_revision(user=user_of(actor), clean=False)


def _lock(roadmap: RoadmapPage) -> RoadmapPage:
    held: RoadmapPage = RoadmapPage.objects.select_for_update(of=("self",), no_key=True).get(pk=roadmap.pk)
    if held.workflow_in_progress:
        raise RoadmapIsInReview
    return held


def text_of(roadmap: RoadmapPage, based_on: int | None) -> RoadmapPage | None:
    """The text that was opened, None when no such revision is this roadmap's."""
    revision = Revision.objects.for_instance(roadmap).filter(pk=based_on or 0).first()
    return revision.as_object() if revision else None


def _who(roadmap: RoadmapPage) -> str:
    latest = roadmap.latest_revision
    return latest.user.name if latest and latest.user else "Quelqu’un"


@transaction.atomic
def save_text(roadmap: RoadmapPage, *, facts: dict[str, str], actor: Actor, based_on: int | None) -> Revision:
    """A new draft with another title or introduction. Raises: RoadmapIsInReview; PieceWasChanged when somebody saved another text."""
    held = _lock(roadmap)
    draft, opened = draft_of(held), text_of(held, based_on)
    now = {name: getattr(draft, name) for name in TEXT}
    if opened is None or now != {name: getattr(opened, name) for name in TEXT}:
        raise PieceWasChanged(now, _who(held), held.latest_revision_id)
    for name in TEXT:
        setattr(draft, name, facts[name])
    return _save(draft, actor)


@transaction.atomic
def save_piece(roadmap: RoadmapPage, *, kind: PieceKind, piece: plans.Piece, actor: Actor, based_on: int | None) -> Revision:
    """A new draft with a piece written anew, or added under its identifier.

    Args: piece holds `id` and every field of its kind; based_on is the revision that was opened.
    Raises: RoadmapIsInReview; PieceWasChanged when that very piece was saved, added or taken out since; NotPossible past the limits.
    """
    held = _lock(roadmap)
    draft, opened = draft_of(held), text_of(held, based_on)
    now = plans.find(draft.plan, kind, piece["id"])
    if opened is None or now != plans.find(opened.plan, kind, piece["id"]):
        raise PieceWasChanged(now, _who(held), held.latest_revision_id)
    if now is None and len(plans.pieces(draft.plan, kind)) >= plans.LIMITS[kind]:
        raise NotPossible(f"Une feuille de route tient au plus {plans.LIMITS[kind]} {kind.value}.")
    if kind == PieceKind.ITEM and plans.find(draft.plan, PieceKind.PHASE, piece.get("phase", "")) is None:
        raise NotPossible("La phase de ce point n’est plus là : choisissez-en une autre.")
    draft.plan = plans.replaced(draft.plan, kind, piece)
    return _save(draft, actor)


@transaction.atomic
def remove_piece(roadmap: RoadmapPage, *, kind: PieceKind, pk: str, actor: Actor, based_on: int | None) -> None:
    """Take a piece out of the draft; gone already is as good. Raises: RoadmapIsInReview, PieceIsUsed, PieceWasChanged."""
    held = _lock(roadmap)
    draft, opened = draft_of(held), text_of(held, based_on)
    now = plans.find(draft.plan, kind, pk)
    if now is None:
        return
    if opened is None or now != plans.find(opened.plan, kind, pk):
        raise PieceWasChanged(now, _who(held), held.latest_revision_id)
    if kind == PieceKind.PHASE and any(one.get("phase") == pk for one in plans.pieces(draft.plan, PieceKind.ITEM)):
        raise PieceIsUsed
    draft.plan = plans.without(draft.plan, kind, pk)
    _save(draft, actor)


@transaction.atomic
def move_piece(roadmap: RoadmapPage, *, kind: PieceKind, pk: str, step: int, actor: Actor) -> None:
    """One place up (-1) or down (1). Raises: RoadmapIsInReview."""
    held = _lock(roadmap)
    draft = draft_of(held)
    plan = plans.moved(draft.plan, kind, pk, step)
    if plan != {**plans.empty(), **draft.plan}:
        draft.plan = plan
        _save(draft, actor)
