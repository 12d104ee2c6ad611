from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils import timezone

from hub.core.accounts.actor import Actor
from hub.core.accounts.models import Organisation
from hub.core.audit import services as audit
from hub.core.kit.dates import local, long_date_fr, today
from hub.core.papers import services as papers
from hub.core.papers.errors import DataRefused
from trainings.paperwork.errors import ConventionRefused, MentionsMissing, SignatureRefused, SignedOnAnotherDay
from trainings.paperwork.kinds import KIND, SUBJECT, convention_data
from trainings.paperwork.mentions import Missing
from trainings.paperwork.models import TrainingAgreement
from trainings.paperwork.selectors.agreements import SIGNED, convention_facts, to_establish, trainees_of, who_noted
from trainings.paperwork.services.in_force import put_in_force
from trainings.sessions.models import TrainingSession


@dataclass(frozen=True)
class AgreementResult:
    """One employer's agreement: its paper and sealed file, or what stops it."""

    employer: Organisation
    agreement: TrainingAgreement | None = None
    pdf: bytes = b""
    is_new: bool = False
    missing: list[Missing] = field(default_factory=list)
    refusal: str = ""

    @property
    def is_issued(self) -> bool:
        return self.agreement is not None

    @property
    def is_first(self) -> bool:
        """Whether this employer had none before."""
        return self.is_new and bool(self.agreement and self.agreement.paper and self.agreement.paper.version == 1)


def issue_agreement(session: TrainingSession, employer: Organisation, *, actor: Actor) -> AgreementResult:
    """Establish the agreement, or give the one that holds: same facts, same number and digest, whatever the day.

    Outside any transaction: the typesetter works before the write lock is taken (hub.core.papers.services).
    """
    if session.is_workshop:
        return AgreementResult(employer, refusal="Un atelier ne donne pas lieu à une convention.")
    row, _ = TrainingAgreement.unscoped.get_or_create(session=session, employer=employer)
    names = trainees_of(session).get(employer.pk, [])
    try:
        data, issued_at = _data(session, employer, names, row)
        issued = papers.reissue_or_same(
            KIND, data, actor=actor, subject_kind=SUBJECT, subject_id=row.pk, organisation=session.organisation, issued_at=issued_at
        )
    except MentionsMissing as lacking:
        return AgreementResult(employer, missing=lacking.missing)
    except (ConventionRefused, DataRefused) as refusal:
        return AgreementResult(employer, refusal=str(refusal))
    if row.paper_id != issued.paper.pk:
        row = put_in_force(row, issued.paper)
    return AgreementResult(employer, row, issued.pdf, issued.is_new)


def _data(
    session: TrainingSession, employer: Organisation, names: Sequence[str], row: TrainingAgreement
) -> tuple[dict[str, Any], datetime]:
    """The paper's data and moment. The day printed is that of the paper that holds, as long as nothing else changed."""
    last = papers.latest(KIND, SUBJECT, row.pk)
    if last is not None:
        data = convention_data(convention_facts(session, employer, names, issued_on=local(last.issued_at).date()))
        if data == last.data:
            return data, last.issued_at
    now = timezone.now()
    return convention_data(convention_facts(session, employer, names, issued_on=local(now).date())), now


def issue_agreements(session: TrainingSession, *, actor: Actor, employers: list[Organisation] | None = None) -> list[AgreementResult]:
    """One agreement per employer that sends somebody, other than the organisation that trains and whoever has signed one already that was
    written elsewhere."""
    wanted = employers if employers is not None else to_establish(session)
    return [issue_agreement(session, employer, actor=actor) for employer in wanted]


def read_agreement(agreement: TrainingAgreement, *, actor: Actor) -> bytes:
    """The sealed file, its reading written down."""
    if agreement.paper is None:
        raise ConventionRefused("Cette convention n’a pas encore été établie.")
    with transaction.atomic():
        audit.record("trainings.convention.read", agreement, actor=actor, organisation=agreement.employer, label=agreement.paper.number)
    return papers.sealed_file(agreement.paper)


@transaction.atomic
def say_signed(agreement: TrainingAgreement, *, number: str, on: date, seen: date | None = None, actor: Actor) -> None:
    """Note that the employer and the organisation that trains signed the paper in force, on paper or elsewhere; said again, the day changes.

    Args: number: that of the paper which the person saw; seen: the day that she saw noted. Raises: SignatureRefused; SignedOnAnotherDay
    when a colleague noted one that she did not see.
    """
    row = _held(agreement)
    if row.session.is_cancelled:
        raise SignatureRefused("Cette session est annulée : sa convention n’est plus à signer.")
    if row.paper is None or row.paper.number != number:
        raise SignatureRefused("Cette convention a été établie de nouveau entre-temps : c’est la nouvelle version qui se signe.")
    if on > today():
        raise SignatureRefused(f"Le {long_date_fr(on)} n’est pas encore venu.")
    if on < (issued_on := local(row.paper.issued_at).date()):
        raise SignatureRefused(f"Cette version a été établie le {long_date_fr(issued_on)} : sa signature la suit.")
    if row.day_signed == on:
        return
    if row.day_signed not in {None, seen}:
        raise SignedOnAnotherDay(row.day_signed, who_noted(row))
    row.signed_on, row.signed_paper = on, row.paper
    row.save(update_fields=["signed_on", "signed_paper", "updated_at"])
    audit.record(SIGNED, row, actor=actor, organisation=row.employer, label=number, data={"on": on})


@transaction.atomic
def unsay_signed(agreement: TrainingAgreement, *, number: str, actor: Actor) -> None:
    """Take back what was said of the paper that the person saw. Raises: SignatureRefused when another one was signed since."""
    row = _held(agreement)
    if row.signed_paper is None:
        return
    if row.signed_paper.number != number:
        raise SignatureRefused(f"La nouvelle version, {row.signed_paper.number}, a été signée entre-temps : rien n’est enlevé.")
    before, row.signed_on, row.signed_paper = row.signed_on, None, None
    row.save(update_fields=["signed_on", "signed_paper", "updated_at"])
    audit.record("trainings.convention.unsigned", row, actor=actor, organisation=row.employer, data={"before": before})


def _held(agreement: TrainingAgreement) -> TrainingAgreement:
    return (
        TrainingAgreement.unscoped.select_for_update(of=("self",), no_key=True)
        .select_related("paper", "signed_paper", "employer", "session")
        .get(pk=agreement.pk)
    )
