"""An OPCO file, opened, given its signed agreement, moved. Every change locks the file's row and looks at it again."""

from collections.abc import Collection
from datetime import date
from typing import Any

from django.db import IntegrityError, transaction

from hub.core.accounts import audiences
from hub.core.accounts.actor import Actor
from hub.core.accounts.models import Organisation
from hub.core.accounts.permissions import Permission
from hub.core.audit import services as audit
from hub.core.documents import services as documents
from hub.core.documents.sniff import Examined
from hub.core.kit.dates import long_date_fr, today
from hub.core.notifications import services as notifications
from hub.core.ui.panels import collect
from trainings.funding import rules
from trainings.funding.enums import FundingStatus, Side
from trainings.funding.errors import FileRefused, MoveRefused, VersionConflict
from trainings.funding.models import FormerAgreement, FundingFile
from trainings.funding.notifications import FileMoved
from trainings.funding.rules import Said
from trainings.funding.selectors import AGREED, files_of, managers, read_file, terms_now
from trainings.funding.terms import Terms, changed
from trainings.sessions.enums import RegistrationStatus
from trainings.sessions.models import Registration, TrainingSession

AGREEMENT_FILE, REQUEST_FILE = "funding.agreement", "funding.request"
CANCEL = "funding.cancel_files"  # outbox topic
S = FundingStatus
TOLD_TO_ORGANISER = frozenset({S.READY, S.FILED, S.MORE_ASKED, S.GRANTED, S.PARTLY_GRANTED, S.REFUSED, S.TO_REVISE, S.CANCELLED})
FORGOTTEN: dict[str, Any] = {
    "filed_on": None, "reference": "", "opco": "", "asked_on": None, "reply_by": None, "asked_words": "", "answered_on": None,
    "grant_number": "", "filed_terms": {},
}  # fmt: skip
MOVED = sorted({"status", "reason", *FORGOTTEN})  # every column that a move may change
WITHDRAWN = "Retiré par l’entreprise."


def lock(file: FundingFile) -> FundingFile:
    """The file's row, held until the transaction ends, with the rows that a reading asks for."""
    FundingFile.unscoped.select_for_update(of=("self",), no_key=True).get(pk=file.pk)
    return files_of(FundingFile.unscoped.filter(pk=file.pk)).get()


@transaction.atomic
def open_file(session: TrainingSession, *, employer: Organisation, actor: Actor) -> FundingFile:
    """The employer's file for a session; the live one when there is one already. Raises: FileRefused."""
    live = FundingFile.unscoped.filter(session=session, employer=employer).exclude(status__in=rules.ENDED)
    if before := live.first():
        return before
    if session.organisation_id == employer.pk:
        raise FileRefused(f"{employer.name} forme ici ses propres personnes : une formation interne n’a pas de dossier OPCO.")
    if session.is_workshop:
        raise FileRefused("Un atelier ne donne lieu ni à convention ni à certificat : il n’a pas de dossier OPCO.")
    if session.is_cancelled:
        raise FileRefused("Cette session est annulée.")
    if not Registration.unscoped.filter(session=session, employer=employer, status=RegistrationStatus.CONFIRMED).exists():
        raise FileRefused(f"{employer.name} n’a personne d’inscrit à cette session, place confirmée.")
    row = FundingFile(session=session, employer=employer, opened_by_id=actor.user_id)
    try:
        with transaction.atomic():
            row.save(force_insert=True)
    except IntegrityError:  # a second click won the race
        return live.get()
    audit.record("trainings.funding.open", row, actor=actor, organisation=employer, data={"session": str(session.pk)})
    return row


@transaction.atomic
def keep_agreement(file: FundingFile, *, upload: Examined, agreed_on: date, actor: Actor) -> FundingFile:
    """Keep the signed agreement, for the support teams of its two parties and those lent to follow the employer's files; a new one takes the
    place of the old, which stays beside it when the request was filed with it. Raises: FileRefused."""
    row = lock(file)
    is_filed = row.status not in rules.BEFORE_FILING
    is_outdated = is_filed and row.status in rules.AMENDED_IN and bool(changed(row.agreed_terms, terms_now(row)))
    amends = is_outdated and not (row.unopened_agreement and agreed_on == row.agreed_on)
    if is_filed and not row.unopened_agreement and not amends:
        raise FileRefused(f"Ce dossier est « {row.state.label.lower()} » : sa convention signée ne change plus.")
    if is_filed and not amends and row.agreed_on and agreed_on != row.agreed_on:  # the paper comes back, not another one
        signed = f"Ce dossier a été déposé avec la convention signée le {long_date_fr(row.agreed_on)}"
        raise FileRefused(f"{signed} : envoyez celle-là.", "agreed_on")
    if agreed_on > today():
        raise FileRefused("Le jour de la signature n’est pas encore venu.", "agreed_on")
    starts_on = row.session.starts_on
    if not is_filed and starts_on is not None and agreed_on >= starts_on:
        late = f"Le {long_date_fr(agreed_on)} est trop tard : la convention se signe avant le premier jour de la session,"
        raise FileRefused(f"{late} le {long_date_fr(starts_on)} (L6353-1).", "agreed_on")
    agreed_terms = row.agreed_terms if is_filed and not amends else _signed_terms(row, agreed_on, actor)
    if amends and (what := changed(agreed_terms, terms_now(row))):
        again = f"depuis la convention établie ici : {row.session.organisation.name} l’établit de nouveau, puis elle se signe et se dépose."
        raise FileRefused(f"{what} {again}", "agreed_on")
    readers = [audiences.staff(row.employer_id), audiences.funding(row.employer_id), audiences.staff(row.session.organisation_id)]
    old = documents.hold(row.agreement_file)
    if amends and old is not None and row.agreed_on:
        was_filed = row.filed_agreement is None
        FormerAgreement.objects.create(file=row, document=old, agreed_on=row.agreed_on, was_filed=was_filed)
    row.agreement_file = documents.store(upload, actor=actor, kind=AGREEMENT_FILE, audiences=readers, organisation=row.employer)
    row.agreed_on, row.agreed_terms = agreed_on, agreed_terms
    row.version += 1
    row.save()
    if old is not None and not amends:
        documents.delete(old, actor=actor, reason="remplacée")
    data = {"agreed_on": agreed_on, "sha256": row.agreement_file.sha256, "before": old.sha256 if old else None}
    audit.record("trainings.funding.agreement", row, actor=actor, organisation=row.employer, data=data)
    return row


