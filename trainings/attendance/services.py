"""The verbs of a sheet: each holds the row of the half-day, so that two telephones write one after the other."""

from contextlib import nullcontext
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from hub.core.accounts.actor import Actor
from hub.core.audit import services as audit
from hub.core.kit.dates import hour_fr
from hub.core.kit.text import joined
from hub.core.papers import services as papers
from hub.core.papers.models import IssuedPaper
from trainings.attendance import codes, facts, rules
from trainings.attendance.enums import Attended, Cause, Method
from trainings.attendance.errors import AlreadySigned, AttendanceRefused, SheetIsClosed, SheetIsIncomplete, SignatureRefused
from trainings.attendance.hours import Times
from trainings.attendance.kinds import KIND, sheet_data
from trainings.attendance.models import AttendanceSheet, Presence
from trainings.attendance.selectors import TAKEN_BACK, expected, was_taken_back
from trainings.attendance.strokes import Strokes
from trainings.sessions.enums import RegistrationStatus, SessionStatus
from trainings.sessions.models import HalfDay, Registration

SUBJECT = "trainings.attendance"
SKEW = timedelta(minutes=5)  # a telephone's clock may be that much ahead


@dataclass(frozen=True)
class Signature:
    """Drawn or typed, one of the two, a trainee's with her code; `key` and `device_at` come from a device that kept it while there was no network."""

    strokes: Strokes = field(default_factory=list)
    typed: str = ""
    code: str = ""
    key: UUID | None = None
    device_at: datetime | None = None

    def checked(self, name: str) -> dict[str, Any]:
        """The columns of a line. Raises: SignatureRefused when it is nobody's, or another's."""
        if self.strokes:
            return {"method": Method.DRAWN, "strokes": self.strokes, "typed_name": ""}
        if not self.typed.strip():
            raise SignatureRefused("Signez dans le cadre, ou écrivez le nom en entier.")
        return {"method": Method.TYPED, "strokes": [], "typed_name": rules.check_typed(self.typed, name)}


@dataclass(frozen=True)
class Hours:
    """When somebody really came and left, with the reason; and why she signs after the end."""

    arrived_at: time | None = None
    left_at: time | None = None
    reason: str = ""
    late_reason: str = ""


def _held(half_day: HalfDay) -> HalfDay:
    return (
        HalfDay.objects.select_for_update(of=("self",), no_key=True).select_related("session", "session__organisation").get(pk=half_day.pk)
    )


def _open_sheet(half_day: HalfDay) -> AttendanceSheet:
    """The sheet being signed, begun at the first gesture. The half-day's row must be held."""
    if half_day.session.status in {SessionStatus.CANCELLED, SessionStatus.DRAFT}:
        raise AttendanceRefused("Cette session n’a pas lieu : personne ne signe.")
    sheet = AttendanceSheet.unscoped.filter(half_day=half_day, replaced_by=None).first()
    if sheet is None:
        sheet = AttendanceSheet.unscoped.create(half_day=half_day)
        HalfDay.objects.filter(pk=half_day.pk).update(signing_began_at=timezone.now())
    if sheet.is_closed:
        raise SheetIsClosed("Cette feuille est close : elle ne change plus. Une correction en fait une nouvelle version.")
    sheet.half_day = half_day
    return sheet


def _check_person(half_day: HalfDay, registration: Registration) -> None:
    if registration.session_id != half_day.session_id or registration.status != RegistrationStatus.CONFIRMED:
        raise AttendanceRefused("Cette personne n’a pas de place confirmée dans la session.")


def _same_gesture(half_day: HalfDay, registration: Registration, key: UUID) -> Presence | None:
    """The line of the current version that this gesture signed. Raises: AlreadySigned when it signed another's, or was taken back since."""
    signed = Presence.objects.filter(sheet__half_day=half_day, key=key)
    if repeat := signed.filter(sheet__replaced_by=None, registration=registration).first():
        return repeat
    if signed.exclude(registration=registration).exists():
        raise AlreadySigned("Cette signature est celle d’une autre personne : signez de nouveau.")
    if signed.exists() or was_taken_back(half_day, key):
        raise AlreadySigned("Cette signature a été retirée de la feuille : signez de nouveau.")
    return None


