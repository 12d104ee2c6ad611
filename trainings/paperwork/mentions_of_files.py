"""What OPCO files ask of papers: the mentions that the text of each agreement still lacks, what one was signed for, whether the people were convened."""

from collections.abc import Sequence
from datetime import date
from typing import Any
from uuid import UUID

from django.db.models import Exists, OuterRef

from hub.core.accounts.actor import Actor
from hub.core.kit.dates import local, today
from hub.core.papers.models import IssuedPaper
from hub.core.ui.panels import register
from trainings.funding.models import FundingFile
from trainings.funding.pieces import Piece
from trainings.funding.selectors import AGREED, CONVENED, MENTIONS, terms_now
from trainings.funding.terms import Terms
from trainings.paperwork.kinds import KIND, SUBJECT, is_said
from trainings.paperwork.mentions import missing_mentions
from trainings.paperwork.models import Convocation, TrainingAgreement
from trainings.paperwork.selectors import convention_facts, to_fill
from trainings.sessions.enums import RegistrationStatus
from trainings.sessions.models import BY_PRINTED_NAME, Registration


@register(MENTIONS, "agreements")
def lacking(actor: Actor, files: Sequence[FundingFile]) -> dict[UUID, list[Any]]:
    """By file, the blocking mentions that its agreement lacks, as on the day it was signed, or else today. One query for the names."""
    names = _names(files)
    return {file.pk: list(_pieces(file, names.get((file.session_id, file.employer_id), []), actor)) for file in files}


@register(AGREED, "agreements")
def agreed(actor: Actor, signed: tuple[FundingFile, date]) -> Terms | None:
    """The terms of the agreement that was in force on the day it was signed, None where it says something else than the session does today;
    None when none was established by then: it was written elsewhere."""
    file, day = signed
    about = TrainingAgreement.unscoped.filter(session=file.session, employer=file.employer).values("pk")
    issued = IssuedPaper.unscoped.filter(kind=KIND, subject_kind=SUBJECT, subject_id__in=about).order_by("-issued_at", "-version")
    paper = next((one for one in issued if local(one.issued_at).date() <= day), None)
    if paper is None:
        return None
    names = _names([file]).get((file.session_id, file.employer_id), [])
    said = is_said(paper.data, convention_facts(file.session, file.employer, names, issued_on=day))
    return {name: value if said[name] else None for name, value in terms_now(file).items()}


@register(CONVENED, "convocations")
def convened(actor: Actor, files: Sequence[FundingFile]) -> dict[UUID, bool]:
    """By file, whether everybody whom its employer sends has a convocation. One query."""
    told = Convocation.unscoped.filter(registration=OuterRef("pk"), told_at__isnull=False, cancelled_at=None)
    rows = Registration.unscoped.filter(session__in=[file.session_id for file in files], status=RegistrationStatus.CONFIRMED)
    found: dict[tuple[UUID, UUID], bool] = {}
    for session, employer, is_told in rows.annotate(is_told=Exists(told)).values_list("session", "employer", "is_told"):
        found[session, employer] = found.get((session, employer), True) and is_told
    return {file.pk: found.get((file.session_id, file.employer_id), False) for file in files}


def _names(files: Sequence[FundingFile]) -> dict[tuple[UUID, UUID], list[str]]:
    rows = Registration.unscoped.filter(session__in=[file.session_id for file in files], status=RegistrationStatus.CONFIRMED)
    found: dict[tuple[UUID, UUID], list[str]] = {}
    for row in rows.select_related("trainee").order_by(*BY_PRINTED_NAME):
        found.setdefault((row.session_id, row.employer_id), []).append(row.printed_name)
    return found


def _pieces(file: FundingFile, names: Sequence[str], actor: Actor) -> Sequence[Piece]:
    """Without anybody registered the file says so itself, and with no half-day: those two are not said twice."""
    session, employer = file.session, file.employer
    session.read_programme_text()
    facts = convention_facts(session, employer, names, issued_on=file.agreed_on or today())
    said = {"P02"} if not names else set()
    if session.starts_on is None:
        said |= {"M05", "M06"}
    blocking = [one for one in missing_mentions(facts) if one.is_blocking and one.code not in said]
    filled = [to_fill(one, session, employer, actor) for one in blocking]
    return [
        Piece(one.mention.code, one.mention.label, one.mention.article, one.mention.is_verified, by=one.by, url=one.url) for one in filled
    ]
