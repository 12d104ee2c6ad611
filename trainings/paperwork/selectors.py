"""What the rows say of a session, as the facts of an agreement, and where each missing one is entered."""

from datetime import date

from django.urls import reverse

from hub.core.accounts.models import Organisation
from hub.core.kit.dates import date_fr
from trainings.catalogue.enums import Modality
from trainings.paperwork.clauses import usual
from trainings.paperwork.facts import Clause, ConventionFacts, HalfDay, Party, Trainee
from trainings.sessions.enums import RegistrationStatus
from trainings.sessions.models import Registration, TrainingSession

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


def convention_facts(session: TrainingSession, employer: Organisation, *, issued_on: date) -> ConventionFacts:
    """The facts of one employer's agreement: its own confirmed trainees, in the programme's version that the session was made from."""
    provider, programme = session.organisation, session.programme
    confirmed = Registration.unscoped.filter(session=session, employer=employer, status=RegistrationStatus.CONFIRMED)
    trainees = [row.trainee for row in confirmed.select_related("trainee").order_by("trainee__sort_name", "trainee_id")]
    exempt = provider.vat_exempt_on is not None and provider.vat_exempt_on <= issued_on
    own = [Clause("withdrawal", "Dédit, annulation, absence", session.cancellation_terms)] if session.cancellation_terms.strip() else []
    published = programme.last_published_at or session.course.last_published_at
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
        trainees=tuple(Trainee(person.name, str(employer.pk)) for person in trainees),
        unit_price_cents=session.price_cents,
        vat_rate_percent=None if exempt else VAT_PERCENT,
        vat_exemption=VAT_EXEMPTION if exempt else "",
        payment_terms=session.payment_terms,
        subrogation=session.subrogation,
        clauses=usual(*own),
        signed_at=provider.city,
    )


def where_to_enter(where: str, session: TrainingSession, employer: Organisation) -> str:
    """The address of the screen where a missing fact is entered."""
    owner = where.partition(".")[0]
    match owner:
        case "course":
            return reverse("catalogue:edit_course", args=[session.course.public_id])
        case "provider":
            return reverse("cooperatives:edit", args=[session.organisation.slug])
        case "buyer":
            return reverse("cooperatives:edit", args=[employer.slug])
        case "registrations":
            return reverse("sessions:register", args=[session.pk])
    return reverse("sessions:edit", args=[session.pk])
