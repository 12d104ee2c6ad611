"""Programmes are written, handed in, approved and released here; pages, revisions and the review itself are Wagtail's."""

from typing import Any
from uuid import UUID

from django.db import transaction
from wagtail.actions.delete_page import DeletePageAction
from wagtail.actions.unpublish_page import UnpublishPageAction
from wagtail.coreutils import find_available_slug
from wagtail.models import Revision

from hub.core.accounts.actor import Actor
from hub.core.accounts.models import Organisation, User
from hub.core.audit import services as audit
from hub.core.kit.identifiers import uuid7
from hub.core.kit.text import slug as slugged
from hub.core.kit.twins import twin
from trainings.catalogue.errors import (
    CourseIsIncomplete,
    CourseIsInReview,
    CourseIsNotInReview,
    CourseIsUnchanged,
    CourseWasChanged,
    CourseWasPublished,
    ReviewNeedsAnother,
)
from trainings.catalogue.models import CoursePage
from trainings.catalogue.requirements import label, missing_fields
from trainings.catalogue.selectors import reviewers_of
from trainings.catalogue.signals import course_decided, course_submitted
from trainings.catalogue.tree import bough


def _user(actor: Actor) -> User | None:
    return User.objects.filter(pk=actor.user_id).first() if actor.user_id else None


def _named(course: CoursePage) -> dict[str, Any]:
    """How the audit trail names a programme: by its public identifier, never the page's number, and by a title that the public reads."""
    return {"kind": "trainings.course", "object_id": str(course.public_id), "label": course.title if course.live else ""}


def draft_of(course: CoursePage) -> CoursePage:
    """The newest text of a programme, published or not."""
    draft: CoursePage = course.get_latest_revision_as_object()
    return draft


def revision_of(course: CoursePage, revision: int) -> CoursePage | None:
    """A text of the programme as it was saved; None when no such revision is its own."""
    found = Revision.objects.for_instance(course).filter(pk=revision).first()
    return found.as_object() if found else None


@transaction.atomic
def create_course(
    *, title: str, organisation: Organisation, actor: Actor, facts: dict[str, Any] | None = None, key: UUID | None = None
) -> CoursePage:
    """A new programme as a draft, under the organisation's bough; the same key with the same words makes it once and gives it back after."""
    parent = bough(organisation)
    begun = {"title": title, **(facts or {})}  # as its row keeps it until it is published: later drafts are revisions
    made, key = twin(
        key, (organisation.pk, begun), rows=lambda one: CoursePage.objects.filter(public_id=one),
        is_same=lambda row: row.organisation_id == organisation.pk and all(getattr(row, name) == begun[name] for name in begun),
    )  # fmt: skip
    if made is not None:
        return made
    slug = find_available_slug(parent, slugged(title) or "programme")
    course = CoursePage(
        title=title, slug=slug, organisation=organisation, author=_user(actor), live=False, locale=parent.locale,
        public_id=key or uuid7(), **(facts or {}),
    )  # fmt: skip
    parent.add_child(instance=course)
    _save(course, actor)
    audit.record("trainings.course.create", actor=actor, organisation=organisation, **_named(course))
    return course


def _held(course: CoursePage) -> CoursePage:
    """The programme under a lock until the end of the transaction: two clicks at once come one after the other."""
    return CoursePage.objects.select_for_update(of=("self",), no_key=True).get(pk=course.pk)


def _save(draft: CoursePage, actor: Actor) -> Revision:
    draft.version = CoursePage.objects.filter(pk=draft.pk).values_list("version", flat=True)[0] + 1
    return draft.save_revision(user=_user(actor), clean=False)


@transaction.atomic
def save_draft(course: CoursePage, *, facts: dict[str, Any], actor: Actor, based_on: int | None = None) -> Revision:
    """A new draft over the last one; the published text does not move.

    Args: facts are field values of CoursePage (title included); based_on is the revision that was opened.
    Raises: CourseIsInReview; CourseWasChanged when another draft came in between.
    """
    locked = _held(course)
    if locked.workflow_in_progress:
        raise CourseIsInReview
    if based_on is not None and locked.latest_revision_id != based_on:
        raise CourseWasChanged
    draft = draft_of(locked)
    for name, value in facts.items():
        setattr(draft, name, value)
    return _save(draft, actor)


