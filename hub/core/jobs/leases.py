"""Who runs which lines: taken for a while, then closed, postponed or parked by whoever still holds them.

Taking is serial on both engines (SQLite by its write lock, PostgreSQL by an advisory one), so that it can look at several lines;
the work itself is parallel. Closing compares the lease: a worker that overran it changes nothing.
"""

import random
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import connection, transaction
from django.db.models import F, Q
from django.utils import timezone

from hub.core.jobs.errors import UnknownTopic
from hub.core.jobs.models import Outbox, OutboxQuerySet, TaskRun
from hub.core.jobs.registry import ATTEMPTS, LEASE, Handler, Payload, handler_of

ADVISORY_LOCK = 0x6A6F6273  # "jobs"
FIRST_RETRY = timedelta(seconds=5)
LONGEST_RETRY = timedelta(hours=1)
INTERRUPTED = "Interrompue à chaque essai : processus arrêté, ou plus de {seconds} s de travail."
SHRINK = 8  # a batch that failed comes back in pieces 8, 64, 512… times smaller, until the bad line is alone


@dataclass(frozen=True)
class Lease:
    """Lines of one topic, held until a moment that no other lease shares: it is also the proof of holding them."""

    handler: Handler
    rows: list[Outbox]
    until: datetime

    @property
    def payloads(self) -> list[Payload]:
        return [row.payload for row in self.rows]

    @property
    def held(self) -> OutboxQuerySet:
        return Outbox.objects.open().filter(pk__in=[row.pk for row in self.rows], lease_until=self.until)


def take() -> Lease | None:
    """Hold the next due lines for a worker, or None when nothing is due."""
    while Outbox.objects.due(timezone.now()).exists():  # idle workers read, they do not lock
        with transaction.atomic():
            _one_taker()
            lease = _take(timezone.now())
        if lease is None or lease.rows:
            return lease
    return None


def _one_taker() -> None:
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [ADVISORY_LOCK])


def _take(now: datetime) -> Lease | None:
    first = Outbox.objects.due(now).order_by("available_at", "pk").first()
    if first is None:
        return None
    handler = _handler(first.topic)
    alike = Outbox.objects.due(now).filter(topic=first.topic, attempts=first.attempts).order_by("available_at", "pk")
    rows = list(alike[: max(1, handler.size // SHRINK**first.attempts)])
    _count_interrupted(rows, handler)
    rows = _newest_per_key(rows, now)
    lease = Lease(handler, [row for row in rows if row.attempts < handler.max_attempts], now + handler.lease)
    _park_exhausted([row for row in rows if row.attempts >= handler.max_attempts], handler, now)
    wanted = Outbox.objects.due(now).filter(pk__in=[row.pk for row in lease.rows])
    wanted.update(lease_until=lease.until, attempts=F("attempts") + 1)
    return Lease(handler, list(lease.held.order_by("available_at", "pk")), lease.until)


def _handler(topic: str) -> Handler:
    """The topic's handler; for a line left by another version of the code, one that fails."""
    try:
        return handler_of(topic)
    except UnknownTopic as error:
        reason = error

        def refuse(payloads: list[Payload]) -> None:
            raise reason

        return Handler(topic, refuse, ATTEMPTS, LEASE)


def note_run(topic: str, rows: list[Outbox], *, ok: bool, seconds: float) -> None:
    line = rows[0].pk if len(rows) == 1 else None
    TaskRun.objects.create(topic=topic, line=line, ok=ok, ended_at=timezone.now(), seconds=round(seconds, 3))


def _count_interrupted(rows: list[Outbox], handler: Handler) -> None:
    """A lease that ran out is a run that failed, though nobody was left to say so."""
    if any(row.lease_until for row in rows):
        note_run(handler.topic, rows, ok=False, seconds=handler.lease.total_seconds())


def _newest_per_key(rows: list[Outbox], now: datetime) -> list[Outbox]:
    """Among lines of one key, run the newest; the older ones that wait are done with it."""
    keys = {row.key for row in rows if row.key}
    if not keys:
        return rows
    waiting = Q(available_at__lte=now) | Q(attempts__gt=0)
    alike = Outbox.objects.open().filter(waiting, topic=rows[0].topic, key__in=keys).order_by("created_at", "pk")
    newest = {row.key: row for row in alike}
    older = [row.pk for row in alike if newest[row.key] is not row]
    Outbox.objects.open().filter(pk__in=older).update(done_at=now, lease_until=None)
    return [row for row in rows if not row.key] + list(newest.values())


def _park_exhausted(rows: list[Outbox], handler: Handler, now: datetime) -> None:
    reason = INTERRUPTED.format(seconds=int(handler.lease.total_seconds()))
    Outbox.objects.open().filter(pk__in=[row.pk for row in rows]).update(parked_at=now, lease_until=None, last_error=reason)


def finish(lease: Lease) -> None:
    lease.held.update(done_at=timezone.now(), lease_until=None)


def postpone(lease: Lease, seconds: float) -> None:
    """Not a failure: the attempt is given back."""
    later = timezone.now() + timedelta(seconds=max(1.0, seconds))
    lease.held.update(available_at=later, lease_until=None, attempts=F("attempts") - 1)


def park(lease: Lease, reason: str) -> None:
    lease.held.update(parked_at=timezone.now(), lease_until=None, last_error=reason[:300])


def fail(lease: Lease, reason: str) -> None:
    """Another attempt after a growing pause, or, after the last one, the side track."""
    now = timezone.now()
    spent = Q(attempts__gte=lease.handler.max_attempts)
    lease.held.exclude(spent).update(available_at=now + _pause(lease.rows[0].attempts), lease_until=None, last_error=reason[:300])
    lease.held.filter(spent).update(parked_at=now, lease_until=None, last_error=reason[:300])


def _pause(attempts: int) -> timedelta:
    """5 s, 10 s, 20 s… at most an hour, give or take a quarter so that what failed together does not come back together."""
    pause = min(FIRST_RETRY * 2 ** min(attempts - 1, 20), LONGEST_RETRY)
    return pause * random.uniform(0.75, 1.25)  # noqa: S311  no secret
