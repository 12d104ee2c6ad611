"""Files with all that a screen says of them: what each lacks, its dates, where it stands. A list costs the same queries as one file."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any
from uuid import UUID

from django.db.models import QuerySet, prefetch_related_objects
from django.urls import reverse

from directory.people.enums import ContractStatus
from hub.core.accounts import rules as accounts
from hub.core.accounts.actor import Actor
from hub.core.accounts.models import Accreditation, Membership, Organisation, Role, User
from hub.core.accounts.models.organisations import in_force
from hub.core.accounts.permissions import Permission
from hub.core.audit.actions import wording
from hub.core.audit.selectors import history_of_object
from hub.core.kit.dates import local, today
from hub.core.kit.text import in_sentence
from hub.core.ui.panels import collect
from trainings.funding import pieces, reference, rules
from trainings.funding.dates import Days, Due, due_dates
from trainings.funding.enums import FundingStatus, Side
from trainings.funding.models import EmployerFacts, FundingFile, OpcoRule
from trainings.funding.pieces import FileFacts, Period, Piece, missing_pieces
from trainings.funding.terms import Terms, changed, terms_of
from trainings.sessions import rules as sessions
from trainings.sessions.enums import RegistrationStatus
from trainings.sessions.models import BY_PRINTED_NAME, Registration, TrainingSession
from trainings.sessions.selectors import under_cape

OF_THE_EMPLOYER_ALONE = {"eligible", "headcount"}  # what these say of people or of the CAE is not the organiser's to read
SHOWN_EVENTS = 12
MENTIONS = "funding.mentions"
CONVENED = "funding.convened"
AGREED = "funding.agreed"


@dataclass(frozen=True)
class Reading:
    """A file as one reader sees it today. pieces: what it lacks, all of it; dues: the dates it still has to keep, nearest first; outdated: what of
    the session changed since its agreement was signed."""

    file: FundingFile
    side: Side | None
    pieces: Sequence[Piece]
    dues: Sequence[Due]
    opco: reference.Opco | None
    standing: rules.Standing
    on: date
    outdated: str = ""

    @property
    def can_amend(self) -> bool:
        return rules.can_amend(self.standing.status, self.outdated, self.side)

    @property
    def can_take_request(self) -> bool:
        """Whether the employer may have the archive that it files its request with."""
        return self.side == Side.EMPLOYER and self.file.has_agreement and not self.pieces and not self.file.is_ended

    @property
    def next_due(self) -> Due | None:
        return next((due for due in self.dues if due.still_helps(self.on)), None)

    @property
    def shown_pieces(self) -> list[Piece]:
        if self.side == Side.EMPLOYER:
            return list(self.pieces)
        return [piece for piece in self.pieces if piece.code not in OF_THE_EMPLOYER_ALONE]

    @property
    def hidden_count(self) -> int:
        return len(self.pieces) - len(self.shown_pieces)


def files_of(rows: QuerySet[FundingFile]) -> QuerySet[FundingFile]:
    """With the rows that a reading asks for."""
    with_rows = rows.select_related(
        "session__organisation", "session__course", "session__programme_revision", "employer", "agreement_file", "request_file"
    )
    return with_rows.prefetch_related("session__half_days")


def read_files(rows: Iterable[FundingFile], actor: Actor, on: date | None = None) -> list[Reading]:
    """Queries: eight, whatever the number of files, those of the agreements' mentions for the files that are not filed yet, and those of the
    agreements of before for the files that are."""
    files, day = list(rows), on or today()
    prefetch_related_objects([file for file in files if file.filed_on], "former_agreements__document")
    known = _Known(files, actor)
    return [_reading(file, actor, known, day) for file in files]


def read_file(file: FundingFile, actor: Actor) -> Reading:
    return read_files([file], actor)[0]


class _Known:
    """What several files ask of other tables, asked once."""

    def __init__(self, files: Sequence[FundingFile], actor: Actor) -> None:
        before = [file for file in files if file.status in rules.BEFORE_FILING]
        employers = {file.employer_id for file in files}
        self.opcos = opcos_in_force() if files else {}
        self.employers = {row.organisation_id: row for row in EmployerFacts.unscoped.filter(organisation__in=employers)}
        self.certificates: dict[UUID, list[Period]] = {}
        held = Accreditation.objects.filter(kind="qualiopi", organisation__in={file.session.organisation_id for file in files})
        for row in held.order_by("starts_on"):
            self.certificates.setdefault(row.organisation_id, []).append(Period(row.starts_on, row.ends_on))
        self.convened: dict[UUID, bool] = {}
        for said in collect(CONVENED, actor, files) if files else []:
            self.convened.update(said)  # type: ignore[arg-type]  # by identifier, as below
        self.people = _people(files) if files else {}
        self.ineligible = _ineligible(before, actor) if before else {}
        self.mentions: dict[UUID, Sequence[Piece]] = {}
        for found in collect(MENTIONS, actor, before) if before else []:
            self.mentions.update(found)  # type: ignore[arg-type]  # by identifier, as hub.core.ui.panels says of this place


Pair = tuple[UUID, UUID]


def _people(files: Sequence[FundingFile]) -> dict[Pair, list[UUID]]:
    """By session and employer, those whose place is confirmed."""
    found: dict[Pair, list[UUID]] = {}
    for session, employer, trainee in _confirmed(files).order_by().values_list("session", "employer", "trainee"):
        found.setdefault((session, employer), []).append(trainee)
    return found


def _confirmed(files: Sequence[FundingFile]) -> QuerySet[Registration]:
    return Registration.unscoped.filter(
        session__in=[file.session_id for file in files],
        employer__in=[file.employer_id for file in files],
        status=RegistrationStatus.CONFIRMED,
    )


def _ineligible(files: Sequence[FundingFile], actor: Actor) -> dict[Pair, list[Piece]]:
    """By session and employer, a piece for each person under a contract that is no employment, whoever reads."""
    cape = list(
        _confirmed(files).filter(trainee__profile__contract_status=ContractStatus.CAPE).select_related("trainee").order_by(*BY_PRINTED_NAME)
    )
    seen = under_cape([row.trainee_id for row in cape], actor) if cape else {}
    found: dict[Pair, list[Piece]] = {}
    for row in cape:
        sheet = seen.get(row.trainee_id)
        piece = pieces.under_cape(row.trainee.name, reverse("people:person", args=[sheet.pk])) if sheet else pieces.under_cape("", "")
        found.setdefault((row.session_id, row.employer_id), []).append(piece)
    return found


def names_of(file: FundingFile) -> list[str]:
    """Those whom the employer sends, as papers print them."""
    rows = (
        _confirmed([file]).filter(session=file.session_id, employer=file.employer_id).select_related("trainee").order_by(*BY_PRINTED_NAME)
    )
    return [row.printed_name for row in rows]


def noted_on(file: FundingFile) -> list[FundingStatus]:
    """The moves whose words stand on a file and can be put right."""
    return rules.noted(file.state, is_granted=bool(file.grant_number))


def terms_now(file: FundingFile) -> Terms:
    """What its session and its registrations are today. One query."""
    return terms_of(file.session, _people([file]).get((file.session_id, file.employer_id), []))


def _reading(file: FundingFile, actor: Actor, known: _Known, day: date) -> Reading:
    session, employer = file.session, known.employers.get(file.employer_id)
    certificates = known.certificates.get(session.organisation_id, [])
    now = terms_of(session, known.people.get((file.session_id, file.employer_id), []))
    lacking: list[Piece] = []
    if file.status in rules.BEFORE_FILING:
        facts = _facts(file, employer, known, certificates, now)
        lacking = [_repaired(piece, file, actor) for piece in missing_pieces(facts)]
    opco = known.opcos.get(file.opco or (employer.opco if employer else ""))
    days = Days(
        session.starts_on,
        file.filed_on,
        file.reply_by,
        employer.opco_checked_on if employer else None,
        has_agreement=file.has_agreement,
        is_convened=known.convened.get(file.pk, False),
    )
    standing = rules.Standing(
        file.state,
        session.starts_on,
        file.filed_on,
        changed=changed(file.filed_terms, now),
        agreed_on=file.first_agreed_on,
        missing_count=len(lacking),
        qualiopi=certificates,
    )
    side = rules.side_of(actor, employer_id=file.employer_id, organiser_id=session.organisation_id)
    dues = due_dates(file.status, days, opco, reference.due_rules())
    return Reading(file, side, lacking, _kept(dues, file), opco, standing, day, changed(file.agreed_terms, now))


def _kept(dues: Sequence[Due], file: FundingFile) -> list[Due]:
    """Less those that nobody could keep: they had passed when a file not filed yet was opened, the session under way or over."""
    opened, first = local(file.created_at).date(), file.session.starts_on
    too_late = file.status in rules.BEFORE_FILING and first is not None and opened >= first
    return [due for due in dues if not too_late or due.on >= opened]


def _facts(
    file: FundingFile,
    employer: EmployerFacts | None,
    known: _Known,
    certificates: Sequence[Period],
    now: Terms,
) -> FileFacts:
    session, pair = file.session, (file.session_id, file.employer_id)
    return FileFacts(
        starts_on=session.starts_on,
        trainee_count=len(known.people.get(pair, [])),
        ineligible=known.ineligible.get(pair, ()),
        mentions=known.mentions.get(file.pk),
        agreed_on=file.agreed_on,
        has_agreement=file.has_agreement,
        changed=changed(file.agreed_terms, now),
        has_frozen_programme=session.programme_revision_id is not None,
        nda_number=session.organisation.nda_number,
        siret=file.employer.siret,
        opco=employer.opco if employer else "",
        headcount_hundredths=employer.headcount_hundredths if employer else None,
        has_other_funds=bool(employer and employer.has_other_funds),
        qualiopi=certificates,
    )


def _repaired(piece: Piece, file: FundingFile, actor: Actor) -> Piece:
    """Who enters what is missing and, for a reader who may, the address of the screen."""
    session, employer, organiser = file.session, file.employer, file.session.organisation
    side = rules.side_of(actor, employer_id=employer.pk, organiser_id=organiser.pk)
    match piece.where:
        case "session":
            by, url = f"l’équipe de formation {in_sentence(organiser.name)}", reverse("sessions:edit", args=[session.pk])
            may = sessions.can_manage_session(actor, session)
        case "registrations":
            by, url = f"l’équipe {in_sentence(employer.name)}", reverse("sessions:detail", args=[session.pk])
            may = sessions.can_register(actor, employer.pk)
        case "organiser" | "employer" as held:
            party = organiser if held == "organiser" else employer
            by, url = f"la direction {in_sentence(party.name)}", reverse("cooperatives:edit", args=[party.slug])
            may = accounts.can_manage_organisation(actor, party)
        case "certificate":
            by, url = f"la direction {in_sentence(organiser.name)}", reverse("cooperatives:accreditations", args=[organiser.slug])
            may = accounts.can_manage_organisation(actor, organiser)
        case "settings":
            by, url, may = f"l’équipe {in_sentence(employer.name)}", reverse("funding:employer"), side == Side.EMPLOYER
        case "agreement":
            by, url, may = f"{employer.name} ou {organiser.name}", reverse("funding:agreement", args=[file.pk]), side is not None
        case _:
            return piece
    return replace(piece, by=by, url=url if may else "")


def managers(organisation_ids: Iterable[UUID], permission: str = Permission.FUNDING_MANAGE) -> list[User]:
    """Those who follow the files of these organisations today."""
    codes = [role.code for role in Role.objects.all() if permission in role.permissions]
    held = Membership.unscoped.filter(in_force(), organisation__in=list(organisation_ids), role__in=codes)
    return list(User.objects.filter(pk__in=held.values("user"), is_active=True).order_by("sort_name", "id"))


def opcos_in_force() -> dict[str, reference.Opco]:
    """OPCOs by key, the figures that the coordinator read in the place of the release's. One query."""
    read = {row.opco: row for row in OpcoRule.objects.all()}
    return {key: read[key].over(opco) if key in read else opco for key, opco in reference.opcos().items()}


