"""What a CAE does with each point: free, in its own words, changed or taken back at any time; each answer is kept."""

from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from hub.core.accounts.actor import Actor
from hub.core.accounts.enums import OrganisationKind
from hub.core.accounts.models import Organisation
from hub.core.audit import services as audit
from workgroups.groups.errors import NotPossible, WasChanged
from workgroups.roadmaps.enums import AnswerReach, Stance
from workgroups.roadmaps.errors import PointWasChanged
from workgroups.roadmaps.models import Answer, AnswerSheet, RoadmapPage
from workgroups.roadmaps.selectors import point_changes
from workgroups.roadmaps.services.writing import named, user_of


def _sheet(roadmap: RoadmapPage, organisation: Organisation) -> AnswerSheet:
    """The CAE's sheet under its lock, made with its first answer."""
    made, _ = AnswerSheet.unscoped.get_or_create(roadmap=roadmap, organisation=organisation)
    held: AnswerSheet = AnswerSheet.unscoped.select_for_update(of=("self",), no_key=True).get(pk=made.pk)
    return held


def _current(sheet: AnswerSheet, item_id: UUID, based_on: UUID | None) -> Answer | None:
    current = Answer.unscoped.filter(sheet=sheet, item_id=item_id, replaced_at=None).first()
    if (current.pk if current else None) != based_on:
        raise WasChanged(current)
    return current


@transaction.atomic
def set_answer(
    roadmap: RoadmapPage, *, item_id: UUID, organisation: Organisation, stance: Stance, facts: dict[str, Any], actor: Actor,
    based_on: UUID | None, seen: int | None = None,
) -> Answer:  # fmt: skip
    """Answer a point of the release.

    Args: facts are `note`, `owner`, `starts_on`, `ends_on`; based_on is the answer that was seen, None for silence;
        seen is the release that was read, None for who shows no page.
    Raises: PointWasChanged when the release says the point otherwise than the one that was read;
        WasChanged when a colleague answered meanwhile; NotPossible for who is no CAE, or a point that is not in the release.
    """
    if organisation.kind != OrganisationKind.CAE:
        raise NotPossible("Seule une CAE répond à une feuille de route.")
    if not roadmap.live or roadmap.read.item(str(item_id)) is None:
        raise NotPossible("Ce point n’est pas dans la version publiée.")
    if seen is not None and (fields := point_changes(roadmap, item_id, seen)):
        raise PointWasChanged(fields)
    sheet = _sheet(roadmap, organisation)
    current, now = _current(sheet, item_id, based_on), timezone.now()
    if current is not None:
        Answer.unscoped.filter(pk=current.pk).update(replaced_at=now, updated_at=now)
    answer = Answer.unscoped.create(
        sheet=sheet, item_id=item_id, release=roadmap.version, stance=stance, answered_by=user_of(actor), answered_at=now, **facts
    )
    data = {"item": item_id, "release": roadmap.version, "before": current.stance if current else "", "after": stance}
    audit.record("workgroups.answer.set", actor=actor, organisation=organisation, **named(roadmap), data=data)
    return answer


@transaction.atomic
def withdraw_answer(roadmap: RoadmapPage, *, item_id: UUID, organisation: Organisation, actor: Actor, based_on: UUID | None) -> None:
    """Go back to silence; what was said stays in the history. Raises: WasChanged."""
    sheet = AnswerSheet.unscoped.select_for_update(of=("self",), no_key=True).filter(roadmap=roadmap, organisation=organisation).first()
    current = _current(sheet, item_id, based_on) if sheet else None
    if current is None:
        return
    now = timezone.now()
    Answer.unscoped.filter(pk=current.pk).update(replaced_at=now, updated_at=now)
    data = {"item": item_id, "release": roadmap.version, "before": current.stance, "after": ""}
    audit.record("workgroups.answer.withdraw", actor=actor, organisation=organisation, **named(roadmap), data=data)


@transaction.atomic
def set_answers_reach(roadmap: RoadmapPage, *, organisation: Organisation, reach: AnswerReach, actor: Actor) -> AnswerSheet:
    """Open a CAE's answers, or close them again; the next request obeys."""
    sheet = _sheet(roadmap, organisation)
    before, sheet.reach = sheet.reach, reach
    sheet.save(update_fields=["reach", "updated_at"])
    data = {"before": before, "after": reach}
    audit.record("workgroups.answer.readers", actor=actor, organisation=organisation, **named(roadmap), data=data)
    return sheet