@transaction.atomic
def submit_course(course: CoursePage, *, actor: Actor) -> CoursePage:
    """Hand the newest draft in for review by the organisation. Raises: CourseIsIncomplete, CourseIsInReview, CourseIsUnchanged."""
    course = _held(course)
    if course.workflow_in_progress:
        raise CourseIsInReview
    if course.live and not course.has_unpublished_changes:
        raise CourseIsUnchanged
    if missing := missing_fields(draft_of(course)):
        raise CourseIsIncomplete([label(name) for name in missing])
    if sent_back := course.current_workflow_state:  # a review that asked for changes is over: the new text is read anew
        sent_back.cancel(user=_user(actor))
    course.get_workflow().start(course, _user(actor))
    audit.record("trainings.course.submit", actor=actor, organisation=course.organisation, **_named(course))
    course_submitted.send(sender=CoursePage, course=course, actor=actor)
    return course


@transaction.atomic
def take_back_course(course: CoursePage, *, actor: Actor) -> bool:
    """Take a programme out of review to change it; False when it was approved or sent back meanwhile."""
    course = _held(course)
    state = course.current_workflow_state if course.workflow_in_progress else None
    if state is not None:
        state.cancel(user=_user(actor))
        audit.record("trainings.course.take_back", actor=actor, organisation=course.organisation, **_named(course))
    return state is not None


@transaction.atomic
def decide_course(course: CoursePage, *, approve: bool, comment: str, actor: Actor, seen: int | None = None) -> CoursePage:
    """Approve, which publishes the version handed in, or send back with a comment.

    Args: seen is the revision that was read before deciding; None for who shows no page.
    Raises: CourseIsNotInReview; CourseWasChanged when another text was handed in since;
        ReviewNeedsAnother when the person who handed it in approves while her organisation has another reviewer.
    """
    course = _held(course)
    state = course.current_workflow_task_state
    if state is None:
        raise CourseIsNotInReview
    if seen is not None and state.revision_id != seen:
        raise CourseWasChanged
    if (
        approve
        and state.workflow_state.requested_by_id == actor.user_id
        and any(reader.pk != actor.user_id for reader in reviewers_of(course))
    ):
        raise ReviewNeedsAnother
    state = state.specific
    if approve:
        state.approve(user=_user(actor), comment=comment)
    else:
        state.reject(user=_user(actor), comment=comment)
    course.refresh_from_db()
    action = "trainings.course.publish" if approve else "trainings.course.send_back"
    audit.record(action, actor=actor, organisation=course.organisation, **_named(course), data={"version": course.version})
    course_decided.send(
        sender=CoursePage, course=course, approved=approve, comment=comment, author_id=state.workflow_state.requested_by_id, actor=actor
    )
    return course


@transaction.atomic
def unpublish_course(course: CoursePage, *, actor: Actor) -> CoursePage:
    """Take a programme out of the catalogue; its sessions and papers stay. The hub's own rule was asked, not Wagtail's page rights."""
    UnpublishPageAction(course, user=_user(actor)).execute(skip_permission_checks=True)
    audit.record("trainings.course.unpublish", actor=actor, organisation=course.organisation, **_named(course))
    return course


@transaction.atomic
def remove_course(course: CoursePage, *, actor: Actor, seen: int) -> None:
    """Delete a draft that was never published, with all its texts. The hub's own rule was asked, not Wagtail's page rights.

    Args: seen is the revision that was read before. Raises: CourseWasPublished; CourseIsInReview; CourseWasChanged when another draft came in between.
    """
    held = _held(course)
    if held.was_published:
        raise CourseWasPublished
    if held.workflow_in_progress:
        raise CourseIsInReview
    if held.latest_revision_id != seen:
        raise CourseWasChanged
    named = _named(held)
    DeletePageAction(held, user=_user(actor)).execute(skip_permission_checks=True)
    audit.record("trainings.course.remove", actor=actor, organisation=course.organisation, **named)


__all__ = [
    "create_course", "decide_course", "draft_of", "remove_course", "revision_of", "save_draft", "submit_course", "take_back_course", "unpublish_course",
]  # fmt: skip
