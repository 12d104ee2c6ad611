"""Where the half-days of a session stand, who has signed, and how many hours each trainee has followed."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from itertools import combinations, pairwise
from uuid import UUID

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.safestring import SafeString

from hub.core.accounts.actor import Actor
from hub.core.audit.models import AuditEntry
from hub.core.kit.dates import date_fr, hour_fr, local, today
from hub.core.kit.text import FIXED, counted
from hub.core.ui.icons import state
from trainings.attendance import facts, rules, strokes
from trainings.attendance.enums import Attended, Method
from trainings.attendance.hours import Followed, counted_minutes
from trainings.attendance.models import AttendanceSheet, Presence
from trainings.sessions.enums import RegistrationStatus, SessionStatus
from trainings.sessions.models import BY_PRINTED_NAME, HalfDay, Registration, TrainingSession

TAKEN_BACK = "trainings.attendance.clear"
TYPING = timedelta(seconds=3)  # for a telephone to be handed on and a name to be typed
LOOK_BACK = timedelta(days=60)  # how long an open sheet stays among what awaits a trainer


def moment_of(moment: datetime, day: date) -> str:
    """«à 12 h 51» of the day itself; «le 28 nov. à 12 h 51» of another, or the hour would stand before its half-day."""
    return f"le {date_fr(moment)} à {hour_fr(moment)}" if local(moment).date() != day else f"à {hour_fr(moment)}"


@dataclass(frozen=True)
class Line:
    """One trainee on a sheet: her registration, and what is said of her so far."""

    half_day: HalfDay
    registration: Registration
    presence: Presence | None = None

    @property
    def state(self) -> SafeString:
        row = self.presence
        if row is None:
            return state("wait", "À pointer")
        if row.attended == Attended.ABSENT:
            return state("bad", "Absence")
        signed = f"{row.words}, signée {moment_of(row.gesture_at, self.half_day.date)}" if row.method and row.gesture_at else row.words
        return state("warn" if row.arrived_at or row.left_at else "ok", signed)

    @property
    def may_leave(self) -> bool:
        """Whether who holds the sheet may note that she left since she signed, or change what was noted."""
        row = self.presence
        if row is None or not row.method or row.gesture_at is None:
            return False
        return bool(row.left_noted_at or not row.left_at) and rules.may_leave(self.half_day, row.gesture_at)

    @property
    def noted(self) -> str:
        """«Départ noté à 11 h 05 par Ana Petit», when it was noted after her signature."""
        row = self.presence
        if row is None or row.left_noted_at is None:
            return ""
        by = f" par {row.left_noted_by.name}" if row.left_noted_by else ""
        return f"Départ noté {moment_of(row.left_noted_at, self.half_day.date)}{by}"


@dataclass(frozen=True)
class Board:
    """The sheet of a half-day as its page shows it."""

    half_day: HalfDay
    sheet: AttendanceSheet | None
    lines: Sequence[Line] = ()
    older: Sequence[AttendanceSheet] = ()

    @property
    def is_closed(self) -> bool:
        return self.sheet is not None and self.sheet.is_closed

    @property
    def waiting(self) -> int:
        return sum(line.presence is None for line in self.lines)

    @property
    def said(self) -> int:
        return len(self.lines) - self.waiting

    def has_begun(self, now: datetime) -> bool:
        return now >= self.half_day.begins_at


def registrations(session_id: UUID) -> QuerySet[Registration]:
    """All those of a session, by name, for whoever holds its sheets."""
    rows = Registration.unscoped.filter(session=session_id)
    return rows.select_related("trainee", "employer").order_by(*BY_PRINTED_NAME)


def expected(session_id: UUID) -> QuerySet[Registration]:
    """Who is to sign: those confirmed today."""
    return registrations(session_id).filter(status=RegistrationStatus.CONFIRMED)


def board(half_day: HalfDay) -> Board:
    """For whoever holds the sheet: those confirmed, and those who signed before they gave their place back."""
    versions = list(AttendanceSheet.unscoped.filter(half_day=half_day).select_related("paper").order_by("-version"))
    sheet = versions[0] if versions else None
    rows = list(sheet.presences.select_related("registration__trainee", "registration__employer", "left_noted_by")) if sheet else []
    said = {row.registration_id: row for row in rows}
    confirmed = list(expected(half_day.session_id)) if sheet is None or not sheet.is_closed else []
    gone = [row.registration for row in rows if row.registration_id not in {one.pk for one in confirmed}]
    everybody = sorted([*confirmed, *gone], key=lambda one: (one.trainee.sort_name, str(one.pk)))
    return Board(half_day, sheet, [Line(half_day, one, said.get(one.pk)) for one in everybody], versions[1:])


def noted_departure(half_day: HalfDay, registration: Registration) -> Line | None:
    """Her line on the current version, when a departure was noted on it after she signed."""
    rows = Presence.objects.filter(sheet__half_day=half_day, sheet__replaced_by=None, registration=registration)
    found = rows.filter(left_noted_at__isnull=False).select_related("left_noted_by").first()
    return Line(half_day, registration, found) if found else None


def was_taken_back(half_day: HalfDay, key: UUID) -> bool:
    """Whether a line that this gesture signed was taken back from a version of the sheet: the trail alone still knows."""
    sheets = [str(pk) for pk in AttendanceSheet.unscoped.filter(half_day=half_day).values_list("pk", flat=True)]
    lines = AuditEntry.objects.filter(object_kind=AttendanceSheet._meta.label_lower, object_id__in=sheets, action=TAKEN_BACK)
    return any(line.details.get("key") == str(key) for line in lines)


@dataclass(frozen=True)
class HalfDayState:
    """One half-day in the list of a session."""

    half_day: HalfDay
    sheet: AttendanceSheet | None
    said: int
    total: int

    def badge(self, now: datetime) -> SafeString:
        if self.sheet and self.sheet.is_closed:
            return state("ok", f"Close {moment_of(self.sheet.closed_at, self.half_day.date)}" if self.sheet.closed_at else "Close")
        if now < self.half_day.begins_at:
            return state("none", f"Ouvre à {hour_fr(self.half_day.starts_at)}")
        tone = "warn" if now > self.half_day.finishes_at else "wait"
        return state(tone, f"À clore, {self.said} sur {self.total}" if tone == "warn" else f"Ouverte, {self.said} sur {self.total}")


def half_day_states(session: TrainingSession) -> list[HalfDayState]:
    """Every half-day of a session with its current sheet. Three queries, whatever their number."""
    half_days = list(session.half_days.all())
    sheets = {
        row.half_day_id: row
        for row in AttendanceSheet.unscoped.filter(half_day__in=half_days, replaced_by=None)
        .select_related("paper")
        .prefetch_related("presences")
    }
    total = expected(session.pk).count()
    found = []
    for half_day in half_days:
        sheet = sheets.get(half_day.pk)
        said = len(sheet.presences.all()) if sheet else 0
        found.append(HalfDayState(half_day, sheet, said, max(total, said)))
    return found


def kept_half_days(actor: Actor, session: TrainingSession, states: Sequence[HalfDayState]) -> list[HalfDay]:
    """Those whose sheet the browser of who trains takes along (rules.may_be_kept)."""
    if not rules.is_trainer(actor, session):
        return []
    now = timezone.now()
    opened = [one.half_day for one in states if not (one.sheet and one.sheet.is_closed)]
    return [half_day for half_day in opened if rules.may_be_kept(half_day, now)]


def closed_sheets(session: TrainingSession) -> list[AttendanceSheet]:
    """The last version of each half-day that is closed, in order."""
    rows = AttendanceSheet.unscoped.filter(half_day__session=session, replaced_by=None, closed_at__isnull=False)
    return list(rows.select_related("half_day__session__organisation", "paper").order_by("half_day__date", "half_day__starts_at"))


def open_half_days(session: TrainingSession) -> list[HalfDay]:
    """Those whose last version is not closed."""
    closed = AttendanceSheet.unscoped.filter(half_day__session=session, replaced_by=None, closed_at__isnull=False)
    return list(session.half_days.exclude(pk__in=closed.values("half_day")))


@dataclass(frozen=True)
class Attendance:
    """What the closed sheets of a session say of one trainee."""

    registration_id: UUID
    half_days: Sequence[tuple[AttendanceSheet, Followed]] = field(default_factory=list)

    @property
    def minutes(self) -> int:
        return counted_minutes(one for _, one in self.half_days)

    @property
    def remote_minutes(self) -> int:
        return counted_minutes(one for _, one in self.half_days if one.is_remote)

    @property
    def refused_minutes(self) -> int:
        """Remote minutes without assistance or assessment: they were followed, and do not count."""
        return sum(one.minutes - one.counted for _, one in self.half_days)

    @property
    def attended(self) -> list[HalfDay]:
        return [sheet.half_day for sheet, one in self.half_days if one.counted]


def attendance_of(sheets: Sequence[AttendanceSheet], registrations: Sequence[UUID]) -> dict[UUID, Attendance]:
    """By registration, what closed sheets say; pure reading of what was closed, no query."""
    found = {}
    for pk in registrations:
        lines = [(sheet, facts.followed(sheet.content or {"lines": []}, str(pk))) for sheet in sheets]
        found[pk] = Attendance(pk, [(sheet, one) for sheet, one in lines if one is not None])
    return found


def same_drawings(sheets: Sequence[AttendanceSheet]) -> list[str]:
    """Sentences for each drawing used twice: by two people, or by one for two half-days. A hand never draws the same twice."""
    rows = Presence.objects.filter(sheet__in=[sheet.pk for sheet in sheets], method=Method.DRAWN)
    shapes = [
        (row.registration.printed_name, row.sheet.audit_label, strokes.shape(row.strokes))
        for row in rows.select_related("registration__trainee", "sheet__half_day").order_by("sheet__half_day__date", "signed_at")
    ]
    return [
        f"{name} ({when}) et {other} ({then}) : le même tracé."
        for (name, when, one), (other, then, two) in combinations(shapes, 2)
        if strokes.is_near(one, two)
    ]


def typed_in_a_row(sheets: Sequence[AttendanceSheet]) -> list[str]:
    """Sentences for the sheets where one name was typed right after another (training-funding § 1.6: never «à la chaîne»): by the clock of the
    telephone when it had no network."""
    rows = Presence.objects.filter(sheet__in=[sheet.pk for sheet in sheets], method__in=[Method.TYPED, Method.CODED]).select_related(
        "sheet__half_day"
    )
    moments: dict[AttendanceSheet, list[datetime]] = defaultdict(list)
    for row in rows:
        moments[row.sheet].append(row.device_at or row.signed_at)  # type: ignore[arg-type]  # a typed name has a moment
    counts = {sheet: _near_another(found) for sheet, found in moments.items()}
    return [
        f"{sheet.audit_label} : {counted(count, 'nom tapé', 'noms tapés')} à moins de {TYPING.seconds}{FIXED}secondes l’un de l’autre."
        for sheet, count in counts.items()
        if count
    ]


def _near_another(moments: Iterable[datetime]) -> int:
    """How many of these moments have another one right before or right after them."""
    found = sorted(moments)
    near = [after - before < TYPING for before, after in pairwise(found)]
    return sum(before or after for before, after in zip([False, *near], [*near, False], strict=True)) if found else 0


def sheets_due(actor: Actor) -> list[HalfDay]:
    """Half-days begun that await a trainer of the organisation acted for: to have signed, then to close."""
    if actor.organisation_id is None or actor.agreement_id is not None:
        return []
    now = timezone.now()
    closed = AttendanceSheet.unscoped.filter(replaced_by=None, closed_at__isnull=False)
    rows = HalfDay.objects.filter(
        session__trainers=actor.user_id, session__organisation=actor.organisation_id, session__confirmed_count__gt=0,
        session__status__in=[SessionStatus.OPEN, SessionStatus.CLOSED], date__lte=local(now).date(), date__gt=today() - LOOK_BACK,
    ).exclude(pk__in=closed.values("half_day"))  # fmt: skip
    shown = rows.select_related("session").only("date", "period", "starts_at", "session__title")
    return [row for row in shown.order_by("date", "starts_at") if now >= row.begins_at]
