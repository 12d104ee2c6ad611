"""Where the certificates of a session stand: what its closed sheets give, what is missing, what is established."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.urls import reverse
from django.utils import timezone
from django.utils.safestring import SafeString

from hub.core.accounts import rules as accounts
from hub.core.accounts.actor import Actor
from hub.core.kit.dates import date_fr, local
from hub.core.kit.text import counted
from hub.core.papers.errors import DataRefused
from hub.core.papers.models import IssuedPaper
from hub.core.ui.icons import state
from trainings.attendance.models import AttendanceSheet
from trainings.attendance.selectors import Attendance, attendance_of, closed_sheets, open_half_days
from trainings.paperwork.certificates import CertificateFacts, Lacking, certificate_data, lacking
from trainings.paperwork.errors import CertificateRefused
from trainings.paperwork.models import CompletionCertificate
from trainings.paperwork.selectors.agreements import party
from trainings.sessions.enums import RegistrationStatus
from trainings.sessions.models import BY_PRINTED_NAME, HalfDay, Registration, TrainingSession


@dataclass(frozen=True)
class Ground:
    """What all certificates of a session stand on. `blocks`: sentences for what stops them all."""

    session: TrainingSession
    sheets: Sequence[AttendanceSheet]
    waiting: Sequence[HalfDay]
    is_over: bool
    lacking: Sequence[Lacking]

    @property
    def blocks(self) -> list[str]:
        found = []
        if self.session.is_workshop:
            found.append("Un atelier ne donne pas lieu à un certificat.")
        elif self.session.is_cancelled:
            found.append("Cette session est annulée.")
        elif not self.is_over:
            found.append("La session n’est pas finie : un certificat dit les heures vraiment suivies.")
        elif self.waiting:
            found.append(f"{counted(len(self.waiting), 'demi-journée n’est pas close', 'demi-journées ne sont pas closes')}.")
        return found

    @property
    def is_ready(self) -> bool:
        return not self.blocks and not self.lacking


def ground(session: TrainingSession, now: datetime | None = None) -> Ground:
    half_days = list(session.half_days.all())
    over = bool(half_days) and all((now or timezone.now()) >= row.finishes_at for row in half_days)
    return Ground(session, closed_sheets(session), open_half_days(session), over, lacking(party(session.organisation)))


def certificate_facts(ground: Ground, registration: Registration, attended: Attendance, *, issued_on: date) -> CertificateFacts:
    """Raises: CertificateRefused when nothing was followed."""
    if not attended.attended:
        raise CertificateRefused(f"{registration.printed_name} n’a suivi aucune heure : pas de certificat.")
    days = [row.date for row in attended.attended]
    return CertificateFacts(
        provider=party(ground.session.organisation),
        trainee=registration.printed_name,
        employer=registration.employer.name,
        title=ground.session.title,
        first_on=min(days),
        last_on=max(days),
        minutes=attended.minutes,
        remote_minutes=attended.remote_minutes,
        half_days=len(days),
        issued_on=issued_on,
        signed_at=ground.session.organisation.city,
    )


def on_sheets(ground: Ground) -> list[Registration]:
    """Everybody confirmed or on a closed sheet: who gave her place back after some hours has followed them all the same."""
    seen = {UUID(line["registration"]) for sheet in ground.sheets for line in (sheet.content or {}).get("lines", ())}
    rows = Registration.unscoped.filter(session=ground.session).select_related("trainee", "employer").order_by(*BY_PRINTED_NAME)
    return [row for row in rows if row.pk in seen or row.status == RegistrationStatus.CONFIRMED]


@dataclass(frozen=True)
class CertificateStanding:
    """Where one trainee's certificate stands."""

    registration: Registration
    attendance: Attendance
    paper: IssuedPaper | None
    is_ready: bool
    has_changed: bool = False

    @property
    def state(self) -> tuple[str, str]:
        issued = f"Établi le {date_fr(self.paper.issued_at)}" if self.paper else ""
        if self.paper and self.has_changed:
            return "adapt", f"{issued}, à établir de nouveau"
        if issued:
            return "ok", issued
        if self.is_ready and not self.attendance.minutes:
            return "none", "Aucune heure suivie, pas de certificat"
        return ("wait", "Prêt à établir") if self.is_ready else ("none", "Pas encore")

    @property
    def badge(self) -> SafeString:
        return state(*self.state)

    @property
    def can_be_issued(self) -> bool:
        return self.is_ready and bool(self.attendance.minutes) and (self.paper is None or self.has_changed)


def certificate_standings(ground: Ground, actor: Actor) -> list[CertificateStanding]:
    """Those that the actor may see: all for the organisation that trains, its people for an employer, hers for a trainee."""
    shown = set(Registration.objects.visible_to(actor).filter(session=ground.session).values_list("pk", flat=True))
    rows = [row for row in on_sheets(ground) if row.pk in shown]
    papers = {
        one.registration_id: one.paper
        for one in CompletionCertificate.unscoped.filter(registration__in=[row.pk for row in rows]).select_related("paper__replaces")
    }
    hours = attendance_of(ground.sheets, [row.pk for row in rows])
    return [_standing(ground, row, hours[row.pk], papers.get(row.pk)) for row in rows]


def _standing(ground: Ground, row: Registration, attended: Attendance, paper: IssuedPaper | None) -> CertificateStanding:
    changed = paper is not None and not is_printed(ground, row, attended, paper)
    return CertificateStanding(row, attended, paper, ground.is_ready, changed)


def is_printed(ground: Ground, row: Registration, attended: Attendance, paper: IssuedPaper) -> bool:
    """Whether a certificate says what the closed sheets give, word for word."""
    try:
        return certificate_data(certificate_facts(ground, row, attended, issued_on=local(paper.issued_at).date())) == paper.data
    except (CertificateRefused, DataRefused):
        return False


@dataclass(frozen=True)
class ToEnter:
    """Something that stops all certificates, and for a reader who may, the address where it is put right."""

    words: str
    url: str = ""
    article: str = ""


def to_enter(ground: Ground, actor: Actor) -> list[ToEnter]:
    session = ground.session
    found = [ToEnter(words) for words in ground.blocks]
    found += [
        ToEnter(f"{row.day_words}, {row.get_period_display()} : feuille à clore", reverse("attendance:sheet", args=[session.pk, row.pk]))
        for row in (ground.waiting if ground.is_over else ())
    ]
    may = accounts.can_manage_organisation(actor, session.organisation)
    edit = reverse("cooperatives:edit", args=[session.organisation.slug]) if may else ""
    return [*found, *(ToEnter(f"{one.code}, {one.label}", edit, one.article) for one in ground.lacking)]
