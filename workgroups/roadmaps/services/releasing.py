"""A draft is handed in, approved by a facilitator and becomes release n."""

from django.db import transaction
from django.utils import timezone

from hub.core.accounts.actor import Actor
from hub.core.audit import services as audit
from hub.core.jobs import services as jobs
from hub.core.kit.searchable import index_line
from workgroups.roadmaps.errors import ReviewNeedsAnother, RoadmapIsIncomplete, RoadmapIsInReview, RoadmapIsNotInReview, RoadmapWasChanged
from workgroups.roadmaps.models import RoadmapPage, RoadmapRelease
from workgroups.roadmaps.selectors import Change, comparison, facilitators_of
from workgroups.roadmaps.services.writing import draft_of, named, text_of, user_of
from workgroups.roadmaps.signals import roadmap_decided, roadmap_submitted


def missing(roadmap: RoadmapPage, draft: RoadmapPage) -> list[str]:
    """What a release must hold and this draft does not, in French."""
    read = draft.read
    found = [] if read.items else ["un point au moins, dans une phase"]
    found += [f"un point dans la phase {phase.letter}" for phase in read.phases if not phase.items and read.items]
    if roadmap.live and not comparison(roadmap, draft):
        found.append(f"un changement depuis la version {roadmap.version}")
    return found


@transaction.atomic
def submit_roadmap(roadmap: RoadmapPage, *, actor: Actor) -> RoadmapPage:
    """Hand the newest draft in to the facilitators. Raises: RoadmapIsIncomplete, RoadmapIsInReview."""
    held: RoadmapPage = RoadmapPage.objects.select_for_update(of=("self",), no_key=True).get(pk=roadmap.pk)
    if held.workflow_in_progress:
        raise RoadmapIsInReview
    if lacking := missing(held, draft_of(held)):
        raise RoadmapIsIncomplete(lacking)
    if sent_back := held.current_workflow_state:  # a review that asked for changes is over: the new text is read anew
        sent_back.cancel(user=user_of(actor))
    held.get_workflow().start(held, user_of(actor))
    roadmap_submitted.send(sender=RoadmapPage, roadmap=held, actor=actor)
    audit.record("workgroups.roadmap.submit", actor=actor, organisation=held.workgroup.convener, **named(held))
    return held


@transaction.atomic
def take_back_roadmap(roadmap: RoadmapPage, *, actor: Actor) -> bool:
    """Take a roadmap back from the facilitators to change it; False when it was approved or sent back meanwhile."""
    held: RoadmapPage = RoadmapPage.objects.select_for_update(of=("self",), no_key=True).get(pk=roadmap.pk)
    state = held.current_workflow_state if held.workflow_in_progress else None
    if state is not None:
        state.cancel(user=user_of(actor))
        audit.record("workgroups.roadmap.take_back", actor=actor, organisation=held.workgroup.convener, **named(held))
    return state is not None


def changes_since(roadmap: RoadmapPage, seen: int) -> list[Change]:
    """What the newest text changes in the one that was read; nothing when that one is not this roadmap's."""
    read = text_of(roadmap, seen)
    return comparison(read, draft_of(roadmap)) if read else []


@transaction.atomic
def decide_roadmap(roadmap: RoadmapPage, *, approve: bool, comment: str, actor: Actor, seen: int | None = None) -> RoadmapPage:
    """Approve, which publishes the draft handed in as the next release, or send it back with a word.

    Args: seen is the revision that was read before deciding; None for who shows no page.
    Raises: RoadmapIsNotInReview; RoadmapWasChanged when another text was handed in since;
        ReviewNeedsAnother when whoever handed it in approves while the group has another facilitator.
    """
    held: RoadmapPage = (
        RoadmapPage.objects.select_for_update(of=("self",), no_key=True).select_related("workgroup__convener").get(pk=roadmap.pk)
    )
    state = held.current_workflow_task_state
    if state is None:
        raise RoadmapIsNotInReview
    if seen is not None and state.revision_id != seen:
        raise RoadmapWasChanged
    asked_by = state.workflow_state.requested_by_id
    if approve and asked_by == actor.user_id and any(one.pk != actor.user_id for one in facilitators_of(held)):
        raise ReviewNeedsAnother
    state = state.specific
    if approve:
        state.approve(user=user_of(actor), comment=comment)
        held.refresh_from_db()
        RoadmapRelease.objects.create(
            roadmap=held,
            number=held.version,
            revision=held.live_revision,
            released_at=timezone.now(),
            released_by=user_of(actor),
            note=comment,
        )
        jobs.emit(**index_line("roadmap", held.public_id))
    else:
        state.reject(user=user_of(actor), comment=comment)
        held.refresh_from_db()
    roadmap_decided.send(sender=RoadmapPage, roadmap=held, approved=approve, comment=comment, author_id=asked_by, actor=actor)
    action = "workgroups.roadmap.release" if approve else "workgroups.roadmap.send_back"
    audit.record(action, actor=actor, organisation=held.workgroup.convener, **named(held), data={"version": held.version})
    return held
