from datetime import date
from hashlib import sha256
from pathlib import PurePath

from django.db import transaction

from hub.core.accounts import audiences
from hub.core.accounts.actor import Actor
from hub.core.accounts.models import Accreditation
from hub.core.audit import services as audit
from hub.core.documents import services as documents
from hub.core.documents.models import PrivateFile
from hub.core.kit.dates import date_fr
from hub.core.kit.text import of
from hub.core.papers import services as papers
from hub.core.papers.dossier import Piece, pack
from trainings.funding import rules
from trainings.funding.errors import FileRefused
from trainings.funding.models import FundingFile
from trainings.funding.request import KIND, request_data
from trainings.funding.selectors import employer_facts, names_of, read_file
from trainings.funding.services.files import REQUEST_FILE, lock

AGREEMENT, AMENDMENT, CERTIFICATE = "convention-signee", "avenant-signe", "certificat-qualiopi"


@transaction.atomic
def pack_request(file: FundingFile, *, actor: Actor) -> tuple[str, bytes]:
    """The archive that an employer files its request with, and its name: what its OPCO asks, the signed agreement, the certificate of the
    organiser when the hub holds it. Its leaving is written down.

    Until the request is filed it says what the session is; from then on it is the one that was taken last.
    Raises: FileRefused while pieces are not there, once the file is over, or when what was filed was not taken here and has changed since.
    """
    file = lock(file)
    one = read_file(file, actor)
    if file.is_ended:
        raise FileRefused(f"Ce dossier est « {file.state.label.lower()} » : il n’y a plus de demande à déposer.")
    if file.agreement_file is None or not file.agreement_file.is_served:
        raise FileRefused("La convention signée n’est pas au dossier : la demande part avec elle.")
    if file.session.starts_on is None:
        raise FileRefused("La session n’a plus de jours : la demande les dit.")
    certificate = _certificate(file)
    proof = PrivateFile.objects.visible_to(actor).filter(pk=certificate.proof_id).first() if certificate and certificate.proof_id else None
    former = file.filed_agreement
    signed: list[tuple[str, PrivateFile, date | None]] = (
        [(AGREEMENT, former.document, former.agreed_on)] if former and former.document.is_served else []
    )
    signed.append((AMENDMENT if former else AGREEMENT, file.agreement_file, file.agreed_on))
    kept = [(name, one) for name, one, _ in signed] + ([(CERTIFICATE, proof)] if proof and proof.is_served else [])
    pieces = [
        Piece(f"{name}{PurePath(one.name).suffix.lower()}", b"".join(documents.open_for(one, actor=actor)), {"kind": one.kind})
        for name, one in kept
    ]
    enclosed = [
        f"{'Avenant signé' if name == AMENDMENT else 'Convention de formation signée'} le {date_fr(day, year=True)} ({piece.name})."
        for (name, _, day), piece in zip(signed, pieces, strict=False)
        if day
    ]
    if kept[-1][0] == CERTIFICATE:
        enclosed.append(f"Certificat Qualiopi{of(file.session.organisation.name)}{file.session.organisation.name} ({pieces[-1].name}).")
    facts = employer_facts(file.employer)
    if file.status in rules.BEFORE_FILING or file.request_file is None:
        if one.standing.changed:
            raise FileRefused(
                f"{one.standing.changed} depuis le dépôt, et la demande n’avait pas été prise ici : l’OPCO la garde sur son portail."
            )
        data = request_data(file, facts=facts, opco=one.opco, certificate=certificate, names=names_of(file), enclosed=enclosed)
        page = papers.proof(KIND, data, at=file.updated_at)
        _keep(file, page, actor)
    else:
        page = b"".join(documents.open_for(file.request_file, actor=actor))
    pieces.append(Piece("demande.pdf", page, {"kind": KIND}))
    audit.record("trainings.funding.request", file, actor=actor, organisation=file.employer, data={"count": len(pieces)})
    about = {
        "session": {"id": str(file.session_id), "title": file.session.title},
        "employer": {"name": file.employer.name, "siret": file.employer.siret},
    }
    return f"demande-{file.session.starts_on:%Y-%m-%d}-{file.employer.slug}.zip", pack(pieces, about=about)


def _keep(file: FundingFile, page: bytes, actor: Actor) -> None:
    """The last one that was taken, in the place of the one before; for who follows the employer's files."""
    if file.request_file is not None and file.request_file.sha256 == sha256(page).hexdigest():
        return
    old = documents.hold(file.request_file)
    readers = [audiences.staff(file.employer_id), audiences.funding(file.employer_id)]
    file.request_file = documents.store_bytes(
        "demande.pdf", page, "application/pdf", actor=actor, kind=REQUEST_FILE, audiences=readers, organisation=file.employer
    )
    FundingFile.unscoped.filter(pk=file.pk).update(request_file=file.request_file)  # nothing that others see has changed: no new version
    if old is not None:
        documents.delete(old, actor=actor, reason="remplacée")


def _certificate(file: FundingFile) -> Accreditation | None:
    rows = Accreditation.objects.filter(organisation=file.session.organisation, kind="qualiopi").order_by("-starts_on")
    return next((row for row in rows if file.session.starts_on and row.holds_on(file.session.starts_on)), None)
