from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.utils import timezone

from hub.core.accounts.actor import Actor
from hub.core.audit import services as audit
from hub.core.kit.dates import local
from hub.core.papers import services as papers
from hub.core.papers.errors import DataRefused
from hub.core.papers.models import IssuedPaper
from trainings.attendance.selectors import Attendance, attendance_of
from trainings.paperwork.certificates import KIND, SUBJECT, certificate_data
from trainings.paperwork.errors import CertificateRefused
from trainings.paperwork.models import CompletionCertificate
from trainings.paperwork.selectors.certificates import Ground, certificate_facts, ground, on_sheets
from trainings.paperwork.services.in_force import put_in_force
from trainings.sessions.models import Registration, TrainingSession


@dataclass(frozen=True)
class CertificateResult:
    registration: Registration
    paper: IssuedPaper | None = None
    is_new: bool = False
    refusal: str = ""


def issue_certificates(session: TrainingSession, *, actor: Actor, employer_id: Any = None) -> list[CertificateResult]:
    """One certificate per trainee who followed something; those that hold keep their number and digest.

    Outside any transaction: the typesetter works before the write lock is taken (hub.core.papers.services).
    Raises: CertificateRefused before the end of the session, while a sheet is open, or for a workshop.
    """
    found = ground(session)
    if found.blocks:
        raise CertificateRefused(" ".join(found.blocks))
    rows = [row for row in on_sheets(found) if employer_id is None or row.employer_id == employer_id]
    hours = attendance_of(found.sheets, [row.pk for row in rows])
    return [_issue(found, row, hours[row.pk], actor) for row in rows if hours[row.pk].minutes or _paper_of(row)]


def _paper_of(row: Registration) -> IssuedPaper | None:
    held = CompletionCertificate.unscoped.filter(registration=row).select_related("paper").first()
    return held.paper if held else None


def _issue(ground: Ground, row: Registration, attended: Attendance, actor: Actor) -> CertificateResult:
    try:
        held, _ = CompletionCertificate.unscoped.get_or_create(registration=row)
        last, now = papers.latest(KIND, SUBJECT, held.pk), timezone.now()
        data = certificate_data(certificate_facts(ground, row, attended, issued_on=local(last.issued_at if last else now).date()))
        if last and data != last.data:
            data = certificate_data(certificate_facts(ground, row, attended, issued_on=local(now).date()))
            last = None
        issued = papers.reissue_or_same(
            KIND, data, actor=actor, subject_kind=SUBJECT, subject_id=held.pk, organisation=ground.session.organisation,
            issued_at=last.issued_at if last else now,
        )  # fmt: skip
    except (CertificateRefused, DataRefused) as refusal:
        return CertificateResult(row, refusal=str(refusal))
    if held.paper_id != issued.paper.pk:
        put_in_force(held, issued.paper)
    return CertificateResult(row, issued.paper, issued.is_new)


def read_certificate(certificate: CompletionCertificate, *, actor: Actor) -> bytes:
    """The sealed file, its reading written down."""
    if certificate.paper is None:
        raise CertificateRefused("Ce certificat n’est pas encore établi.")
    with transaction.atomic():
        employer = certificate.registration.employer
        audit.record("trainings.certificate.read", certificate, actor=actor, organisation=employer, label=certificate.paper.number)
    return papers.sealed_file(certificate.paper)