def sign(half_day: HalfDay, registration: Registration, *, signature: Signature, hours: Hours, actor: Actor) -> Presence:
    """One trainee signs for one half-day; the same gesture sent again changes nothing, and signs nothing else.

    The server's time decides whether it is late. That of a telephone which had no network, which anybody can write, is kept beside it: it is
    never before the half-day and never later than now, and spares nobody the reason.
    Raises: TooEarly, ReasonNeeded, SignatureRefused, AlreadySigned, SheetIsClosed, AttendanceRefused.
    """
    with_code = bool(signature.typed.strip()) and not signature.strokes and not half_day.session.is_workshop
    with codes.trying(registration) if with_code else nullcontext(0) as number:
        return _sign(half_day, registration, signature=signature, hours=hours, number=number, actor=actor)


@transaction.atomic
def _sign(half_day: HalfDay, registration: Registration, *, signature: Signature, hours: Hours, number: int, actor: Actor) -> Presence:
    held = _held(half_day)
    if signature.key and (repeat := _same_gesture(held, registration, signature.key)):
        return repeat
    now = timezone.now()
    device_at = signature.device_at if signature.device_at and signature.device_at <= now + SKEW else None
    rules.check_begun(held, min(device_at or now, now))
    rules.check_moment(held, now, late_reason=hours.late_reason)
    sheet = _open_sheet(held)
    _check_person(held, registration)
    rules.check_times(Times(held.starts_at, held.ends_at, hours.arrived_at, hours.left_at), reason=hours.reason)
    rules.check_arrived(held, hours.arrived_at, device_at or now)
    before = Presence.objects.filter(sheet=sheet, registration=registration).first()
    if before and before.attended == Attended.PRESENT:
        raise AlreadySigned(f"{registration.trainee.name} a déjà signé cette demi-journée.")
    columns = {"attended": Attended.PRESENT, "signed_at": now, "device_at": device_at, "noted_by_id": actor.user_id, "key": signature.key}
    if not held.session.is_workshop:
        columns |= signature.checked(registration.trainee.name)
        if columns["method"] == Method.TYPED:
            codes.check(registration, held, signature.code, number=number)  # last: what is refused anyway teaches nothing of the code
            columns["method"] = Method.CODED
    columns |= {
        "arrived_at": hours.arrived_at,
        "left_at": hours.left_at,
        "reason": hours.reason.strip(),
        "late_reason": hours.late_reason.strip() if rules.is_late(held, now) else "",
    }
    row, _ = Presence.objects.update_or_create(sheet=sheet, registration=registration, defaults=columns)
    audit.record(
        "trainings.attendance.sign", sheet, actor=actor, organisation=held.session.organisation,
        data={
            "registration": str(registration.pk), "before": before.attended if before else None, "after": row.attended, "method": str(row.method),
            "late": bool(row.late_reason), "offline": device_at is not None,
        },
    )  # fmt: skip
    return row


def send_code(half_day: HalfDay, registration: Registration, *, actor: Actor) -> None:
    """Her code to the trainee's own address, for who has it not at hand. Raises: AttendanceRefused, CodeRefused when sent too often."""
    if half_day.session.is_workshop or half_day.session.status in {SessionStatus.CANCELLED, SessionStatus.DRAFT}:
        raise AttendanceRefused("Personne ne signe cette demi-journée.")
    _check_person(half_day, registration)
    with transaction.atomic():
        codes.send(registration, half_day)
        audit.record(
            "trainings.attendance.code", half_day.session, actor=actor, organisation=half_day.session.organisation,
            data={"registration": str(registration.pk)},
        )  # fmt: skip


@transaction.atomic
def mark_absent(half_day: HalfDay, registration: Registration, *, reason: str, actor: Actor) -> Presence:
    """Somebody did not come, and why; not before the half-day begins. Raises: TooEarly, AlreadySigned, SheetIsClosed, ReasonNeeded."""
    held = _held(half_day)
    rules.check_moment(held, timezone.now(), late_reason="absence")
    sheet = _open_sheet(held)
    _check_person(held, registration)
    before = Presence.objects.filter(sheet=sheet, registration=registration).first()
    if before and before.attended == Attended.PRESENT:
        raise AlreadySigned(f"{registration.trainee.name} a signé : retirez d’abord sa signature.")
    columns = {"attended": Attended.ABSENT, "reason": reason.strip(), "noted_by_id": actor.user_id}
    row, _ = Presence.objects.update_or_create(sheet=sheet, registration=registration, defaults=columns)
    audit.record(
        "trainings.attendance.absent", sheet, actor=actor, organisation=held.session.organisation,
        data={"registration": str(registration.pk), "before": before.attended if before else None, "after": row.attended},
    )  # fmt: skip
    return row


