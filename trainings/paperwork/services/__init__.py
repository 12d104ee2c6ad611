from trainings.paperwork.services.agreements import (
    AgreementResult,
    issue_agreement,
    issue_agreements,
    read_agreement,
    say_signed,
    unsay_signed,
)
from trainings.paperwork.services.certificates import issue_certificates, read_certificate
from trainings.paperwork.services.convocations import cancel_convocations, read_convocation, send_convocations
from trainings.paperwork.services.dossiers import complete_dossier, pack_dossier
from trainings.paperwork.services.retention import forget_sessions

__all__ = [
    "AgreementResult", "cancel_convocations", "complete_dossier", "forget_sessions", "issue_agreement", "issue_agreements", "issue_certificates",
    "pack_dossier", "read_agreement", "read_certificate", "read_convocation", "say_signed", "send_convocations", "unsay_signed",
]  # fmt: skip
