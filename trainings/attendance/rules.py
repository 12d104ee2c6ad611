"""Who holds a sheet, and when and how a half-day may be signed."""

from datetime import datetime, time, timedelta

from hub.core.accounts.actor import Actor
from hub.core.kit.dates import at_home, hour_fr
from hub.core.kit.text import fold, one_line
from trainings.attendance.errors import AttendanceRefused, ReasonNeeded, SignatureRefused, TooEarly
from trainings.attendance.hours import Times
from trainings.sessions.enums import SessionStatus
from trainings.sessions.models import HalfDay, TrainingSession
from trainings.sessions.rules import can_manage_session

KEPT_BEFORE = KEPT_AFTER = timedelta(days=1)  # how long before and after its half-day a sheet may lie in the trainer's browser
TICK = timedelta(minutes=1)  # an hour is typed in minutes, and two clocks differ a little
GRACE = timedelta(minutes=15)  # after the end of a half-day; later, a signature needs a reason


def can_hold_sheet(actor: Actor, session: TrainingSession) -> bool:
    """Those who train in the session, and those who manage the sessions of the organisation."""
    return can_manage_session(actor, session) or is_trainer(actor, session)


def is_trainer(actor: Actor, session: TrainingSession) -> bool:
    """Who trains in it, acting now for the organisation that trains: rights end with her membership. Entrepreneurs teach too."""
    acts_for_it = actor.organisation_id == session.organisation_id and actor.agreement_id is None
    return acts_for_it and any(person.pk == actor.user_id for person in session.trainers.all())


def check_begun(half_day: HalfDay, at: datetime) -> None:
    """Raises: TooEarly. Source: CAA Nantes, 1 June 2021: papers signed beforehand prove nothing."""
    if at < half_day.begins_at:
        raise TooEarly(f"Cette demi-journée commence à {hour_fr(half_day.starts_at)} : personne ne signe avant.")


def late_from(half_day: HalfDay) -> datetime:
    return half_day.finishes_at + GRACE


def is_late(half_day: HalfDay, at: datetime) -> bool:
    return at > late_from(half_day)


def may_be_kept(half_day: HalfDay, at: datetime) -> bool:
    """Whether the browser of who trains may keep the sheet, to have it signed without network: around its half-day, when it is signed at all."""
    if half_day.session.is_workshop or half_day.session.status in {SessionStatus.CANCELLED, SessionStatus.DRAFT}:
        return False
    return half_day.begins_at - KEPT_BEFORE <= at < kept_until(half_day)


def kept_until(half_day: HalfDay) -> datetime:
    return half_day.finishes_at + KEPT_AFTER


def check_moment(half_day: HalfDay, at: datetime, *, late_reason: str = "") -> None:
    """Whether the hub may receive a signature, by its own clock: never before the half-day begins; long after its end with a reason.

    Raises: TooEarly, ReasonNeeded.
    """
    check_begun(half_day, at)
    if is_late(half_day, at) and not late_reason.strip():
        raise ReasonNeeded("La demi-journée est finie : dites pourquoi la signature vient après.", "late_reason")


def closing_words(half_day: HalfDay, at: datetime) -> str:
    """Why a sheet cannot be closed yet; empty once its half-day is over: closed before, it would count hours that nobody has followed."""
    if at >= half_day.finishes_at:
        return ""
    return f"La demi-journée se termine à {hour_fr(half_day.ends_at)} : la feuille se clôt à partir de cette heure-là."


def check_over(half_day: HalfDay, at: datetime) -> None:
    """Raises: TooEarly. Source: L6354-1, hours not followed are never invoiced; who leaves early has her own hour of leaving."""
    if words := closing_words(half_day, at):
        raise TooEarly(words)


def check_arrived(half_day: HalfDay, arrived_at: time | None, at: datetime) -> None:
    """Who signs at a moment has come by then. Raises: AttendanceRefused."""
    if arrived_at and at_home(half_day.date, arrived_at) > at + TICK:
        raise AttendanceRefused("Cette heure n’est pas encore là.")


def may_leave(half_day: HalfDay, signed_at: datetime) -> bool:
    """Whether who signed at a moment can have left since then and before the end: her signature says that she was there."""
    return signed_at < half_day.finishes_at


def check_left(half_day: HalfDay, left_at: time, *, signed_at: datetime, at: datetime) -> None:
    """Raises: AttendanceRefused when she is said to have left at the end, before she signed, or later than now."""
    moment = at_home(half_day.date, left_at)
    if left_at >= half_day.ends_at:
        raise AttendanceRefused(f"La demi-journée se termine à {hour_fr(half_day.ends_at)} : un départ plus tôt vient avant.")
    if moment + TICK <= signed_at:
        raise AttendanceRefused(f"La signature est de {hour_fr(signed_at)} : le départ ne vient pas avant.")
    if moment > at + TICK:
        raise AttendanceRefused("Cette heure n’est pas encore là.")


def check_times(times: Times, *, reason: str = "") -> None:
    """Raises: AttendanceRefused when she is said to come after the end or to leave before she came; ReasonNeeded without the reason."""
    start, end = times.arrived_at or times.starts_at, times.left_at or times.ends_at
    if times.arrived_at and not times.starts_at <= times.arrived_at < times.ends_at:
        raise AttendanceRefused(
            f"L’arrivée est entre {hour_fr(times.starts_at)} et {hour_fr(times.ends_at)} ; laissez vide pour une arrivée à l’heure."
        )
    if times.left_at and not times.starts_at < times.left_at <= times.ends_at:
        raise AttendanceRefused(
            f"Le départ est entre {hour_fr(times.starts_at)} et {hour_fr(times.ends_at)} ; laissez vide pour un départ à l’heure."
        )
    if end <= start:
        raise AttendanceRefused("Le départ suit l’arrivée.")
    if (start, end) != (times.starts_at, times.ends_at) and not reason.strip():
        raise ReasonNeeded("Dites pourquoi : retard, départ avant la fin.", "reason")


def is_name_of(typed: str, name: str) -> bool:
    """Whether a name typed as a signature is the person's: accents, case, order and spaces do not matter."""
    return sorted(fold(one_line(typed)).replace("-", " ").split()) == sorted(fold(one_line(name)).replace("-", " ").split())


def check_typed(typed: str, name: str) -> str:
    """Raises: SignatureRefused."""
    if not is_name_of(typed, name):
        raise SignatureRefused(f"Pour signer au clavier, écrivez le nom en entier : {name}.")
    return one_line(typed)