@transaction.atomic
def note_departure(half_day: HalfDay, registration: Registration, *, left_at: time | None, reason: str, actor: Actor) -> Presence:
    """She signed, then left before the end: her signature stands, and only the time that she was there counts. Without an hour the note is
    taken back; without a reason the one noted before stays. An hour that she signed herself is hers: nobody writes over it.

    Raises: SheetIsClosed, ReasonNeeded, AttendanceRefused.
    """
    held, now = _held(half_day), timezone.now()
    row = Presence.objects.filter(sheet__half_day=held, sheet__replaced_by=None, registration=registration).exclude(method="").first()
    if row is None or row.gesture_at is None:  # nothing to write on begins no sheet
        raise AttendanceRefused(f"{registration.trainee.name} n’a pas signé cette demi-journée : l’heure du départ se dit en signant.")
    sheet = _open_sheet(held)
    if row.left_at and not row.left_noted_at:
        raise AttendanceRefused(
            f"{registration.trainee.name} a signé en disant partir à {hour_fr(row.left_at)} : retirez d’abord sa signature."
        )
    reason = reason.strip() or row.left_reason
    if left_at:
        rules.check_times(Times(held.starts_at, held.ends_at, row.arrived_at, left_at), reason=reason)
        rules.check_left(held, left_at, signed_at=row.gesture_at, at=now)
    before, row.left_at, row.left_reason = row.left_at, left_at, reason if left_at else ""
    row.left_noted_at, row.left_noted_by_id = (now, actor.user_id) if left_at else (None, None)
    row.save(update_fields=["left_at", "left_reason", "left_noted_at", "left_noted_by", "updated_at"])
    audit.record(
        "trainings.attendance.left", sheet, actor=actor, organisation=held.session.organisation,
        data={
            "registration": str(registration.pk), "before": before and before.isoformat("minutes"),
            "after": left_at and left_at.isoformat("minutes"),
        },
    )  # fmt: skip
    return row


@transaction.atomic
def clear_line(half_day: HalfDay, registration: Registration, *, cause: Cause, actor: Actor) -> None:
    """Take back a line written by mistake, while the sheet is open; the trail keeps that it was, why, and the gesture, which signs no more."""
    held = _held(half_day)
    row = Presence.objects.filter(sheet__half_day=held, sheet__replaced_by=None, registration=registration).first()
    if row:  # nothing to take back begins no sheet: a half-day that is begun keeps its day, and its session stands
        sheet = _open_sheet(held)
        row.delete()
        audit.record(
            TAKEN_BACK, sheet, actor=actor, organisation=held.session.organisation,
            data={
                "registration": str(registration.pk), "before": row.attended, "after": None, "cause": cause, "key": str(row.key or ""),
            },
        )  # fmt: skip