def _signed_terms(row: FundingFile, agreed_on: date, actor: Actor) -> Terms:
    """What was signed for on a day: what the agreement established by then says, else what the session is today.

    Raises: FileRefused when nothing was signed since the session changed.
    """
    for established in collect(AGREED, actor, (row, agreed_on)):
        return established
    now = terms_now(row)
    if row.agreed_on and agreed_on <= row.agreed_on and (what := changed(row.agreed_terms, now)):
        since = f"depuis la convention signée le {long_date_fr(row.agreed_on)}"
        raise FileRefused(f"{what} {since} : déposez la convention ou l’avenant signé depuis.", "agreed_on")
    return now


@transaction.atomic
def move_file(file: FundingFile, *, to: FundingStatus, said: Said, version: int, side: Side, actor: Actor) -> FundingFile:
    """Move a file on. The same move sent twice is made once.

    Args: version is the one shown to the person. Raises: MoveRefused with its sentence; VersionConflict when somebody moved it meanwhile.
    """
    row = lock(file)
    if row.version != version:
        if row.status == to and row.version == version + 1:
            return row
        raise VersionConflict
    standing = read_file(row, actor).standing
    if sentence := rules.refusal(standing, to, side, said, today()):
        raise MoveRefused(sentence)
    before, was = row.state, {name: getattr(row, name) for name in MOVED}
    _keep_words(row, to, said, actor)
    left = {name: value for name, value in was.items() if getattr(row, name) != value}
    row.past = [*row.past, left] if to in rules.REVERSIBLE else []
    _record_move(row, before, to, said, actor)
    return row


def _keep_words(row: FundingFile, to: FundingStatus, said: Said, actor: Actor) -> None:
    if to == S.DRAFT:
        for name, value in FORGOTTEN.items():
            setattr(row, name, value)
    row.reason = ""
    for name, column in rules.KEPT.get(to, {}).items():
        setattr(row, column, said.reference.strip() if name == "reference" else getattr(said, name))
    if to == S.CANCELLED and row.status in rules.WITHDRAWN_FROM:
        row.reason = f"{WITHDRAWN} {said.reason}"
    if to == S.FILED or row.status == S.TO_REVISE:  # what is under review again was told to the OPCO as it is now
        row.filed_terms = dict(terms_now(row))
    if to == S.FILED:
        row.former_agreements.update(was_filed=False)  # of a request that was refused, or taken back
        opco = read_file(row, actor).opco
        row.opco = opco.key if opco else ""
    if to == S.UNDER_REVIEW:
        row.reply_by = None
    row.status = to


def _record_move(row: FundingFile, before: FundingStatus, to: FundingStatus, said: Said, actor: Actor) -> None:
    row.version += 1
    row.save()
    tell(row, to.label.lower(), {to}, actor)
    audit.record(
        f"trainings.funding.{to}", row, actor=actor, organisation=row.employer, data={"before": before, "after": to, "on": said.on}
    )


def tell(row: FundingFile, words: str, states: Collection[FundingStatus], actor: Actor) -> None:
    """Those who follow the file, and those who hold its session when one of these states concerns them; not who acts."""
    people = managers([row.employer_id])
    if TOLD_TO_ORGANISER.intersection(states):
        people += managers([row.session.organisation_id], Permission.SESSION_MANAGE)
    notifications.send(FileMoved(row, words), to=[person for person in people if person.pk != actor.user_id])


@transaction.atomic
def cancel_files_of(session: TrainingSession, *, reason: str) -> int:
    """A session that will not be held has no file left (training-funding § 8). Returns how many were cancelled."""
    live = FundingFile.unscoped.filter(session=session).exclude(status__in=rules.ENDED).order_by("pk")
    rows = [lock(file) for file in live]
    for row in rows:
        before, row.status = row.state, S.CANCELLED
        row.reason = f"Session annulée. {reason}".strip()
        _record_move(row, before, S.CANCELLED, Said(on=today()), Actor.system())
    return len(rows)
