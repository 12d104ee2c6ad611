"""What a session leaves, once the longest term that a law or a funder sets is over (docs/decisions/0019-term-of-papers.md)."""

from datetime import date

from django.db import transaction
from django.db.models import Exists, OuterRef, Q

from hub.core.accounts.actor import Actor
from hub.core.audit import services as audit
from hub.core.documents import services as documents
from hub.core.papers import services as papers
from trainings.attendance.models import AttendanceSheet, Presence
from trainings.funding.models import FormerAgreement, FundingFile
from trainings.paperwork.models import CompletionCertificate, Convocation, TrainingAgreement
from trainings.sessions.keeping import is_over
from trainings.sessions.models import HalfDay, Registration, TrainingSession


def forget_sessions(on: date) -> int:
    """Remove names and papers of the sessions whose term is over by this day; the session stays, with its counts. Returns how many rows."""
    trainers = TrainingSession.trainers.through._base_manager.values("trainingsession")
    named = Q(Exists(Registration.unscoped.filter(session=OuterRef("pk")))) | Q(pk__in=trainers)
    rows = TrainingSession.unscoped.select_related("organisation").filter(is_over(on)).filter(named).order_by("ends_on", "pk")
    return sum(_forget(session) for session in list(rows))


@transaction.atomic
def _forget(session: TrainingSession) -> int:
    """From what names to what is named: each row is protected by those above it."""
    sheets = AttendanceSheet.unscoped.filter(half_day__session=session)
    own = [
        TrainingAgreement.unscoped.filter(session=session),
        CompletionCertificate.unscoped.filter(registration__session=session),
        Convocation.unscoped.filter(registration__session=session),
    ]
    subjects = [pk for rows in (HalfDay.objects.filter(session=session), *own) for pk in rows.values_list("pk", flat=True)]
    count, _ = Presence.objects.filter(sheet__in=sheets).delete()
    for sheet in sheets.order_by("-version"):  # a correction goes before what it corrects
        count += sheet.delete()[0]
    for rows in own:
        count += rows.delete()[0]
    count += papers.forget(subjects)
    files = FundingFile.unscoped.filter(session=session)
    kept = [
        one for file in files.select_related("agreement_file", "request_file") for one in (file.agreement_file, file.request_file) if one
    ]
    former = FormerAgreement.objects.filter(file__in=files).select_related("document")
    kept += [one.document for one in former]
    former.delete()
    files.update(agreement_file=None, request_file=None, agreed_on=None, opened_by=None)
    count += Registration.unscoped.filter(session=session).delete()[0]
    session.trainers.clear()
    for one in kept:
        documents.delete(one, actor=Actor.system(), reason="terme")
    count += len(kept)
    audit.record("privacy.retention", session, actor=Actor.system(), organisation=session.organisation, data={"rows": count})
    return count
