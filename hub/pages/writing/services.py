"""Pages that members write: begun, changed, published, withdrawn; and the secret address of a personal feed."""

import secrets
from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from wagtail.actions.unpublish_page import UnpublishPageAction
from wagtail.models import Revision

from hub.core.accounts.actor import Actor
from hub.core.accounts.models import User
from hub.core.audit import actions
from hub.core.audit import services as audit
from hub.core.jobs import services as jobs
from hub.core.kit.identifiers import uuid7
from hub.core.kit.searchable import index_line
from hub.core.kit.text import joined
from hub.core.kit.twins import twice, twin
from hub.core.notifications import services as notifications
from hub.pages.writing.models import FeedKey, LifePage, WrittenPage
from hub.pages.writing.notifications import PageWithdrawn
from hub.pages.writing.selectors import audience_choices, digest_of, user_of
from hub.pages.writing.signals import page_published, page_unpublished
from workgroups.groups.errors import NotPossible, WasChanged

AGAIN = timedelta(hours=1)
NOT_HER_READERS = "Vous n’écrivez plus pour les personnes à qui ce texte est destiné : choisissez qui le lit, puis publiez."
WITHDRAWN = "Ce texte est retiré par la modération : il ne se change plus."


def say_actions(noun: str, words: str) -> None:
    """Register the audit wording of one kind of page; `words` begins the sentence: «Question»."""
    verbs = {
        "create": "écrite",
        "update": "changée",
        "publish": "publiée",
        "take_down": "dépubliée",
        "withdraw": "retirée par la modération",
        "restore": "remise",
    }
    actions.register({f"life.{noun}.{verb}": f"{words} : page {participle}" for verb, participle in verbs.items()})


def named(page: WrittenPage) -> dict[str, Any]:
    """How the audit trail names a page: by its kind and public identifier; a title is what somebody typed, and the chain is for ever."""
    return {"kind": f"life.{page.noun}", "object_id": str(page.public_id)}


def draft_of(page: WrittenPage) -> WrittenPage:
    """The newest text, published or not."""
    draft: WrittenPage = page.get_latest_revision_as_object()
    return draft


def record(verb: str, page: WrittenPage, actor: Actor, **data: Any) -> None:
    audit.record(f"life.{page.noun}.{verb}", actor=actor, organisation=page.organisation, data=data, **named(page))


def held(page: WrittenPage) -> Any:
    """The page under a lock until the end of the transaction."""
    return type(page).objects.select_for_update(of=("self",), no_key=True).select_related("organisation").get(pk=page.pk)


@transaction.atomic
def create(
    model: type[WrittenPage], *, facts: dict[str, Any], actor: Actor, key: UUID | None = None, rest: Any = None,
    rest_of: Callable[[Any], Any] = lambda page: None,
) -> Any:  # fmt: skip
    """A new page: published at once where its kind has no drafts. The same words make it once and give it back after, under the same key, or under
    another one soon after: «Back» may fetch the form anew and keep the words. Args: rest is what the form says beside the facts, rest_of what
    a page has of it."""
    trunk = LifePage.objects.select_for_update(of=("self",), no_key=True).get()

    def is_hers(page: Any) -> bool:
        made = page.specific
        is_said = type(made) is model and made.author_id == actor.user_id and all(getattr(made, name) == facts[name] for name in facts)
        return is_said and rest_of(made) == rest

    found, number = twin(key, (actor.user_id, facts, rest), rows=lambda one: trunk.get_children().filter(slug=one.hex), is_same=is_hers)
    if found is None and key:
        mine = model._default_manager.filter(author=actor.user_id, title=facts["title"], withdrawn_at=None)
        found = next(filter(is_hers, mine.filter(latest_revision_created_at__gte=timezone.now() - AGAIN)), None)
    if found is not None:
        return found.specific
    number = number or uuid7()
    page = model(
        public_id=number, slug=number.hex, live=False, locale=trunk.locale, author=user_of(actor), organisation_id=actor.organisation_id,
        **facts,
    )  # fmt: skip
    trunk.add_child(instance=page)
    revision = page.save_revision(user=user_of(actor), clean=False)
    if not page.has_draft:
        _release(page, revision, actor)
    record("create", page, actor)
    return page


@transaction.atomic
def save(page: WrittenPage, *, facts: dict[str, Any], actor: Actor, based_on: int | None = None) -> Any:
    """A new text over the last one; of a kind without drafts, a published page changes at once.

    Args: facts are field values; based_on is the revision that was opened, None under the caller's own lock.
    Raises: NotPossible once it is withdrawn; WasChanged with the text as it stands.
    """
    locked = held(page)
    if locked.withdrawn_at is not None:
        raise NotPossible(WITHDRAWN)
    draft = draft_of(locked)
    if based_on is not None and locked.latest_revision_id != based_on:
        raise WasChanged(draft)
    for name, value in facts.items():
        setattr(draft, name, value)
    revision = draft.save_revision(user=user_of(actor), clean=False)
    if locked.live and not locked.has_draft:
        _require_readers(locked, draft, actor)
        record("update", locked, actor, **_release(locked, revision, actor))
    locked.refresh_from_db()
    return locked