def employer_facts(organisation: Organisation) -> EmployerFacts:
    """The row, or an empty one that is not saved."""
    return EmployerFacts.unscoped.filter(organisation=organisation).first() or EmployerFacts(organisation=organisation)


def file_for(session: TrainingSession, actor: Actor) -> FundingFile | None:
    """The live file of the organisation acted for."""
    return FundingFile.objects.visible_to(actor).open().filter(session=session, employer=actor.organisation_id).first()


def can_open_for(session: TrainingSession, actor: Actor) -> bool:
    """Whether the organisation acted for sends people to this session, is not the one that trains them, and has no live file."""
    if not rules.can_manage(actor) or actor.organisation_id == session.organisation_id or session.is_cancelled or session.is_workshop:
        return False
    confirmed = Registration.objects.visible_to(actor).filter(
        session=session, employer=actor.organisation_id, status=RegistrationStatus.CONFIRMED
    )
    return confirmed.exists() and file_for(session, actor) is None


def journal(file: FundingFile, actor: Actor) -> list[dict[str, Any]]:
    """The last things done to a file, as items of ui/log.html."""
    rows = history_of_object(FundingFile._meta.label_lower, file.pk, actor=actor)[:SHOWN_EVENTS]
    return [{"at": local(row.at).date(), "text": wording(row.action)} for row in rows]
