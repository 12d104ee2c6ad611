from django.db import transaction

from hub.core.accounts.actor import Actor
from hub.core.accounts.models import Organisation
from hub.core.audit import services as audit
from hub.core.papers import services as papers
from hub.core.papers.dossier import Piece, pack
from hub.core.papers.errors import DataRefused
from trainings.attendance.services import issue_paper
from trainings.paperwork.errors import CertificateRefused, DossierRefused
from trainings.paperwork.selectors.certificates import ground
from trainings.paperwork.selectors.dossiers import Contents, dossier_of
from trainings.paperwork.services.agreements import issue_agreement
from trainings.paperwork.services.certificates import issue_certificates
from trainings.sessions.models import TrainingSession


def complete_dossier(session: TrainingSession, employer: Organisation, *, actor: Actor) -> list[str]:
    """Establish what can be of one employer's papers; returns why the rest cannot. Outside any transaction."""
    refusals = []
    if not session.is_workshop and employer.pk != session.organisation_id:
        agreement = issue_agreement(session, employer, actor=actor)
        if not agreement.is_issued:
            why = agreement.refusal or "il manque " + " ; ".join(f"{one.code} {one.label} ({one.article})" for one in agreement.missing)
            refusals.append(f"Convention : {why}.")
    for sheet in ground(session).sheets:
        try:
            issue_paper(sheet, actor=actor)
        except DataRefused as refusal:
            refusals.append(f"{sheet.audit_label.capitalize()} : {refusal}")
    try:
        results = issue_certificates(session, actor=actor, employer_id=employer.pk)
    except CertificateRefused as refusal:
        return [*refusals, str(refusal)]
    return [*refusals, *(one.refusal for one in results if one.refusal)]


def pack_dossier(session: TrainingSession, employer: Organisation, *, actor: Actor) -> tuple[str, bytes]:
    """The archive of one employer's proof, and its file name; its leaving is written down. Raises: DossierRefused."""
    contents = dossier_of(ground(session), employer)
    if not contents.is_whole:
        raise DossierRefused(contents.missing or ["Aucune pièce n’est établie."])
    archive = pack(_pieces(contents), about=_about(session, employer))
    with transaction.atomic():
        audit.record(
            "trainings.dossier.read",
            session,
            actor=actor,
            organisation=employer,
            data={"employer": str(employer.pk), "count": len(contents.papers)},
        )
    return f"dossier-{session.starts_on:%Y-%m-%d}-{employer.slug}.zip", archive


def _pieces(contents: Contents) -> list[Piece]:
    return [
        Piece(
            name,
            papers.sealed_file(paper),
            {
                "kind": paper.kind,
                "number": paper.number,
                "version": str(paper.version),
                "issued_at": paper.issued_at.isoformat(),
                "sha256_before_seal": paper.sha256,
            },
        )
        for name, paper in contents.papers
    ]


def _about(session: TrainingSession, employer: Organisation) -> dict[str, object]:
    return {
        "session": {"id": str(session.pk), "title": session.title, "starts_on": str(session.starts_on), "ends_on": str(session.ends_on)},
        "provider": {"name": session.organisation.name, "siret": session.organisation.siret, "nda": session.organisation.nda_number},
        "employer": {"name": employer.name, "siret": employer.siret},
    }
