"""The only lines that know Celery: two tasks, both of which only look at the outbox."""

from datetime import time, timedelta
from time import monotonic
from typing import Any

from celery import current_app, shared_task
from celery.signals import after_task_publish
from django.db import close_old_connections

from hub.core.jobs import broker, embedded, registry, services

BUDGET = timedelta(seconds=25)  # then another message takes over, so that no message is held for long
PULSE_SECONDS = 5


class Pulse:
    """Notes, at most every five seconds, that this worker lives."""

    def __init__(self) -> None:
        self.next = 0.0

    def __call__(self) -> None:
        if monotonic() >= self.next:
            services.sign_of_life("worker")
            self.next = monotonic() + PULSE_SECONDS


@shared_task(name="jobs.drain", ignore_result=True, expires=60)
def drain() -> None:
    """Run what is due; sent after each commit that wrote to the outbox."""
    end = monotonic() + BUDGET.total_seconds()
    services.drain(budget=BUDGET, between=Pulse())
    if monotonic() >= end:
        broker.wake_worker()


@shared_task(name="jobs.tick", ignore_result=True, expires=10)
def tick() -> None:
    """Every five seconds from the scheduler: the sweep. Whatever the broker lost is found here."""
    services.start_due()
    drain()


@after_task_publish.connect(sender="jobs.tick")
def clock_lives(**_: Any) -> None:
    """In the scheduler's own process: behind a long queue its messages lapse unread, and it lives all the same."""
    close_old_connections()
    services.sign_of_life("scheduler")
    close_old_connections()


def _nudge() -> None:
    drain.apply_async(retry=False)


def _count() -> int:
    with current_app.connection_for_write() as connection:
        queue = connection.default_channel.queue_declare(queue=current_app.conf.task_default_queue, durable=True, auto_delete=False)
        return int(queue.message_count)


broker.tie(nudge=_nudge, count=_count)


@registry.periodic("jobs.purge", at=time(3, 30), lease=timedelta(minutes=10))
def purge() -> None:
    services.purge()


@registry.periodic("jobs.purge_broker", every=timedelta(hours=1))
def purge_broker() -> None:
    embedded.purge()
