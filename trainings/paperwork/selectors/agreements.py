"""What the rows say of a session, as the facts of an agreement; where each agreement stands, and who enters what it lacks."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db.models import Exists, F, OuterRef, Q, QuerySet, prefetch_related_objects
from django.urls import reverse
from django.utils.safestring import SafeString

from hub.core.accounts import rules as accounts
from hub.core.accounts.actor import Actor
from hub.core.accounts.models import Organisation, User
from hub.core.audit.models import AuditEntry
from hub.core.kit.dates import date_fr, local, today
from hub.core.kit.ordering import alphabetical
from hub.core.kit.text import counted, in_sentence
from hub.core.papers.errors import DataRefused
from hub.core.papers.models import IssuedPaper
from hub.core.ui.icons import state
from trainings.catalogue import rules as catalogue
from trainings.catalogue.enums import Modality
from trainings.funding.models import FundingFile
from trainings.funding.terms import changed, terms_of
from trainings.paperwork.clauses import usual
from trainings.paperwork.errors import ConventionRefused
from trainings.paperwork.facts import Clause, ConventionFacts, HalfDay, Party, Trainee
from trainings.paperwork.kinds import convention_data
from trainings.paperwork.mentions import Missing, missing_mentions
from trainings.paperwork.models import TrainingAgreement
from trainings.sessions import rules as sessions
from trainings.sessions.enums import RegistrationStatus
from trainings.sessions.models import BY_PRINTED_NAME, Registration, TrainingSession
from trainings.sessions.selectors import employers_of

SIGNED = "trainings.convention.signed"  # in the audit trail

VAT_EXEMPTION = "Exonération de TVA, article 261, 4, 4° a du CGI."
VAT_PERCENT = 20


def party(organisation: Organisation) -> Party:
    forms = [organisation.get_legal_form_display(), organisation.get_cooperative_statute_display()]
    return Party(
        key=str(organisation.pk),
        name=organisation.name,
        legal_form=", ".join(form for form in forms if form),
        address=organisation.address if organisation.street and organisation.city else "",
        siret=organisation.siret,
        representative=organisation.representative_name,
        capacity=organisation.representative_role,
        nda_number=organisation.nda_number,
        nda_region=organisation.nda_region,
    )


def _sent(session: TrainingSession) -> dict[UUID, list[Registration]]:
    """Those confirmed at a session, by employer."""
    confirmed = Registration.unscoped.filter(session=session, status=RegistrationStatus.CONFIRMED).select_related("trainee")
    found: dict[UUID, list[Registration]] = {}
    for row in confirmed.order_by(*BY_PRINTED_NAME):
        found.setdefault(row.employer_id, []).append(row)
    return found


def trainees_of(session: TrainingSession) -> dict[UUID, list[str]]:
    """The names of those confirmed at a session, by employer."""
    return {employer: [row.printed_name for row in rows] for employer, rows in _sent(session).items()}


def to_establish(session: TrainingSession) -> QuerySet[Organisation]:
    """The employers to whom the hub writes an agreement: those whose signed one came to the OPCO file and was written elsewhere have theirs."""
    here = TrainingAgreement.unscoped.filter(session=session, employer=OuterRef("employer"), paper__isnull=False)
    elsewhere = FundingFile.unscoped.filter(session=session, agreed_on__isnull=False).exclude(Exists(here))
    return employers_of(session).exclude(pk__in=elsewhere.values("employer"))


def convention_facts(session: TrainingSession, employer: Organisation, names: Sequence[str], *, issued_on: date) -> ConventionFacts:
    """The facts of one employer's agreement: its own confirmed trainees, in the programme's version that the session was made from."""
    provider, programme = session.organisation, session.programme
    exempt = is_vat_exempt(provider, issued_on)
    own = [Clause("withdrawal", "Dédit, annulation, absence", session.cancellation_terms)] if session.cancellation_terms.strip() else []
    published = session.programme_published_on
    return ConventionFacts(
        provider=party(provider),
        buyer=party(employer),
        title=session.title,
        issued_on=issued_on,
        objectives=programme.objectives,
        content=programme.content,
        programme=f"version {session.programme_version}" + (f", publiée le {date_fr(published, year=True)}" if published else ""),
        public=programme.public,
        prerequisites=programme.prerequisites,
        accessibility=programme.accessibility,
        teaching_means=programme.teaching_means,
        technical_means=programme.technical_means,
        supervision=programme.supervision,
        duration_minutes=session.duration_minutes or None,
        remote_minutes=session.remote_minutes if session.duration_minutes else None,
        starts_on=session.starts_on,
        ends_on=session.ends_on,
        modality=Modality(programme.modality) if programme.modality else None,
        place=session.place,
        half_days=tuple(HalfDay(row.date, row.starts_at, row.ends_at, row.is_remote, row.topic) for row in session.half_days.all()),
        remote_assistance=session.remote_assistance,
        remote_activities=session.remote_activities,
        follow_up=programme.follow_up,
        assessment=programme.assessment,
        outcome=programme.outcome,
        trainees=tuple(Trainee(name, str(employer.pk)) for name in names),
        unit_price_cents=session.price_cents,
        vat_rate_percent=None if exempt else VAT_PERCENT,
        vat_exemption=VAT_EXEMPTION if exempt else "",
        payment_terms=session.payment_terms,
        subrogation=session.subrogation,
        clauses=usual(*own),
        signed_at=provider.city,
    )


def is_vat_exempt(provider: Organisation, day: date) -> bool:
    return provider.vat_exempt_on is not None and provider.vat_exempt_on <= day


@dataclass(frozen=True)
class Vat:
    """The rate that an agreement established today bears, and why; `url` leads to the date that decides it, for a reader who may enter it."""

    is_exempt: bool
    words: str
    by: str
    url: str = ""


def vat_of(provider: Organisation, actor: Actor) -> Vat:
    """Source: CGI, article 261, 4, 4° a; the exemption stands from the day that the attestation 3511 gives."""
    day, is_exempt, of = provider.vat_exempt_on, is_vat_exempt(provider, today()), in_sentence(provider.name)
    if is_exempt and day:
        words = f"TVA : aucune. Les formations {of} sont exonérées depuis le {date_fr(day, year=True)} (CGI, article 261, 4, 4° a)."
    elif day:
        words = f"TVA : {VAT_PERCENT} %. Les formations {of} ne sont exonérées qu’à partir du {date_fr(day, year=True)}."
    else:
        words = (
            f"TVA : {VAT_PERCENT} %. La fiche {of} ne donne pas de date d’exonération. Si l’administration fiscale l’a accordée (attestation 3511),"
            " notez-en la date avant d’établir les conventions."
        )
    url = f"{reverse('cooperatives:edit', args=[provider.slug])}#id_faits-vat_exempt_on"
    return Vat(is_exempt, words, f"la direction {of}", url if accounts.can_manage_organisation(actor, provider) else "")


@dataclass(frozen=True)
class ToFill:
    """A mention that is missing, who can enter it and, for a reader who may, the address of the screen."""

    mention: Missing
    by: str
    url: str = ""


def to_fill(missing: Missing, session: TrainingSession, employer: Organisation, actor: Actor) -> ToFill:
    """Whose screen holds a missing fact: the programme, the session, the registrations, or the facts of one of the parties."""
    provider = session.organisation
    trainers = f"l’équipe de formation {in_sentence(provider.name)}"
    match missing.where.partition(".")[0]:
        case "course":
            by, may = trainers, catalogue.can_write_course(actor, session.course)
            url = reverse("catalogue:edit_course", args=[session.course.public_id])
        case "provider" | "buyer" as side:
            party = provider if side == "provider" else employer
            by, may = f"la direction {in_sentence(party.name)}", accounts.can_manage_organisation(actor, party)
            url = reverse("cooperatives:edit", args=[party.slug])
        case "registrations":
            by, may = f"l’équipe {in_sentence(employer.name)}", sessions.can_register(actor, employer.pk)
            url = reverse("sessions:register", args=[session.pk])
        case _:
            by, may = trainers, sessions.can_manage_session(actor, session)
            url = reverse("sessions:edit", args=[session.pk])
    return ToFill(missing, by, url if may else "")


@dataclass(frozen=True)
class Standing:
    """Where the agreement with one employer stands: its paper if there is one, the day it was signed if it is known, what the facts of today
    lack, what would be better said (it locks nothing), whether they have changed, and what did since the one of the OPCO file was signed."""

    employer: Organisation
    count: int
    price_cents: int
    paper: IssuedPaper | None = None
    signed_on: date | None = None
    missing: Sequence[ToFill] = ()
    advised: Sequence[ToFill] = ()
    has_changed: bool = False
    changed: str = ""
    is_cancelled: bool = False
    is_late: bool = False

    @property
    def state(self) -> tuple[str, str]:
        issued = f"Établie le {date_fr(self.paper.issued_at)}" if self.paper else ""
        if issued and self.signed_on:
            issued += f", signée le {date_fr(self.signed_on)}"
        if self.is_cancelled:
            return "none", f"{issued}, session annulée" if issued else "Session annulée"
        if not self.count:
            return "none", f"{issued}, plus personne d’inscrit" if issued else "Personne d’inscrit"
        if self.signed_on and not issued:
            on_file = f"Signée le {date_fr(self.signed_on)}, au dossier OPCO"
            return ("adapt", f"{on_file}, un avenant est à signer{self._why}") if self.changed else ("ok", on_file)
        if self.missing:
            return "warn", f"Il manque {counted(len(self.missing), 'mention')}"
        if issued and self.has_changed:
            return "adapt", f"{issued}, à établir de nouveau{self._why}"
        if issued and self.is_late:
            return "warn", f"{issued}, après le premier jour"
        return ("ok", issued) if issued else ("wait", "Prête à établir")

    @property
    def badge(self) -> SafeString:
        return state(*self.state)

    @property
    def _why(self) -> str:
        return f" : {self.changed[0].lower()}{self.changed[1:]} depuis la signature" if self.changed else ""

    @property
    def is_held_elsewhere(self) -> bool:
        """Whether the signed agreement was written elsewhere, and the OPCO file holds it: the twin of `to_establish`."""
        return self.paper is None and self.signed_on is not None

    @property
    def can_be_issued(self) -> bool:
        return bool(self.count) and not self.missing and not self.is_held_elsewhere and (self.paper is None or self.has_changed)


def standings(session: TrainingSession, actor: Actor, *, every: bool) -> list[Standing]:
    """The agreements of a session as they stand now: with `every` those of all its employers, else that of the one acted for."""
    if session.is_workshop:
        return []
    prefetch_related_objects([session], "half_days")
    sent = _sent(session)
    rows = {
        row.employer_id: row
        for row in TrainingAgreement.objects.visible_to(actor).filter(session=session).select_related("paper__replaces")
    }
    files = FundingFile.objects.visible_to(actor).filter(session=session, agreed_on__isnull=False)
    filed = {file.employer_id: file for file in files.order_by("agreed_on")}
    wanted = (sent.keys() | {pk for pk, row in rows.items() if row.paper}) - {session.organisation_id}
    if not every:
        wanted &= {actor.organisation_id}
    return [
        _standing(session, employer, sent.get(employer.pk, []), rows.get(employer.pk), filed.get(employer.pk), actor)
        for employer in Organisation.objects.filter(pk__in=wanted).order_by(alphabetical("name"))
    ]


def changed_agreements(rows: QuerySet[TrainingAgreement]) -> list[TrainingAgreement]:
    """Those of these agreements whose paper no longer says the facts of today. One query, or four when something was written since.

    Only what was written since the paper is composed again; a trainee renamed since is seen on the session's page alone.
    """
    issued = F("paper__issued_at")
    written = Q(session__updated_at__gt=issued) | Q(employer__updated_at__gt=issued) | Q(session__organisation__updated_at__gt=issued)
    near = ("paper", "employer", "session__organisation", "session__course", "session__programme_revision")
    if not (late := list(rows.filter(written, paper__isnull=False).values_list("pk", flat=True))):
        return []
    held = list(rows.filter(pk__in=late).select_related(*near).prefetch_related("session__half_days"))
    confirmed = Registration.unscoped.filter(session__in=[row.session_id for row in held], status=RegistrationStatus.CONFIRMED)
    names: dict[tuple[UUID, UUID], list[str]] = {}
    for one in confirmed.select_related("trainee").order_by(*BY_PRINTED_NAME):
        names.setdefault((one.session_id, one.employer_id), []).append(one.printed_name)
    return [row for row in held if (own := names.get((row.session_id, row.employer_id))) and not _says_today(row, own)]


def _says_today(row: TrainingAgreement, names: Sequence[str]) -> bool:
    session, paper = row.session, row.paper
    session.read_programme_text()
    return paper is None or is_printed(convention_facts(session, row.employer, names, issued_on=local(paper.issued_at).date()), paper)


def is_printed(facts: ConventionFacts, paper: IssuedPaper) -> bool:
    """Whether a paper says these facts, word for word."""
    try:
        return convention_data(facts) == paper.data
    except (ConventionRefused, DataRefused):
        return False


def who_noted(row: TrainingAgreement) -> str:
    """Who noted the signature that stands, as the audit trail has it; empty when nobody is found."""
    lines = AuditEntry.objects.filter(object_kind=row._meta.label_lower, object_id=str(row.pk), action=SIGNED)
    person = User.objects.filter(pk__in=lines.order_by("-seq").values("actor_id")[:1]).first()
    return person.name if person else ""


def _standing(
    session: TrainingSession,
    employer: Organisation,
    sent: Sequence[Registration],
    row: TrainingAgreement | None,
    file: FundingFile | None,
    actor: Actor,
) -> Standing:
    names = [one.printed_name for one in sent]
    paper = row.paper if row else None
    day = local(paper.issued_at).date() if paper else today()
    signed_on, since = row.day_signed if row else None, ""
    filed_on = file.agreed_on if file else None
    if file and signed_on is None and filed_on and (paper is None or filed_on >= day):  # else what the OPCO file holds is an older version
        signed_on, since = filed_on, changed(file.agreed_terms, terms_of(session, [one.trainee_id for one in sent]))
    facts = convention_facts(session, employer, names, issued_on=day)
    found = missing_mentions(facts) if names else []
    lacking, advised = [one for one in found if one.is_blocking], [one for one in found if not one.is_blocking]
    return Standing(
        employer,
        len(names),
        facts.price_cents or 0,
        paper,
        signed_on,
        [to_fill(one, session, employer, actor) for one in lacking],
        [to_fill(one, session, employer, actor) for one in advised],
        has_changed=bool(paper and names and not lacking and not is_printed(facts, paper)),
        changed=since,
        is_cancelled=session.is_cancelled,
        is_late=bool(paper and paper.version == 1 and session.has_come(signed_on or day)),
    )
