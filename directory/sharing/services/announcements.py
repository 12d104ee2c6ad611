from datetime import date, timedelta

from django.db import IntegrityError, transaction

from directory.sharing import reference
from directory.sharing.enums import AnnouncementKind, AnnouncementStatus
from directory.sharing.errors import RuleBroken, VersionConflict
from directory.sharing.models import Announcement
from hub.core.accounts.actor import Actor
from hub.core.accounts.models import Organisation
from hub.core.audit import services as audit
from hub.core.jobs import services as jobs
from hub.core.kit.dates import today
from hub.core.kit.searchable import index_line

KIND = "announcement"
USUAL = timedelta(days=182)
LONGEST = timedelta(days=366)


def lock(announcement: Announcement) -> Announcement:
    return Announcement.unscoped.select_for_update(of=("self",), no_key=True).select_related("organisation").get(pk=announcement.pk)


def check_end(expires_on: date) -> None:
    """Raises: RuleBroken."""
    if not today() <= expires_on <= today() + LONGEST:
        raise RuleBroken("Une annonce dure un an au plus, et finit aujourd’hui au plus tôt.", field="expires_on")


@transaction.atomic
def publish_announcement(
    organisation: Organisation,
    *,
    kind: AnnouncementKind,
    function: str,
    quantity: str,
    expires_on: date,
    actor: Actor,
    details: str = "",
    hourly_cost_cents: int | None = None,
) -> Announcement:
    """Say to the federation what one's CAE offers or needs; the same words twice are said once. Raises: RuleBroken."""
    if function not in reference.functions():
        raise RuleBroken(f"La fonction « {function} » n’est pas dans l’inventaire.")
    check_end(expires_on)
    mine = Announcement.unscoped.select_for_update(of=("self",), no_key=True).filter(
        organisation=organisation, function=function, kind=kind
    )
    for row in mine.filter(status=AnnouncementStatus.OPEN):
        if (row.quantity, row.details, row.hourly_cost_cents, row.expires_on) == (quantity, details, hourly_cost_cents, expires_on):
            return row  # the same form, sent twice
        if row.is_open_on(today()):
            raise RuleBroken(f"Une annonce est déjà publiée pour cette fonction (« {row.quantity} ») : modifiez-la.")
        expire_announcement(row, actor=actor)
    row = Announcement(
        organisation=organisation, kind=kind, function=function, quantity=quantity, details=details, hourly_cost_cents=hourly_cost_cents,
        published_on=today(), expires_on=expires_on, author_id=actor.user_id,
    )  # fmt: skip
    try:
        with transaction.atomic():
            row.save(force_insert=True)
    except IntegrityError:  # another one won the race
        raise RuleBroken("Une annonce vient d’être publiée pour cette fonction : modifiez-la.") from None
    audit.record("sharing.announcement.publish", row, actor=actor, organisation=organisation, data={"function": function, "kind": kind})
    jobs.emit(**index_line(KIND, row.pk))
    return row


@transaction.atomic
def change_announcement(
    announcement: Announcement, *, quantity: str, details: str, hourly_cost_cents: int | None, expires_on: date, version: int, actor: Actor
) -> Announcement:
    """Raises: VersionConflict; RuleBroken when it is no longer published."""
    row = lock(announcement)
    if row.version != version:
        raise VersionConflict
    if row.status != AnnouncementStatus.OPEN:
        raise RuleBroken("Cette annonce n’est plus publiée : publiez-en une nouvelle.")
    check_end(expires_on)
    row.quantity, row.details, row.hourly_cost_cents, row.expires_on = quantity, details, hourly_cost_cents, expires_on
    row.version += 1
    row.save()
    audit.record("sharing.announcement.change", row, actor=actor, organisation=row.organisation, data={"version": row.version})
    jobs.emit(**index_line(KIND, row.pk))
    return row


@transaction.atomic
def withdraw_announcement(announcement: Announcement, *, actor: Actor) -> Announcement:
    """Take it off the lists. Raises: MoveRefused."""
    row = lock(announcement)
    row.move_to(AnnouncementStatus.WITHDRAWN)
    row.save(update_fields=["status", "updated_at"])
    audit.record("sharing.announcement.withdraw", row, actor=actor, organisation=row.organisation)
    jobs.emit(**index_line(KIND, row.pk))
    return row


@transaction.atomic
def follow_words(organisation: Organisation, *, kind: AnnouncementKind, function: str, words: str, actor: Actor) -> None:
    """Make the open announcement of a function say these words; empty words take it off."""
    rows = Announcement.unscoped.select_for_update(of=("self",), no_key=True).filter(
        organisation=organisation, kind=kind, function=function
    )
    row = rows.filter(status=AnnouncementStatus.OPEN, expires_on__gte=today()).first()
    if row and not words:
        withdraw_announcement(row, actor=actor)
    elif row and row.quantity != words:
        change_announcement(
            row, quantity=words, details=row.details, hourly_cost_cents=row.hourly_cost_cents, expires_on=row.expires_on,
            version=row.version, actor=actor,
        )  # fmt: skip
    elif words and not row:
        publish_announcement(organisation, kind=kind, function=function, quantity=words, expires_on=today() + USUAL, actor=actor)


def expire_announcement(row: Announcement, *, actor: Actor) -> None:
    row.move_to(AnnouncementStatus.EXPIRED)
    row.save(update_fields=["status", "updated_at"])
    audit.record("sharing.announcement.expire", row, actor=actor, organisation=row.organisation)
    jobs.emit(**index_line(KIND, row.pk))