@transaction.atomic
def close_sheet(half_day: HalfDay, *, signature: Signature, actor: Actor, assistance: str = "", assessment: str = "") -> AttendanceSheet:
    """The trainer signs and closes: what the sheet says is fixed, with its digest in the audit trail. Closing twice changes nothing more.

    Raises: TooEarly, SheetIsIncomplete, SignatureRefused, SheetIsClosed, AttendanceRefused when she is no trainer of the session or was elsewhere.
    """
    held = _held(half_day)
    sheet = _open_sheet(held)
    rules.check_over(held, timezone.now())  # the hub's clock, as closing needs the network
    people = list(expected(held.session_id))
    rows = list(
        sheet.presences.select_related("registration__trainee", "registration__employer", "left_noted_by").order_by(
            "registration__trainee__sort_name", "pk"
        )
    )
    if waiting := [row.trainee.name for row in people if row.pk not in {line.registration_id for line in rows}]:
        raise SheetIsIncomplete(f"Il reste à dire pour {joined(waiting)} : présence signée, ou absence avec son motif.")
    if not rows:
        raise SheetIsIncomplete("Personne n’est sur cette feuille.")
    if not rules.is_trainer(actor, held.session):
        raise AttendanceRefused("La feuille est signée par qui forme : ajoutez-vous aux formatrices et formateurs de la session.")
    _check_elsewhere(held, actor)
    sheet.assistance, sheet.assessment = assistance.strip(), assessment.strip()
    sheet.closed_at, sheet.trainer_id, sheet.trainer_name = timezone.now(), actor.user_id, actor.name
    if not held.session.is_workshop:
        signed = signature.checked(actor.name)
        sheet.trainer_method, sheet.trainer_strokes, sheet.trainer_typed = signed["method"], signed["strokes"], signed["typed_name"]
    sheet.content = facts.content_of(sheet, rows)
    sheet.digest = facts.digest(sheet.content)
    sheet.save()
    audit.record(
        "trainings.attendance.close", sheet, actor=actor, organisation=held.session.organisation,
        data={"sha256": sheet.digest, "version": sheet.version},
    )  # fmt: skip
    return sheet


def _check_elsewhere(half_day: HalfDay, actor: Actor) -> None:
    """Nobody trains in two rooms at once."""
    others = AttendanceSheet.unscoped.filter(
        trainer=actor.user_id, replaced_by=None, half_day__date=half_day.date,
        half_day__starts_at__lt=half_day.ends_at, half_day__ends_at__gt=half_day.starts_at,
    ).exclude(half_day=half_day)  # fmt: skip
    if other := others.select_related("half_day__session").first():
        raise AttendanceRefused(f"Vous avez signé à la même heure la feuille de « {other.half_day.session.title} ».")


@transaction.atomic
def correct_sheet(half_day: HalfDay, *, reason: str, actor: Actor) -> AttendanceSheet:
    """A new version, open, with the lines of the closed one; the closed one stays as it was. Raises: AttendanceRefused while none is closed."""
    held = _held(half_day)
    last = AttendanceSheet.unscoped.filter(half_day=held, replaced_by=None).first()
    if last is None or not last.is_closed:
        raise AttendanceRefused("Cette feuille est encore ouverte : changez-la directement.")
    sheet = AttendanceSheet.unscoped.create(
        half_day=held,
        version=last.version + 1,
        replaces=last,
        correction_reason=reason.strip(),
        assistance=last.assistance,
        assessment=last.assessment,
    )
    for row in last.presences.all():
        row.pk, row.sheet, row._state.adding = None, sheet, True
        row.id = Presence._meta.get_field("id").get_default()
        row.save(force_insert=True)
    audit.record(
        "trainings.attendance.correct", sheet, actor=actor, organisation=held.session.organisation,
        data={"has_reason": True, "version": sheet.version, "before": last.digest},
    )  # fmt: skip
    return sheet


def issue_paper(sheet: AttendanceSheet, *, actor: Actor) -> IssuedPaper | None:
    """The PDF of a closed sheet, or the one that it has: same content, same number. None for a workshop, which has no paper.

    Outside any transaction: the typesetter works before the write lock is taken (hub.core.papers.services).
    """
    session = sheet.half_day.session
    if not sheet.is_closed or session.is_workshop:
        return None
    if sheet.paper is None and not AttendanceSheet.unscoped.filter(replaces=sheet).exists():
        issued = papers.reissue_or_same(
            KIND, sheet_data(sheet), actor=actor, subject_kind=SUBJECT, subject_id=sheet.half_day_id, organisation=session.organisation,
            issued_at=sheet.closed_at,
        )  # fmt: skip
        sheet.paper = issued.paper
        AttendanceSheet.unscoped.filter(pk=sheet.pk).update(paper=issued.paper)
    return sheet.paper


def read_paper(sheet: AttendanceSheet, *, actor: Actor) -> bytes:
    """The sealed file, its reading written down."""
    if sheet.paper is None:
        raise AttendanceRefused("Le PDF de cette feuille n’est pas encore établi.")
    with transaction.atomic():
        audit.record(
            "trainings.attendance.read", sheet, actor=actor, organisation=sheet.half_day.session.organisation, label=sheet.paper.number
        )
    return papers.sealed_file(sheet.paper)
