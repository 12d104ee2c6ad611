"""What packages ask of the jobs: `emit` in the transaction of the change, the rest for the coordinator and the clock."""

from datetime import timedelta
from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from hub.core.jobs import registry
from hub.core.jobs.broker import wake_worker
from hub.core.jobs.commits import once_on_commit
from hub.core.jobs.models import Heartbeat, Outbox, PeriodicRun, TaskRun
from hub.core.jobs.runner import drain

__all__ = ["drain", "emit", "purge", "registry", "retry", "sign_of_life", "start_due"]

KEEP_DONE = timedelta(days=30)
KEEP_RUNS = timedelta(hours=24)
CHUNK = 2000


def emit(topic: str, payload: registry.Payload | None = None, *, key: str | None = None, delay: timedelta | None = None) -> Outbox:
    """Write down that something must happen; it will, after the commit, at least once, or never if the transaction rolls back.

    Args: payload holds JSON primitives, ids rather than people; lines of one topic with the same key are run one at a time, and those that
        wait together are run once, with the newest payload; delay is the least time to wait.
    Raises: UnknownTopic.
    """
    registry.handler_of(topic)
    now = timezone.now()
    row = Outbox.objects.create(topic=topic, payload=payload or {}, key=key, created_at=now, available_at=now + (delay or timedelta()))
    if not delay:
        once_on_commit(wake_worker)
    return row


@transaction.atomic
def retry(row: Outbox) -> bool:
    """Give a parked line all its attempts again; False when it is not parked (any more)."""
    now = timezone.now()
    taken = Outbox.objects.parked().filter(pk=row.pk).update(parked_at=None, attempts=0, available_at=now)
    once_on_commit(wake_worker)
    return bool(taken)


def start_due() -> list[str]:
    """Put in the outbox the periodic jobs whose time has come; several schedulers may call it at once. Returns their names."""
    now = timezone.now()
    known = dict(PeriodicRun.objects.values_list("name", "last_at"))
    late = [job for name, job in registry.periodics.items() if name not in known or known[name] < job.due_since(now)]
    return [job.name for job in late if _start(job)]


@transaction.atomic
def _start(job: registry.Periodic) -> bool:
    now = timezone.now()
    row, is_new = PeriodicRun.objects.get_or_create(name=job.name, defaults={"last_at": now})
    if is_new and job.at:
        return False  # a hub opened at ten does not owe the job of six
    if not is_new and not PeriodicRun.objects.filter(pk=row.pk, last_at__lt=job.due_since(now)).update(last_at=now):
        return False
    emit(job.name, key=job.name)
    return True


def sign_of_life(name: str) -> None:
    """Note that a kind of process lives («worker», «scheduler»)."""
    now = timezone.now()
    if not Heartbeat.objects.filter(pk=name).update(at=now):
        Heartbeat.objects.get_or_create(name=name, defaults={"at": now})


def purge() -> int:
    """Forget the lines done for 30 days and the runs of more than a day, little by little. Returns how many rows went."""
    now = timezone.now()
    return _delete(Outbox.objects.filter(done_at__lt=now - KEEP_DONE)) + _delete(TaskRun.objects.filter(ended_at__lt=now - KEEP_RUNS))


def _delete(rows: QuerySet[Any]) -> int:
    gone = 0
    while some := list(rows.values_list("pk", flat=True)[:CHUNK]):
        gone += rows.filter(pk__in=some).delete()[0]
    return gone
