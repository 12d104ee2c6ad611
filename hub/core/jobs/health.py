"""The state of the hub, one check per part. Upper packages register theirs: `health.register("search", check, label="Recherche")`."""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from time import monotonic, perf_counter

from django.conf import settings
from django.db import connection
from django.db.models import Count, Q
from django.utils import timezone

from hub.core.jobs import broker
from hub.core.jobs.models import Heartbeat, Outbox, TaskRun
from hub.core.kit.starting import began_at
from hub.core.kit.text import counted

logger = logging.getLogger(__name__)

CACHE_SECONDS = 5  # a public address must not let anyone keep the database busy
SILENT_WARN, SILENT_BAD = timedelta(seconds=20), timedelta(seconds=45)
LATE_WARN, LATE_BAD = timedelta(minutes=1), timedelta(minutes=5)
FAILURE_WINDOW, FAILURE_SHARE, FAILURE_LEAST = timedelta(minutes=5), 0.05, 20


class State(StrEnum):
    OK = "ok"
    WARN = "warn"
    BAD = "bad"


@dataclass(frozen=True)
class Check:
    name: str
    label: str
    state: State
    fact: str
    latency_ms: float


Look = Callable[[], tuple[State, str] | None]
_looks: dict[str, tuple[str, Look]] = {}
_seen: tuple[float, list[Check]] | None = None


def register(name: str, look: Look, *, label: str = "") -> None:
    """Add a check; `look` answers within two seconds with a state and a French fact for the coordinator, with None when there is nothing to
    look at, or raises, which is bad."""
    _looks[name] = (label or name, look)


def run_checks(*, fresh: bool = False) -> list[Check]:
    """All checks, at most five seconds old unless `fresh`."""
    global _seen
    if fresh or _seen is None or monotonic() - _seen[0] > CACHE_SECONDS:
        checks = (_check(name, label, look) for name, (label, look) in list(_looks.items()))
        _seen = (monotonic(), [check for check in checks if check])
    return _seen[1]


def worst(checks: list[Check]) -> State:
    states = {check.state for check in checks}
    return next((state for state in (State.BAD, State.WARN) if state in states), State.OK)


def _check(name: str, label: str, look: Look) -> Check | None:
    start = perf_counter()
    try:
        found = look()
        if found is None:
            return None
        state, fact = found
    except Exception as error:  # the page that tells what is broken must not break with it
        logger.warning("contrôle %s : %s", name, type(error).__name__)
        state, fact = State.BAD, f"Injoignable ({type(error).__name__})"
    return Check(name, label, state, fact, round((perf_counter() - start) * 1000, 1))


def database() -> tuple[State, str]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return State.OK, connection.display_name


def message_broker() -> tuple[State, str]:
    return State.OK, counted(broker.waiting_messages(), "message en attente", "messages en attente")


def _process(name: str) -> Look:
    def look() -> tuple[State, str]:
        seen, now = Heartbeat.objects.filter(pk=name).values_list("at", flat=True).first(), timezone.now()
        began = began_at(settings.DATA_DIR)
        if began and now - began < SILENT_BAD and (seen is None or seen < began):
            return State.WARN, "Le hub démarre"
        if seen is None:
            return State.BAD, "Jamais vu"
        silence = now - seen
        state = State.BAD if silence > SILENT_BAD else State.WARN if silence > SILENT_WARN else State.OK
        return state, f"Vu il y a {max(0, int(silence.total_seconds()))}\u00a0s"

    return look


def outbox() -> tuple[State, str]:
    """Lines that should have been run and were not; the oldest decides."""
    now = timezone.now()
    oldest = Outbox.objects.due(now).order_by("available_at").values_list("available_at", flat=True).first()
    waits = now - oldest if oldest else timedelta()
    parked = Outbox.objects.parked().count()
    late = Outbox.objects.due(now - LATE_WARN).count() if waits > LATE_WARN else 0
    state = State.BAD if waits > LATE_BAD else State.WARN if late or parked else State.OK
    return state, f"{counted(late, 'tâche en retard', 'tâches en retard')}, {counted(parked, 'garée')}"


def failures() -> tuple[State, str]:
    """Red when 5 % of the tasks run in the last five minutes failed, once 20 have been run. A task tried again is still one task."""
    recent = TaskRun.objects.filter(ended_at__gt=timezone.now() - FAILURE_WINDOW)
    batch, bad = Q(line=None), Q(ok=False)
    seen = recent.aggregate(
        lines=Count("line", distinct=True),
        bad_lines=Count("line", distinct=True, filter=bad),
        batches=Count("pk", filter=batch),
        bad_batches=Count("pk", filter=batch & bad),
    )
    ended, failed = seen["lines"] + seen["batches"], seen["bad_lines"] + seen["bad_batches"]
    is_red = ended >= FAILURE_LEAST and failed >= FAILURE_SHARE * ended
    state = State.BAD if is_red else State.WARN if failed else State.OK
    return state, f"{counted(failed, 'échec')} sur {counted(ended, 'tâche')} en cinq minutes"


def register_own() -> None:
    register("database", database, label="Base de données")
    register("broker", message_broker, label="File de messages")
    register("worker", _process("worker"), label="Tâches de fond")
    register("scheduler", _process("scheduler"), label="Horloge")
    register("outbox", outbox, label="Tâches à faire")
    register("failures", failures, label="Échecs récents")
