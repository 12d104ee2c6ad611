"""Ten years of a federation, written at once in the demo hub of HUB_DATA: `python -m tests.bench.decade`, run by the bench «crowd».

Sessions that were held before, each a copy of one of the demo on other days and with other people; and the lines of audit of so many years,
chained as the hub chains them: `bin/hub audit verify` reads them all.
"""

import os
import random
from collections.abc import Iterator
from datetime import datetime, time, timedelta
from uuid import UUID

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "hub.settings.base")
django.setup()

from django.db import transaction  # noqa: E402  # the rows are known once the hub is set up
from django.db.models import QuerySet  # noqa: E402
from django.utils import timezone  # noqa: E402

from hub.core.accounts.models import Membership, Organisation  # noqa: E402
from hub.core.audit import anchor, chain  # noqa: E402
from hub.core.audit import services as audit  # noqa: E402
from hub.core.audit.models import AuditEntry, AuditHead  # noqa: E402
from hub.core.kit.dates import at_home, today  # noqa: E402
from hub.core.kit.identifiers import uuid7  # noqa: E402
from trainings.sessions.enums import RegistrationStatus, SessionStatus  # noqa: E402
from trainings.sessions.models import HalfDay, Registration, TrainingSession  # noqa: E402

REGISTRATIONS, LINES = 100_000, 1_000_000
YEARS, MOST, BATCH, LINES_AT_ONCE = 10, 12, 5_000, 20_000
People = dict[UUID, list[UUID]]  # the entrepreneurs of each organisation that has enough of them to fill a session


def write(registrations: int = REGISTRATIONS, lines: int = LINES) -> None:
    chance, people = random.Random(1), _people()
    with transaction.atomic():
        _write_sessions(registrations, people, chance)
    for _ in range(lines // LINES_AT_ONCE):
        with transaction.atomic():
            batch = list(_lines(audit.hold(), people, chance))  # the hub is there, and writes lines of its own between two batches
            QuerySet(AuditEntry).bulk_create(batch, BATCH)  # the manager of the chain refuses: the hub writes its lines one by one
            AuditHead.objects.filter(pk=1).update(count=batch[-1].seq, digest=batch[-1].digest)
            transaction.on_commit(anchor.advance)


def _people() -> People:
    found: People = {}
    for user, organisation in Membership.unscoped.filter(role="entrepreneur").values_list("user", "organisation"):
        found.setdefault(organisation, []).append(user)
    return {organisation: people for organisation, people in found.items() if len(people) >= MOST}


def _write_sessions(registrations: int, people: People, chance: random.Random) -> None:
    models = list(TrainingSession.unscoped.filter(starts_on__isnull=False).prefetch_related("half_days"))
    sessions: list[TrainingSession] = []
    half_days: list[HalfDay] = []
    rows: list[Registration] = []
    for _ in range(registrations // MOST):
        session, own = _held(chance.choice(models), chance)
        employer = chance.choice(list(people))
        sessions.append(session)
        half_days += own
        common = {"session": session, "employer_id": employer, "status": RegistrationStatus.CONFIRMED, "registered_at": _opened(session)}
        rows += [Registration(trainee_id=one, **common) for one in chance.sample(people[employer], MOST)]
    TrainingSession.unscoped.bulk_create(sessions, BATCH)
    HalfDay.objects.bulk_create(half_days, BATCH)
    Registration.unscoped.bulk_create(rows, BATCH)


def _held(model: TrainingSession, chance: random.Random) -> tuple[TrainingSession, list[HalfDay]]:
    """A copy that is over, a whole number of weeks before: on working days too."""
    assert model.starts_on
    assert model.ends_on
    weeks = timedelta(weeks=chance.randrange((model.ends_on - today()).days // 7 + 2, 52 * YEARS))
    kept = {field.attname: getattr(model, field.attname) for field in TrainingSession._meta.concrete_fields if not field.primary_key}
    session = TrainingSession(
        **kept | {
            "starts_on": model.starts_on - weeks, "ends_on": model.ends_on - weeks, "status": SessionStatus.CLOSED, "capacity": MOST,
            "confirmed_count": MOST, "waiting_count": 0, "registration_closes_on": None, "cancelled_at": None, "cancellation_reason": "",
        }
    )  # fmt: skip
    days = model.half_days.all()
    return session, [
        HalfDay(session=session, date=one.date - weeks, period=one.period, starts_at=one.starts_at, ends_at=one.ends_at) for one in days
    ]


def _opened(session: TrainingSession) -> datetime:
    assert session.starts_on
    return at_home(session.starts_on - timedelta(days=30), time(9))


def _lines(head: AuditHead, people: People, chance: random.Random) -> Iterator[AuditEntry]:
    """Lines that follow the last one of the chain: people who read the papers of their cooperatives."""
    now, homes = timezone.now(), list(people)
    names, previous = dict(Organisation.objects.values_list("pk", "name")), head.digest
    for rank in range(1, LINES_AT_ONCE + 1):
        home = chance.choice(homes)
        line = AuditEntry(
            seq=head.count + rank, at=now, action="trainings.convention.read", actor_id=chance.choice(people[home]), on_behalf_id=home,
            organisation_id=home, organisation_label=names[home], object_kind="paperwork.trainingagreement", object_id=str(uuid7()),
            object_label=f"CF-{rank}", previous=previous,
        )  # fmt: skip
        line.digest = previous = chain.fingerprint(chain.values_of(line))
        yield line


if __name__ == "__main__":
    write()
