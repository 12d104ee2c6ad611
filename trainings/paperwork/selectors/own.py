"""What a trainee finds of her trainings: her convocations, the hours she followed, her certificates."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from hub.core.accounts.actor import Actor
from hub.core.kit.dates import today
from trainings.attendance.codes import code_of
from trainings.attendance.models import AttendanceSheet
from trainings.attendance.selectors import Attendance, attendance_of
from trainings.paperwork.models import CompletionCertificate, Convocation
from trainings.sessions.enums import RegistrationStatus, SessionStatus
from trainings.sessions.models import HalfDay, Registration, TrainingSession


@dataclass(frozen=True)
class OwnTraining:
    registration: Registration
    attendance: Attendance
    convocation: Convocation | None = None
    certificate: CompletionCertificate | None = None
    clashes: Sequence[TrainingSession] = ()  # where she has a place at the same hours
    closed: frozenset[UUID] = frozenset()  # the half-days of which the sheet is

    @property
    def codes(self) -> list[tuple[HalfDay, str]]:
        """What she types beside her name on the sheets of the next day, today's included, and on those of past days until they are closed.

        Nothing while she waits for a place, nor for a workshop, which nobody signs.
        """
        if self.registration.status != RegistrationStatus.CONFIRMED or self.registration.session.is_workshop:
            return []
        awaited = [row for row in self.registration.session.half_days.all() if row.pk not in self.closed]
        next_day = next((row.date for row in awaited if row.date >= today()), today())
        return [(row, code_of(self.registration, row)) for row in awaited if row.date <= next_day]

    def is_past(self, day: date) -> bool:
        last = self.registration.session.ends_on
        return last is not None and last < day


def own_trainings(actor: Actor) -> list[OwnTraining]:
    """Hers and nobody else's, the latest first; six queries, whatever their number."""
    rows = list(
        Registration.objects.visible_to(actor)
        .active()
        .filter(trainee=actor.user_id)
        .exclude(session__status=SessionStatus.CANCELLED)
        .select_related("session__organisation", "employer")
        .prefetch_related("session__half_days")
        .order_by("-session__starts_on", "pk")
    )
    ids, sessions = [row.pk for row in rows], [row.session_id for row in rows]
    sheets: dict[object, list[AttendanceSheet]] = {}
    closed = AttendanceSheet.unscoped.filter(half_day__session__in=sessions, replaced_by=None, closed_at__isnull=False)
    for sheet in closed.select_related("half_day").order_by("half_day__date", "half_day__starts_at"):
        sheets.setdefault(sheet.half_day.session_id, []).append(sheet)
    told = {one.registration_id: one for one in Convocation.unscoped.filter(registration__in=ids, told_at__isnull=False, cancelled_at=None)}
    held = {
        one.registration_id: one
        for one in CompletionCertificate.unscoped.filter(registration__in=ids, paper__isnull=False).select_related("paper")
    }
    places = _by_day(rows)
    return [
        OwnTraining(
            row, attendance_of(sheets.get(row.session_id, []), [row.pk])[row.pk], told.get(row.pk), held.get(row.pk), _clashes(row.session, places),
            frozenset(sheet.half_day_id for sheet in sheets.get(row.session_id, [])),
        )
        for row in rows
    ]  # fmt: skip


def _by_day(rows: Sequence[Registration]) -> dict[date, list[HalfDay]]:
    """The half-days where she has a place, each knowing its session; no query, they are at hand."""
    found: dict[date, list[HalfDay]] = {}
    for row in rows:
        for one in row.session.half_days.all() if row.status == RegistrationStatus.CONFIRMED else ():
            found.setdefault(one.date, []).append(one)
    return found


def _clashes(session: TrainingSession, held: Mapping[date, Sequence[HalfDay]]) -> list[TrainingSession]:
    """The other sessions, among her own, at the hours of this one."""
    pairs = ((one, two) for one in session.half_days.all() for two in held.get(one.date, ()))
    others = {two.session_id: two.session for one, two in pairs if two.session_id != session.pk and one.overlaps(two)}
    return list(others.values())


def own_convocation(actor: Actor, session_id: UUID) -> Convocation | None:
    rows = Convocation.objects.visible_to(actor).filter(
        registration__trainee=actor.user_id, registration__session=session_id, told_at__isnull=False, cancelled_at=None
    )
    return rows.select_related("registration__session__organisation", "registration__employer", "registration__trainee", "paper").first()