def _require_readers(page: WrittenPage, draft: WrittenPage, actor: Actor) -> None:
    """A draft may have been meant for a group that its writer has left since. Readers who have the page already keep it."""
    has_it = page.live and draft.audience == type(page).objects.values_list("audience", flat=True).get(pk=page.pk)
    if not has_it and draft.audience not in dict(audience_choices(actor, type(page))):
        raise NotPossible(NOT_HER_READERS)


def _release(page: WrittenPage, revision: Revision, actor: Actor) -> dict[str, str]:
    """The hub's own rule was asked, not Wagtail's page rights. Returns for the audit trail who read it and who does, when that changed."""
    is_first = page.first_published_at is None
    before = type(page).objects.values_list("audience", flat=True).get(pk=page.pk)  # Wagtail hands out the page itself as its own draft
    revision.publish(user=user_of(actor), skip_permission_checks=True)
    page.refresh_from_db()
    page_published.send(sender=type(page), page=page, actor=actor, is_first=is_first)
    jobs.emit(**index_line(page.noun, page.public_id))
    return {} if is_first or page.audience == before else {"audience_before": before, "audience_after": page.audience}


@transaction.atomic
def publish(page: WrittenPage, *, actor: Actor) -> Any:
    """Publish the newest text; twice is once. Raises: NotPossible when something lacks, or once it is withdrawn."""
    locked = held(page)
    if locked.withdrawn_at is not None:
        raise NotPossible(WITHDRAWN)
    if locked.live and not locked.has_unpublished_changes:
        return locked
    draft = draft_of(locked)
    if lacking := draft.lacking():
        raise NotPossible(f"Avant de publier, il manque {joined(lacking)}.")
    _require_readers(locked, draft, actor)
    record("publish", locked, actor, **_release(locked, locked.latest_revision, actor))
    return locked


@transaction.atomic
def take_down(page: WrittenPage, *, actor: Actor) -> Any:
    """Its writers make it a draft again; whoever read it finds nothing on her next request."""
    locked = held(page)
    if locked.live:
        _unpublish(locked, actor)
        record("take_down", locked, actor)
    return locked


@transaction.atomic
def withdraw(page: WrittenPage, *, reason: str, actor: Actor) -> Any:
    """Moderation takes a page away and says why to its author. Twice is once."""
    locked = held(page)
    if locked.withdrawn_at is not None:
        return locked
    locked.withdrawn_at, locked.withdrawn_reason = timezone.now(), reason
    type(page).objects.filter(pk=page.pk).update(withdrawn_at=locked.withdrawn_at, withdrawn_reason=reason)
    if (
        locked.live_revision is not None
    ):  # by this moment `restore` finds the text that was read: a page put back once is younger than its draft
        locked.last_published_at = locked.live_revision.created_at
    _unpublish(locked, actor)
    if locked.author is not None and locked.author_id != actor.user_id:
        notifications.send(PageWithdrawn(locked, reason), to=[locked.author])
    record("withdraw", locked, actor, has_reason=bool(reason))
    return locked


@transaction.atomic
def restore(page: WrittenPage, *, actor: Actor) -> Any:
    """Moderation puts a withdrawn page back as it was read; what its author has written since stays a draft."""
    locked = held(page)
    if locked.withdrawn_at is None:
        return locked
    locked.withdrawn_at, locked.withdrawn_reason = None, ""
    type(page).objects.filter(pk=page.pk).update(withdrawn_at=None, withdrawn_reason="")
    read = (
        locked.revisions.filter(created_at__lte=locked.last_published_at).order_by("-created_at").first()
        if locked.last_published_at
        else None
    )
    record("restore", locked, actor, **(_release(locked, read, actor) if read else {}))
    return locked


def _unpublish(page: WrittenPage, actor: Actor) -> None:
    if page.live:
        UnpublishPageAction(page, user=user_of(actor)).execute(skip_permission_checks=True)
    page_unpublished.send(sender=type(page), page=page, actor=actor)
    jobs.emit(**index_line(page.noun, page.public_id))


@transaction.atomic
def make_feed_key(user: User, *, actor: Actor) -> str:
    """A new secret address for a person's own feed; the one before answers no more. Returns the secret, which is kept nowhere."""
    secret = secrets.token_urlsafe(32)

    def write() -> FeedKey:
        FeedKey.objects.filter(user=user).delete()
        return FeedKey.objects.create(user=user, digest=digest_of(secret))

    row = twice(write)
    audit.record("life.feed.make", row, actor=actor)
    return secret


@transaction.atomic
def revoke_feed_key(*, actor: Actor) -> None:
    if gone := FeedKey.objects.filter(user=actor.user_id).first():
        gone.delete()
        audit.record("life.feed.revoke", actor=actor)
