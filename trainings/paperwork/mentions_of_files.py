"""What OPCO files ask of papers: the mentions that the text of each agreement still lacks, and whether the people were convened."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.db.models import Exists, OuterRef

from hub.core.accounts.actor import Actor
from hub.core.kit.dates import today
from hub.core.ui.panels import register
from trainings.funding.models import FundingFile
from trainings.funding.pieces import Piece
from trainings.funding.selectors import CONVENED, MENTIONS
from trainings.paperwork.mentions import missing_mentions
from trainings.paperwork.models import Convocation
from trainings.paperwork.selectors import convention_facts, to_fill
from trainings.sessions.enums import RegistrationStatus
from trainings.sessions.models import BY_PRINTED_NAME, Registration


@register(MENTIONS, "agreements")
def lacking(actor: Actor, files: Sequence[FundingFile]) -> dict[UUID, list[Any]]:
    """By file, the blocking mentions that its agreement lacks, as on the day it was signed, or else today. One query for the names."""
    names = _names(files)
    return {file.pk: list(_pieces(file, names.get((file.session_id, file.employer_id), []), actor)) for file in files}


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
