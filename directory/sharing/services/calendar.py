"""What the days bring by themselves. Each row is taken in its own transaction and looked at again under its lock: running twice is once."""

from datetime import date

from django.db import transaction
from django.db.models import Q

from directory.sharing.enums import AnnouncementStatus, RequestStatus, Stage
from directory.sharing.errors import MoveRefused
from directory.sharing.models import Amendment, Announcement, ServiceRequest, SharedService
from directory.sharing.notifications import AnnouncementExpired
from directory.sharing.selectors.people import managers
from directory.sharing.services import amendments, announcements, requests, shared
from hub.core.accounts.actor import Actor
from hub.core.kit.dates import today
from hub.core.notifications import services as notifications


def follow_dates(on: date | None = None) -> int:
    """Expire requests and announcements, end services past their term; returns how many rows moved."""
    day = on or today()
    late = ServiceRequest.unscoped.filter(status=RequestStatus.PENDING, expires_on__lt=day)
    over = Announcement.unscoped.filter(status=AnnouncementStatus.OPEN, expires_on__lt=day)
    done = SharedService.unscoped.filter(ends_on__lt=day).exclude(stage=Stage.ENDED)
    unanswered = Amendment.unscoped.filter(status=RequestStatus.PENDING).filter(Q(effective_on__lte=day) | Q(service__stage=Stage.ENDED))
    moved = amendments.expire_late_amendments(unanswered.select_related("service").iterator(chunk_size=200))
    moved += sum(_expire_request(row) for row in late.iterator(chunk_size=200))
    moved += sum(_expire_announcement(row, day) for row in over.iterator(chunk_size=200))
    return moved + sum(shared.finish_service(row, on=day, actor=Actor.system()) for row in done.iterator(chunk_size=200))


def _expire_request(row: ServiceRequest) -> bool:
    try:
        requests.expire_request(row, actor=Actor.system())
    except MoveRefused:  # answered meanwhile
        return False
    return True


@transaction.atomic
def _expire_announcement(row: Announcement, day: date) -> bool:
    held = announcements.lock(row)
    if held.status != AnnouncementStatus.OPEN or held.expires_on >= day:
        return False
    announcements.expire_announcement(held, actor=Actor.system())
    notifications.send(AnnouncementExpired(held), to=managers([held.organisation_id]))
    return True
