"""What the days bring by themselves: reminders before the dates of a file. Running twice tells nothing twice."""

from collections.abc import Iterator
from datetime import date

from django.db import transaction

from hub.core.accounts.actor import Actor
from hub.core.accounts.permissions import Permission
from hub.core.kit.dates import local, today
from hub.core.notifications import services as notifications
from trainings.funding.dates import REMIND, Due
from trainings.funding.enums import FundingStatus, Side
from trainings.funding.models import ENDED, FundingFile, Reminder
from trainings.funding.notifications import DueSoon
from trainings.funding.selectors import files_of, managers, read_files

TOGETHER = 100


def remind(on: date | None = None) -> int:
    """Tell whoever keeps a date that it comes within the week, or has passed; each date of a file once. Returns how many were told."""
    day = on or today()
    return sum(_tell(file, due) for file, due in _coming(day))


def _coming(day: date) -> Iterator[tuple[FundingFile, Due]]:
    live = FundingFile.unscoped.exclude(status__in=[*ENDED, FundingStatus.RUNNING])
    ids = list(live.order_by("pk").values_list("pk", flat=True))
    for start in range(0, len(ids), TOGETHER):
        files = files_of(FundingFile.unscoped.filter(pk__in=ids[start : start + TOGETHER]))
        for reading in read_files(files, Actor.system(), day):
            yield from ((reading.file, due) for due in reading.dues if due.on - REMIND <= day and _could_be_kept(reading.file, due))


def _could_be_kept(file: FundingFile, due: Due) -> bool:
    """A date of habit that had passed when the file was opened is told to nobody."""
    return due.is_limit or due.on >= local(file.created_at).date()


@transaction.atomic
def _tell(file: FundingFile, due: Due) -> bool:
    """Whether this date is told now; false when it was told before, or the file has moved on since it was read."""
    held = FundingFile.unscoped.select_for_update(of=("self",), no_key=True).get(pk=file.pk)
    if held.status != file.status:
        return False
    _, is_new = Reminder.objects.get_or_create(file=held, key=due.key, due_on=due.on)
    if not is_new:
        return False
    if due.by == Side.ORGANISER:
        people = managers([file.session.organisation_id], Permission.SESSION_MANAGE)
    else:
        people = managers([file.employer_id])
    notifications.send(DueSoon(file, due), to=people)
    return True
